"""Words of the director's view: what each figure is called, how it is defined, how it is said, and the paragraph that
says it all before any figure. No traffic lights: a change is named against the figure's own usual range."""

from datetime import date

from core.analysis.small_cells import ROUNDED_TO, SMALLEST
from core.figures.catalogue import (
    ACCEPTANCE,
    COMPLIANCE,
    FIGURES,
    SUS_BENCHMARK,
    TALKING_THERAPIES,
    TALKING_THERAPIES_YEAR,
    TREATMENT_WEEKS,
    USE,
    Kind,
)
from core.figures.estimates import Estimate
from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.service_figures import FigureView, ServiceView
from dashboard.wording.service_definitions import definition as definition_of

DAYS_FROM = 72.0  # hours from which a duration is said in days
IN_DAYS = frozenset({"days_to_accept", "days_to_start"})
POINTS_OF = {"alliance_patient": 2, "alliance_therapist": 2, "alliance_gap": 2}


def name(code: str) -> str:
    """What a figure is called on a card."""
    return {
        "coverage": _("Alliance measured"), "alliance_patient": _("Alliance, patients"),
        "alliance_therapist": _("Alliance, therapists"), "alliance_gap": _("Gap between the two"),
        "using": _("Using the programme"), "accepted": _("Accepted"), "started": _("Started"),
        "week_4": _("Using it in week 4–5"), "week_12": _("Using it in week 12–13"),
        "left_early": _("Left before week 12"), "days_to_accept": _("From offer to acceptance"),
        "days_to_start": _("From acceptance to the first entry"), "answered": _("Entries answered"),
        "answered_by_week": _("Entries answered by week of treatment"), "messages_in": _("Messages from a patient"),
        "messages_out": _("Messages to a patient"), "reply_team": _("Reply of the team"),
        "reply_patient": _("Reply of the patient"), "usability": _("Usability (SUS)"),
        "satisfied_app": _("Satisfaction, patients"), "satisfied_platform": _("Satisfaction, therapists"),
        "nps": _("Recommendation (NPS)"), "steps_up": _("Moved a step up"), "steps_down": _("Moved a step down"),
        "improved": _("Improved reliably"), "recovered": _("Recovered"), "worse": _("Worse, reliably"),
        "alerts": _("Alerts for each therapist"), "useful": _("Alerts that were useful"),
        "kept": _("Answered in time"),
    }[code]  # fmt: skip


def release(name: str, day: date) -> str:
    """A release as a mark on a time line."""
    return _("{day}: {name}").format(day=say_date(day, "long"), name=name)


def say(code: str, value: float) -> str:
    """A value of this figure as it is read."""
    kind = FIGURES[code].kind
    if kind in (Kind.PEOPLE, Kind.SHARE):
        return _("{n} %").format(n=say_number(100 * value, 0))
    if kind is Kind.MEDIAN:
        return _duration(code, value)
    if kind is Kind.RATE:
        return _("{n} a week").format(n=say_number(value, 1))
    return say_number(value, POINTS_OF.get(code, 0))


def _duration(code: str, value: float) -> str:
    if code in IN_DAYS:
        return _("{n} days").format(n=say_number(value, 1 if value < 3 else 0))
    if value >= DAYS_FROM:
        return _("{n} days").format(n=say_number(value / 24, 1))
    return _("{n} h").format(n=say_number(value, 1 if value < 10 else 0))


def interval(code: str, value: Estimate) -> str:
    """The 95 % interval, where there is one."""
    if value.low is None or value.high is None:
        return ""
    return _("{low} to {high}").format(low=say(code, value.low), high=say(code, value.high))


def stands_on(view: FigureView) -> str:
    """What a value stands on, rounded; or why there is none."""
    if view.value is None:
        return absent(view)
    count = say_number(view.value.n, 0)
    words = {
        Kind.PEOPLE: _("of about {n} counted"), Kind.SHARE: _("of about {n}"), Kind.MEAN: _("about {n} answers"),
        Kind.NPS: _("about {n} answers"), Kind.MEDIAN: _("about {n} times"), Kind.RATE: _("over about {n} weeks"),
    }[view.kind]  # fmt: skip
    return words.format(n=count)


def absent(view: FigureView) -> str:
    """Why a figure is not there."""
    if view.needs is None or not view.weeks:
        return _("not shown: fewer than {n} people on one side of it").format(n=SMALLEST)
    return _("shown for {months} months or more: too few people in less").format(months=round(view.needs / 4.33))


def was(view: FigureView) -> str:
    """The value of the period before."""
    if view.before is None or view.value is None:
        return ""
    return _("was {value}").format(value=say(view.code, view.before.value))


def change(view: FigureView) -> str:
    """What the newest points say against the usual range, in words."""
    if view.limits is None:
        return _("Too few points for a usual range.") if view.points else absent(view).capitalize() + "."
    newest, count = len(view.points) - 1, 0
    while newest - count in view.limits.beyond:
        count += 1
    if count:
        above = view.points[-1].value > view.limits.centre
        words = _("Above the usual range: {when}.") if above else _("Below the usual range: {when}.")
        return words.format(when=_stretches(count, view.weeks))
    if view.limits.run:
        words = _("Higher than usual: {when}.") if view.limits.run > 0 else _("Lower than usual: {when}.")
        return words.format(when=_stretches(abs(view.limits.run), view.weeks))
    return _("Within its usual range.")


def _stretches(count: int, weeks: int) -> str:
    length = count * weeks
    return ngettext("the last week", "the last {n} weeks", length).format(n=length)


def headline(view: ServiceView) -> str:
    """The paragraph before the figures: alliance first, then reach, replies, burden."""
    parts = [_alliance(view), _reach(view), _replies(view), _burden(view)]
    return " ".join(part for part in parts if part)


def _alliance(view: ServiceView) -> str:
    coverage, gap = view["coverage"].value, view["alliance_gap"].value
    said = []
    if coverage is not None:
        said.append(
            _("Of 100 people who had a session in a month, both sides rated the alliance for {n}.").format(
                n=say_number(100 * coverage.value, 0)
            )
        )
    if gap is not None:
        words = _("Patients and therapists rate it alike ({gap} points apart).")
        if abs(gap.value) >= 0.1:
            higher = _("Patients rate it {gap} points higher than therapists, as elsewhere.")
            words = higher if gap.value > 0 else _("Therapists rate it {gap} points higher than patients.")
        said.append(words.format(gap=say_number(abs(gap.value), 2)))
    return " ".join(said)


def _reach(view: ServiceView) -> str:
    using, answered = view["using"].value, view["answered"].value
    if using is None or answered is None:
        return ""
    words = _(
        "{using} of 100 people in treatment use the programme in a week, and {answered} of 100 entries are answered."
    )
    return words.format(using=say_number(100 * using.value, 0), answered=say_number(100 * answered.value, 0))


def _replies(view: ServiceView) -> str:
    reply = view["reply_team"]
    if reply.value is None:
        return ""
    said = _("Half of the messages are answered within {time}.").format(time=say("reply_team", reply.value.value))
    usual = reply.limits
    changed = usual is not None and (usual.run or len(reply.points) - 1 in usual.beyond)
    return f"{said} {change(reply)}" if changed else said


def _burden(view: ServiceView) -> str:
    alerts, useful = view["alerts"].value, view["useful"].value
    if alerts is None or useful is None:
        return ""
    words = _("A therapist has {n} new alerts a week; of those marked, {useful} of 100 were useful.")
    return words.format(n=say_number(alerts.value, 1), useful=say_number(100 * useful.value, 0))


def scope(view: ServiceView) -> str:
    """What is looked at: programme, team, weeks."""
    whom = view.programme.name if view.programme else _("all programmes")
    if view.team:
        whom += f", {view.team.name}"
    return whom


def as_of(view: ServiceView) -> str:
    """Up to when the figures go, and when they were made."""
    if view.last_day is None or view.made_at is None:
        return ""
    made = say_time(view.made_at, view.time_zone, "d MMM y, HH:mm")
    return _("{weeks} weeks to Sunday {day}; worked out {made}").format(
        weeks=view.weeks, day=say_date(view.last_day, "d MMM y"), made=made
    )


def nothing_yet() -> str:
    """Before the first night."""
    return _(
        "The figures are worked out at night. There are none yet: wait until tomorrow, or ask your administrator "
        "to run "
        "`python -m dashboard figures`."
    )


def protection() -> str:
    """How people are protected, in one line."""
    return _(
        "Nobody can be found here: no figure stands on fewer than {n} people, counts are to the nearest {r}, and "
        "a small "
        "group stays hidden also where two figures are subtracted. There is no table of patients or therapists."
    ).format(n=SMALLEST, r=ROUNDED_TO)


def definition(code: str) -> str:
    """What is counted, of what, and its limits."""
    return definition_of(code)


def period_name(weeks: int) -> str:
    """A period to choose."""
    return {13: _("3 months"), 26: _("6 months"), 52: _("12 months")}[weeks]


def reference(code: str) -> tuple[float, str] | None:
    """A published figure to draw beside, with its source; never a target."""
    if code in TALKING_THERAPIES:
        value = TALKING_THERAPIES[code]
        words = _("NHS Talking Therapies, England {year}: {n} % (PHQ-9 and anxiety scales at the end of treatment)")
        return value, words.format(year=TALKING_THERAPIES_YEAR, n=_percent(value))
    known = {
        "answered": (COMPLIANCE, _("published norm at 6 a day for 7 days: {n} %").format(n=_percent(COMPLIANCE))),
        "accepted": (ACCEPTANCE, _("Medina 2022: {n} %").format(n=_percent(ACCEPTANCE))),
        "week_12": (USE, _("Medina 2022, use: {n} %").format(n=_percent(USE))),
        "usability": (SUS_BENCHMARK, _("mean of many products: {n}").format(n=say_number(SUS_BENCHMARK, 0))),
    }
    return known.get(code)


def earlier_note() -> str:
    """What the marks below the recommendation are."""
    return _("▲ the clinic's three earlier attempts, as reported")


def _percent(share: float) -> str:
    return say_number(100 * share, 1)


def alt(view: FigureView) -> str:
    """A trend in words for those who do not see it."""
    said = [name(view.code)]
    if view.value is not None:
        said.append(say(view.code, view.value.value))
    if view.points:
        low, high = min(p.value for p in view.points), max(p.value for p in view.points)
        said.append(_("between {low} and {high}").format(low=say(view.code, low), high=say(view.code, high)))
    return ", ".join(said) + ". " + change(view)


def say_day(day: date) -> str:
    """The last day of a point."""
    return say_date(day, "d MMM y")


def treatment_week(part: str, parts: list[str]) -> str:
    """A week of treatment; the last one stands for all later ones."""
    return f"{int(part)}+" if part == parts[-1] and int(part) > TREATMENT_WEEKS else str(int(part))


def plain_number(value: float) -> str:
    """A number as it stands on an axis."""
    return say_number(value, 0)

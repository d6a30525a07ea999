"""Words of the time line: names of its rows and units, what a mark says when pointed at, the sentence beside the
figure, and the figure in words for those who do not see it."""

from datetime import date
from functools import lru_cache

from core.clock import day_date
from core.language import LANGUAGES, _, ngettext, say_date, say_number, say_time, spoken
from core.queries.streams import Series, Unit
from core.queries.timeline import Mark, MarkKind, Panel, TimelineView
from core.rules.usual import Basis, Usual
from dashboard.wording import exercises
from dashboard.wording.family_notes import verdict
from models import Domain, Side

RECENT_DAYS = 7


def panel_title(panel: Panel) -> str:
    """The name of a row with what its numbers are."""
    series = panel.series[0]
    named = {"sleep_quality": _("Sleep quality"), "steps": _("Steps"), "outdoors": _("Time outdoors")}
    titles = {
        "affect": _("Affect"), "urges": _("Strongest urge"), "meals": _("Meals eaten"), "activity": _("Activity"),
        "sleep": _("Sleep"),
    }  # fmt: skip
    detail = _unit(panel.code, series)
    return f"<b>{named.get(series.measures[0], titles[panel.code])}</b>" + (f"  {detail}" if detail else "")


def _unit(code: str, series: Series) -> str:
    ends = {"low": say_number(series.low, 0), "high": say_number(series.high, 0) if series.high == series.high else ""}
    if series.unit is Unit.SCALE:
        mean = code == "affect"
        return (_("day mean, {low}–{high}") if mean else _("{low}–{high}")).format(**ends)
    return {
        Unit.PERCENT_OF_SCALE: _("day mean, % of each scale"), Unit.MEALS: "", Unit.MINUTES: _("minutes"),
        Unit.STEPS: _("steps"), Unit.HOURS: _("hours"),
    }[series.unit]  # fmt: skip


def alliance_title() -> str:
    """The name of the top row."""
    return "<b>" + _("Alliance") + "</b>  " + _("mean of goal, task and bond, 1–5")


def parts_text(goal: str, task: str, bond: str) -> str:
    """The three sub-scales of one rating."""
    return _("goal {goal}, task {task}, bond {bond}").format(goal=goal, task=task, bond=bond)


def panel_name(code: str) -> str:
    """A row's plain name, within a sentence."""
    return {
        "affect": _("mood"), "urges": _("urges"), "meals": _("meals"), "activity": _("activity"), "sleep": _("sleep"),
        "alliance": _("alliance"),
    }[code]  # fmt: skip


def series_name(domain: Domain) -> str:
    """What stands at the end of a line."""
    return {
        Domain.POSITIVE_AFFECT: _("pleasant"), Domain.NEGATIVE_AFFECT: _("unpleasant"), Domain.URGES: _("urge"),
        Domain.MEALS: _("meals"), Domain.ACTIVITY: _("activity"), Domain.SLEEP: _("sleep"),
    }[domain]  # fmt: skip


def side_name(view: TimelineView, side: Side) -> str:
    """Whose line of the alliance it is."""
    if side is Side.PATIENT:
        return view.given_name
    return _("you") if view.own else _("therapist")


def lane_name(kind: MarkKind) -> str:
    """The row of marks of one kind."""
    return {
        MarkKind.SESSION: _("sessions"), MarkKind.MISSED_SESSION: _("sessions"), MarkKind.MESSAGE_IN: _("messages"),
        MarkKind.MESSAGE_OUT: _("messages"), MarkKind.FAMILY_NOTE: _("family"), MarkKind.ALERT: _("alerts"),
        MarkKind.STEP: _("steps"), MarkKind.EXERCISE: _("exercises"),
    }[kind]  # fmt: skip


def usual_label(usual: Usual) -> str:
    """The band's name at its side."""
    return _("usual {low}–{high}").format(low=say_number(usual.low), high=say_number(usual.high))


def gap_label(days: int) -> str:
    """What stands in a stretch of silence."""
    return ngettext("no entries, {n} day", "no entries, {n} days", days).format(n=days)


def say_day(day: int, near: date | None = None) -> str:
    """A day as a date; with the year where it is not that of ``near``."""
    found = day_date(day)
    return say_date(found) if near is None or found.year == near.year else say_date(found, "d MMM y")


def value_text(series: Series, value: float) -> str:
    """A value with its unit."""
    if series.unit is Unit.HOURS:
        return _("{n} h").format(n=say_number(value))
    if series.unit is Unit.MINUTES:
        return _("{n} min").format(n=say_number(value, 0))
    if series.unit is Unit.PERCENT_OF_SCALE:
        return f"{say_number(value, 0)} %"
    return say_number(value, 0 if series.unit is Unit.STEPS else 1)


def marks_text(marks: list[Mark], view: TimelineView) -> str:
    """What the marks of one kind on one day say when pointed at (not yet escaped)."""
    mark, count = marks[-1], len(marks)
    when = say_time(mark.at, view.time_zone, "EEE d MMM")
    if mark.kind is MarkKind.EXERCISE:
        return f"{when} · {exercises.marks_text(marks)}"
    text = _mark(mark.kind, count).format(
        number=mark.number, name=view.given_name, count=count, code=mark.code, rule=rule_name(mark.code)
    )
    return f"{when} · {text}{_noticed(mark)}{_state(mark)}"


def _mark(kind: MarkKind, count: int) -> str:
    match kind:
        case MarkKind.SESSION:
            return _("Session {number}")
        case MarkKind.MISSED_SESSION:
            return _("Session {number} was missed")
        case MarkKind.MESSAGE_IN:
            return ngettext("Message from {name}", "{count} messages from {name}", count)
        case MarkKind.MESSAGE_OUT:
            return ngettext("Message to {name}", "{count} messages to {name}", count)
        case MarkKind.FAMILY_NOTE:
            return _("Note from the family ({code})")
        case MarkKind.ALERT:
            return ngettext("Alert: {rule}", "{count} alerts, last: {rule}", count)
    return _("Change to step {number}")


def _state(mark: Mark) -> str:
    if mark.kind is MarkKind.ALERT:
        return " · " + (_("closed") if mark.done else _("open"))
    if mark.kind is MarkKind.MESSAGE_IN and not mark.done:
        return " · " + _("not read yet")
    return " · " + verdict(mark.agreement) if mark.agreement is not None else ""


def _noticed(mark: Mark) -> str:
    worse = [domain for domain, seen in mark.noticed if seen == "worse"]
    return " · " + _("worse: {what}").format(what=", ".join(noticed_name(d) for d in worse)) if worse else ""


def noticed_name(domain: str) -> str:
    """What a relative can notice, in words."""
    return {
        "meals": _("meals"), "sleep": _("sleep"), "mood": _("mood"), "activity": _("activity"),
        "contact": _("contact"), "energy": _("energy"),
    }.get(domain, domain)  # fmt: skip


def rule_name(code: str) -> str:
    """A rule in a few words, as a mark says it."""
    return _rules(spoken()).get(code, code.replace("_", " "))


@lru_cache(maxsize=len(LANGUAGES))
def _rules(_language: str) -> dict[str, str]:
    """All of them, once for each language: a time line names one for each of its marks."""
    return {
        "safety_answer": _("safety answer"), "phq9_item9": _("PHQ-9, item 9"), "core10_item6": _("CORE-10, item 6"),
        "cssrs_now": _("C-SSRS answer"), "cssrs_same_day": _("C-SSRS answer"), "cssrs_next_day": _("C-SSRS answer"),
        "reliable_deterioration": _("reliable change for the worse"), "alliance_fall": _("possible strain"),
        "alliance_gap": _("different views of the alliance"), "ewma_change": _("change from usual"),
        "no_entries": _("no entries"), "meals_missed": _("meals missed"), "sleep_short": _("short sleep"),
        "message_unanswered": _("message unanswered"), "srs_low": _("session rating to raise"),
        "off_course": _("off the expected course"),
    }  # fmt: skip


def beside(view: TimelineView) -> str:
    """The sentence beside the figure: the last week against the own usual, and what is not there."""
    if not view.panels and not view.ratings:
        return _("Nothing was entered in this range. What happened is marked below; a longer range may show more.")
    unlike, like = _last_week(view)
    parts = []
    if unlike:
        parts.append(_("Last 7 days unlike the usual: {what}.").format(what="; ".join(unlike)))
    elif like:
        parts.append(_("Last 7 days: each stream with a known usual stayed within it."))
    return " ".join(parts + _not_there(view))


def _last_week(view: TimelineView) -> tuple[list[str], list[str]]:
    unlike, like = [], []
    for series in (s for panel in view.panels for s in panel.series):
        week = series.settled(view.today).between(view.last - RECENT_DAYS + 1, view.last)
        if series.usual is None or not len(week.day):
            continue
        mean = float(week.value.mean())
        name = series_words(series.domain)
        if series.usual.unlike(mean):
            unlike.append(
                _("{name} {value} (usual {usual})").format(
                    name=name, value=value_text(series, mean), usual=value_text(series, series.usual.median)
                )
            )
        else:
            like.append(name)
    return unlike, like


def series_words(domain: Domain) -> str:
    """A series within a sentence."""
    return {
        Domain.POSITIVE_AFFECT: _("pleasant mood"), Domain.NEGATIVE_AFFECT: _("unpleasant mood"),
        Domain.URGES: _("urges"), Domain.MEALS: _("meals eaten"), Domain.ACTIVITY: _("activity"),
        Domain.SLEEP: _("sleep"),
    }[domain]  # fmt: skip


def _not_there(view: TimelineView) -> list[str]:
    parts = []
    if view.quiet:
        names = ", ".join(panel_name(code) for code in view.quiet)
        parts.append(_("Silent in this range: {what}.").format(what=names))
    if view.never:
        names = ", ".join(panel_name(code) for code in view.never)
        parts.append(_("Not recorded: {what}.").format(what=names))
    if view.closed:
        parts.append(_("The data end on {day}.").format(day=say_day(view.last, date.min)))
    if view.withheld:
        text = (
            _("{name}'s newest rating is shown once you have given yours.")
            if view.own
            else _("{name}'s newest rating is shown once the therapist's is given.")
        )
        parts.append(text.format(name=view.given_name))
    return parts


def band_note(view: TimelineView) -> str:
    """What the shaded band is, in a line under the figure."""
    usuals = [s.usual for panel in view.panels for s in panel.series if s.usual is not None]
    if not usuals:
        return _("Too few days so far for a usual of their own (it takes ten).")
    if usuals[0].basis is Basis.EIGHT_WEEKS:
        text = _("Shaded: own usual, 8 of 10 days in the eight weeks before the last two ({n} days with data).")
    else:
        text = _("Shaded: own usual, 8 of 10 of all {n} days with data.")
    return text.format(n=max(usual.days for usual in usuals))


def alt(view: TimelineView) -> str:
    """The figure in words, as its accessible name."""
    start = say_date(day_date(view.first), "d MMMM y")
    end = say_date(day_date(view.last), "d MMMM y")
    names = ", ".join([_("alliance")] * bool(view.ratings) + [panel_name(panel.code) for panel in view.panels])
    parts = [
        _("Time line from {start} to {end}: {names}.").format(start=start, end=end, names=names or _("no streams"))
    ]
    for side in Side:
        ratings = view.side(side)
        if ratings:
            first, last = say_number(ratings[0].mean), say_number(ratings[-1].mean)
            text = _("Alliance by {who}: {first} at first, {last} at last.")
            parts.append(text.format(who=side_name(view, side), first=first, last=last))
    silent = [stretch for stretch in view.gaps if stretch[1] - stretch[0] >= 2]
    if silent:
        text = ngettext("{n} stretch of three or more days without entries.",
                        "{n} stretches of three or more days without entries.", len(silent))  # fmt: skip
        parts.append(text.format(n=len(silent)))
    return " ".join([*parts, beside(view)])


def ranges() -> dict[int, str]:
    """The ranges to choose from, by days (0: all there is)."""
    return {14: _("14 days"), 30: _("30 days"), 90: _("90 days"), 0: _("All")}


def focus_note(focus: str) -> str:
    """Why a row is larger than the others."""
    names = {
        Domain.POSITIVE_AFFECT.value: _("mood"), Domain.NEGATIVE_AFFECT.value: _("mood"),
        Domain.AROUSAL.value: _("mood"),
    } | {code: panel_name(code) for code in ("affect", "urges", "meals", "activity", "sleep", "alliance")}  # fmt: skip
    if focus not in names:
        return _("This factor has no row of its own here; the marks show messages, sessions and notes.")
    return _("Brought forward from the signal: {what}").format(what=names[focus])

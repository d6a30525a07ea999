"""Words of the rules: what each brings, what it would bring, and what that was worth. Counts with their intervals,
never a bare percentage."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from core.clock import day_date
from core.language import LANGUAGES, _, ngettext, say_date, say_number, say_time, spoken
from core.queries.rule_figures import Change, RuleFigures, RulesView
from core.rehearsal.judge import Judged, Share
from core.rehearsal.rehearse import Rehearsal
from core.rules.catalogue import RULES
from dashboard.wording.alerts import title
from models import Response

ENOUGH = 10  # (d) of fewer no interval is said
HOURS = 48


def load(view: RulesView) -> str:
    """What all rules together bring, against the budget."""
    words = _(
        "Together they brought each therapist {n} alerts a week over the last {weeks} weeks; the budget is {budget}."
    )
    return words.format(n=say_number(view.per_week), weeks=view.weeks, budget=view.budget)


def budget_note() -> str:
    """Where the budget comes from and what is beyond it."""
    return _(
        "The budget is a default of ours unless the service sets its own. Beyond it the least pressing statistical "
        "alerts wait for the weekly meeting; what a person said never does."
    )


def rule_title(rule: str) -> str:
    """A rule by its name; of several with one name, with the answer that each asks for."""
    return _rules(spoken())[rule]


@lru_cache(maxsize=len(LANGUAGES))
def _rules(_language: str) -> dict[str, str]:
    """All of them, once for each language: each is told from all the others."""
    shared = Counter(map(title, RULES))
    return {
        code: title(code) if shared[title(code)] == 1 else f"{title(code)}, {_soon(rule.response)}"
        for code, rule in RULES.items()
    }


def _soon(response: Response) -> str:
    return {
        Response.NOW: _("at once"), Response.SAME_DAY: _("the same day"),
        Response.NEXT_WORKING_DAY: _("by the next working day"), Response.TWO_WORKING_DAYS: _("in two working days"),
        Response.NEXT_SESSION: _("in the next session"), Response.SUPERVISION: _("in supervision"),
    }[response]  # fmt: skip


def quiet(rules: Sequence[RuleFigures]) -> str:
    """The rules that run and brought nothing."""
    return _("Nothing in the last weeks: {rules}.").format(rules="; ".join(rule_title(one.rule) for one in rules))


def rule_lines(rule: RuleFigures) -> list[str]:
    """The live figures of one rule, a few words each."""
    if not rule.alerts:
        return [_("nothing in the last weeks")]
    words = ngettext("{n} alert, {week} a week for each therapist", "{n} alerts, {week} a week for each therapist",
                     rule.alerts)  # fmt: skip
    lines = [words.format(n=rule.alerts, week=say_number(rule.per_week, 2))]
    if rule.useful.n:
        lines.append(_("useful: {share}").format(share=of(rule.useful)))
    if rule.overridden.n:
        lines.append(_("put off or not useful: {share}").format(share=of(rule.overridden)))
    if rule.answered_hours is not None:
        lines.append(_("answered after {time}").format(time=hours(rule.answered_hours)))
    if rule.followed.n:
        lines.append(_("an event followed: {share}").format(share=of(rule.followed)))
    if rule.batched:
        lines.append(_("on the weekly list: {n}").format(n=rule.batched))
    return lines


def of(share: Share) -> str:
    """ "28 of 165 (12–24 %)"; the interval where there are enough to give one."""
    said = _("{k} of {n}").format(k=say_number(share.k, 0), n=say_number(share.n, 0))
    ends = share.interval
    if ends is None or share.n < ENOUGH:
        return said
    return (
        said + " " + _("({low}–{high} %)").format(low=say_number(100 * ends[0], 0), high=say_number(100 * ends[1], 0))
    )


def hours(number: float) -> str:
    """A stretch of time as a person says it."""
    if number < HOURS:
        return _("{n} h").format(n=say_number(number, 1 if number < 2 else 0))
    return _("{n} days").format(n=say_number(number / 24, 1))


def threshold(rule: str, name: str) -> str:
    """The name of a threshold, with whether the number we ship is only our default."""
    return named(name) + (" " + _("(our default)") if name in RULES[rule].defaults else "")


def named(name: str) -> str:
    """The name of a threshold in a few words; those that are called by an instrument carry its name."""
    return {
        "weight": _("weight of the newest day (λ)"), "width": _("width of the limits (L)"),
        "days": _("days in a row"), "baseline_days": _("days of usual needed"),
        "reliable_change": _("reliable change of the item mean"), "own_sd": _("own standard deviations below"),
        "ratings": _("ratings needed for it"), "points": _("points between the two sides"),
        "nudge_hours": _("hours until a nudge"), "task_hours": _("hours without an entry"),
        "after_safety_hours": _("hours after an answer about safety"), "unread_days": _("working days unread"),
        "unanswered_days": _("working days unanswered"), "meals": _("meals skipped on a day"),
        "compensation_rise": _("rise of compensation over usual"), "efficiency": _("sleep efficiency below, in %"),
        "efficiency_nights": _("such nights"), "hours": _("hours of sleep below"),
        "short_nights": _("nights that short"), "of_nights": _("of so many nights"), "at_least": _("answer at least"),
        "total_below": _("total below"), "item_below": _("a scale below"),
    }.get(name, name.upper())  # fmt: skip


def asked(view: Rehearsal) -> str:
    """What was replayed."""
    words = _("{rule}, replayed on {n} people from {first} to {last}, each day with what was known on that day.")
    return words.format(
        rule=title(view.rule), n=say_number(view.people, 0), first=say_date(day_date(view.first), "d MMM y"),
        last=say_date(day_date(view.last), "d MMM y"),
    )  # fmt: skip


def difference(view: Rehearsal) -> str:
    """What would change, in one sentence."""
    now, then = view.now.per_week, view.proposed.per_week
    if view.now.alerts == view.proposed.alerts and not view.changes:
        return _("Nothing would change: {n} alerts a week for each therapist.").format(n=say_number(now, 2))
    words = _("{then} instead of {now} alerts a week for each therapist; {people} people would have more or fewer.")
    return words.format(then=say_number(then, 2), now=say_number(now, 2), people=len(view.changes))


def worth(judged: Judged) -> list[tuple[str, str]]:
    """What the alerts of one setting were worth, as (question, answer)."""
    lead = "–" if judged.lead_days is None else _("{n} days").format(n=say_number(judged.lead_days, 0))
    return [
        (_("Alerts"), say_number(judged.alerts, 0)),
        (_("For each therapist and week"), say_number(judged.per_week, 2)),
        (_("An event followed within four weeks"), of(judged.followed) if judged.followed.n else "–"),
        (_("Median days from alert to event"), lead),
        (_("Events with an alert before"), of(judged.preceded) if judged.preceded.n else "–"),
        (_("Near a real alert marked useful"), of(judged.useful) if judged.useful.n else "–"),
    ]


def cautions(view: Rehearsal) -> str:
    """What the figures rest on."""
    said = _(
        "Recorded events are crises, relapses and admissions; the interval is the 95 % one. An alert is taken to keep "
        "its rule quiet for a week. Figures on the past promise nothing: an alert that was acted on may have prevented "
        "what it was about."
    )
    if view.silent_days is None:
        return said
    gaps = _("On {share} % of the days there was no value to look at; such days count as unknown, never as well.")
    return said + " " + gaps.format(share=say_number(100 * view.silent_days, 0))


def alt(view: Rehearsal) -> str:
    """The chart in words."""
    highest = max((*view.now.weeks, *view.proposed.weeks), default=0.0)
    words = _("Alerts for each therapist by week: {now} on average as it is, {then} as proposed, {most} at most.")
    return words.format(
        now=say_number(view.now.per_week, 2), then=say_number(view.proposed.per_week, 2), most=say_number(highest)
    )


def person_line(before: int, after: int) -> str:
    """How often somebody would have come up."""
    return _("{before} before, {after} as proposed").format(before=before, after=after)


def change_line(change: Change, time_zone: str) -> str:
    """Who set a rule when."""
    values = ", ".join(f"{named(name)}: {say_number(value, 2)}" for name, value in change.thresholds.items())
    words = _("{when}: {who} switched it on for {where} ({values})")
    if not change.runs:
        words = _("{when}: {who} switched it off for {where} ({values})")
    return words.format(
        when=say_time(change.at, time_zone, "d MMM y HH:mm"), who=change.by or _("Somebody"),
        where=change.programme or _("the service"), values=values or _("as it was"),
    )  # fmt: skip


def fixed() -> str:
    """Why some rules cannot be changed."""
    return _("What a person says about their safety always counts: this rule can be rehearsed, never changed.")

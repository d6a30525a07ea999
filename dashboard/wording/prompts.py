"""Sentences of how a person is asked: the load in questions a week, times, what became of the requests. Unanswered is
never "non-compliant"."""

from collections.abc import Callable, Mapping

from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.prompt_plan import PromptPlanView
from core.queries.prompts import Compliance

_KINDS: Mapping[str, Callable[[], str]] = {
    "momentary": lambda: _("Right now"), "morning": lambda: _("Morning"), "evening": lambda: _("Evening"),
    "safety": lambda: _("Safety"), "study": lambda: _("Study"),
}  # fmt: skip


def title(view: PromptPlanView) -> str:
    """Whose plan it is."""
    return _("How I am asked") if view.own else _("How {name} is asked").format(name=view.name)


def lead(view: PromptPlanView) -> str:
    """That it is agreed on together."""
    if view.own:
        return _("You and your therapist decide this together; either of you can change it at any time.")
    return _("Decide this together. {name} sees the same page and can change it too.").format(name=view.name)


def load(view: PromptPlanView) -> str:
    """What the plan costs in a week."""
    first, later = (say_number(float(n), 0) for n in view.questions)
    until = say_date(view.agreed.baseline_until)
    if view.baseline:
        said = _("At most {first} questions a week until {until} (the closer look), then {later}.")
    else:
        said = _("At most {later} questions a week; every one of them may be skipped.")
    return said.format(first=first, later=later, until=until)


def minutes(view: PromptPlanView) -> str:
    """The same in minutes."""
    now = view.questions[0] if view.baseline else view.questions[1]
    n = max(1, round(now * 3 / 60))
    return ngettext("About {n} minute a week.", "About {n} minutes a week.", n).format(n=n)


def kind(code: str) -> str:
    """A kind of request."""
    return _KINDS[code]() if code in _KINDS else code


def today(view: PromptPlanView) -> str:
    """The times of today."""
    if not view.today:
        return _("Nobody is asked today.")
    times = ", ".join(
        f"{say_time(slot.sent_at, view.time_zone, 'HH:mm')} {kind(slot.kind.value).lower()}" for slot in view.today
    )
    return _("Today: {times}.").format(times=times)


def became(one: Compliance, *, days: int) -> str:
    """What became of the requests of a stretch of days."""
    if not one.asked:
        return _("No requests in the last {days} days.").format(days=days)
    answered = one.in_time + one.late
    said = ngettext(
        "{answered} of {asked} request answered in the last {days} days",
        "{answered} of {asked} requests answered in the last {days} days", one.asked,
    ).format(answered=answered, asked=one.asked, days=days)  # fmt: skip
    late = ngettext("{n} of them late", "{n} of them late", one.late).format(n=one.late)
    return f"{said}, {late}." if one.late else f"{said}."


def changed(view: PromptPlanView) -> str:
    """Whose plan is in force."""
    if view.changed_at is None:
        return _("This is what the programme proposes; nobody has changed it.")
    at = say_time(view.changed_at, view.time_zone, "d MMMM y HH:mm")
    return _("Last changed by {name}, {time}.").format(name=view.changed_by or _("Somebody"), time=at)


def default_note() -> str:
    """That the numbers are ours."""
    return _("Two weeks of a closer look and then mornings and evenings is our default, without published evidence.")

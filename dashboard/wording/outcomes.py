"""Words of a patient's questionnaires over time, for who treats them: the first and the newest total, whether the
change is more than measurement error, and which published lines the picture shows."""

from core.instruments import instrument
from core.instruments.definition import CutOff, Definition, Fact
from core.language import _, ngettext, say_number, say_time
from core.queries.outcomes import OutcomesView, OutcomeView


def sentence(outcome: OutcomeView, view: OutcomesView) -> str:
    """How often it was answered, the first and the newest total, and what the change between them is."""
    told = first_and_newest(outcome, view.time_zone)
    return told if len(outcome.answered) == 1 else f"{told} {change(outcome)}"


def first_and_newest(outcome: OutcomeView, time_zone: str) -> str:
    """How often it was answered, and the first and the newest total with their days."""
    (first_at, first), (last_at, last) = outcome.answered[0], outcome.answered[-1]
    days = [say_time(when, time_zone, "d MMM") for when in (first_at, last_at)]
    n = len(outcome.answered)
    said = ngettext("Answered once, {day}: {last}.", "Answered {n} times: {first} on {start}, {last} on {day}.", n)
    return said.format(n=n, first=total(first), last=total(last), start=days[0], day=days[1])


def change(outcome: OutcomeView) -> str:
    """The change since the first answer, against measurement error."""
    definition = instrument(outcome.code)
    difference = outcome.answered[-1][1] - outcome.answered[0][1]
    known = _reliable(definition)
    if known is None:
        return _("How much change is more than measurement error is not known for this total.")
    if abs(difference) < known.value:
        words = _("The change is within measurement error ({value}).")
    elif difference * outcome.better > 0:
        words = _("Better by more than measurement error ({value}).")
    else:
        words = _("Worse by more than measurement error ({value}).")
    told = words.format(value=say_number(known.value, 1))
    return told if known.verified else f"{told} {_('That figure is recalled, not verified.')}"


def _reliable(definition: Definition) -> Fact | None:
    """What holds for the total: a figure for single scales says nothing of their sum."""
    whole = definition.total is not None and not definition.total.parts
    return definition.reliable_change if whole else None


def lines(outcome: OutcomeView) -> list[CutOff]:
    """The published thresholds on the total, lowest first."""
    on_total = [cut for cut in instrument(outcome.code).cut_offs if cut.subscale is None]
    return sorted(on_total, key=lambda cut: cut.value)


def lines_sentence(outcome: OutcomeView) -> str:
    """What the dotted lines are; empty where there are none."""
    told = [_side(cut).format(value=say_number(cut.value), meaning=cut.meaning) for cut in lines(outcome)]
    if not told:
        return ""
    return _("Dotted: {lines}. A line is where to ask, not a verdict.").format(lines="; ".join(told))


def _side(cut: CutOff) -> str:
    return {
        "at_least": _("{value} or more, {meaning}"), "at_most": _("{value} or less, {meaning}"),
        "below": _("below {value}, {meaning}"),
    }[cut.side]  # fmt: skip


def total(value: float) -> str:
    """A total as people write it."""
    return say_number(value, 0 if value == round(value) else 1)


def nothing_yet(view: OutcomesView) -> str:
    """Before the first answer."""
    return _("{name} has not answered a questionnaire about how they are yet.").format(name=view.name)

"""Words of exercises that both sides read: names in the reader's language, how often and until when, how much it
helped; and the short list beside the case."""

from collections.abc import Mapping, Sequence
from datetime import date

from core.exercises.definition import Exercise, Parameter, Words
from core.exercises.library import exercises
from core.language import _, ngettext, say_date, say_number, say_time, spoken
from core.queries.exercise_marks import ExercisesView, Use
from core.queries.exercises import AssignedView, DoingView, ExercisesPage
from core.queries.timeline import Mark

ICONS = {
    "steps": ":material/format_list_numbered:", "timer": ":material/timer:", "form": ":material/edit_note:",
    "reading": ":material/menu_book:",
}  # fmt: skip
TOPICS = ("calm", "eating", "mood", "sleep", "thoughts", "illness", "relationships", "treatment")


def said(one: Exercise) -> Words:
    """Everything that an exercise shows, in the reader's language."""
    return one.said(spoken())


def title(code: str) -> str:
    """An exercise's name; its code where the library has it no more."""
    one = exercises().get(code)
    return said(one).title if one else code.replace("-", " ")


def topic(code: str) -> str:
    """The name of a topic."""
    return {
        "calm": _("Calm in a hard moment"), "eating": _("Eating and urges"), "mood": _("Mood and what matters"),
        "sleep": _("Sleep"), "thoughts": _("Thoughts and worries"), "illness": _("Living with the illness"),
        "relationships": _("With others"), "treatment": _("About the treatment"),
    }[code]  # fmt: skip


def kind(code: str) -> str:
    """What sort of thing it is."""
    return {
        "steps": _("Step by step"), "timer": _("With a timer"), "form": _("To fill in"), "reading": _("To read"),
    }[code]  # fmt: skip


def minutes(count: int) -> str:
    """A number of minutes."""
    return ngettext("{n} minute", "{n} minutes", count).format(n=count)


def in_unit(parameter: Parameter, value: int) -> str:
    """A parameter's value with its unit."""
    words = {
        "minutes": ngettext("{n} minute", "{n} minutes", value), "hours": ngettext("{n} hour", "{n} hours", value),
        "seconds": ngettext("{n} second", "{n} seconds", value), "times": ngettext("{n} time", "{n} times", value),
        "points": ngettext("{n} point", "{n} points", value),
    }  # fmt: skip
    return words[parameter.unit].format(n=value)


def often(times: int | None) -> str:
    """How often it was agreed on."""
    if times is None:
        return _("whenever it helps")
    daily = {7: _("once a day"), 14: _("twice a day"), 21: _("three times a day")}
    if times in daily:
        return daily[times]
    return ngettext("once a week", "{n} times a week", times).format(n=times)


def days(starts: date, ends: date | None, today: date) -> str:
    """On which days, as far as it is worth saying."""
    if starts > today:
        return _("from {day}").format(day=say_date(starts))
    return _("until {day}").format(day=say_date(ends)) if ends else ""


def helped(value: int) -> str:
    """How much it helped, 0 to 4."""
    return (_("Not at all"), _("A little"), _("Somewhat"), _("Quite a bit"), _("Very much"))[value]


def helped_mean(use: Use) -> str:
    """How much it helped over several times."""
    if use.helped is None:
        return _("nobody said whether it helped")
    words = _("helped {mean} of 4")
    return words.format(mean=say_number(use.helped))


def marks_text(marks: Sequence[Mark]) -> str:
    """What the exercises of one day say when pointed at."""
    parts = []
    for mark in marks:
        name = title(mark.code)
        if not mark.done:
            parts.append(_("{name}, begun").format(name=name))
        elif mark.number is None:
            parts.append(_("{name}, done").format(name=name))
        else:
            parts.append(_("{name}, helped: {much}").format(name=name, much=helped(mark.number).lower()))
    return "; ".join(parts)


def summary(view: ExercisesView) -> str:
    """All of it in one line."""
    if not view.assigned and not view.done_lately:
        return _("Nothing assigned, and nothing done in the last 28 days.")
    done = ngettext("{n} done in the last 28 days", "{n} done in the last 28 days", view.done_lately)
    assigned = ngettext("{n} assigned", "{n} assigned", len(view.assigned))
    return f"{assigned.format(n=len(view.assigned))}, {done.format(n=view.done_lately)}."


def use_line(use: Use) -> str:
    """What was done lately and whether it helped."""
    done = ngettext("done once", "done {n} times", use.done).format(n=use.done)
    return f"{done}, {helped_mean(use)}"


def unread(count: int) -> str:
    """That the patient wrote something with their exercises."""
    return ngettext("{n} with words to read", "{n} with words to read", count).format(n=count)


def agreed_line(one: AssignedView, page: ExercisesPage) -> str:
    """What was agreed about an assigned exercise, in one line."""
    parts = [often(one.times_a_week), days(one.starts_on, one.ends_on, page.today), parameters(one)]
    if one.aim:
        parts.append(_("for: {aim}").format(aim=one.aim))
    return " · ".join(part for part in parts if part)


def parameters(one: AssignedView) -> str:
    """What is set otherwise than usual."""
    if one.template is None:
        return ""
    names = said(one.template).parameters
    other = [p for p in one.template.parameters if one.parameters[p.code] != p.default]
    return ", ".join(f"{names[p.code].lower()} {in_unit(p, one.parameters[p.code])}" for p in other)


def assigned_by(one: AssignedView, page: ExercisesPage) -> str:
    """Who assigned it when, and how often it was done this week."""
    by = _("{name}, {day}").format(name=one.by or _("Somebody"), day=say_time(one.assigned_at, page.time_zone, "d MMM"))
    if not one.done_this_week:
        return by
    done = ngettext("done once this week", "done {n} times this week", one.done_this_week)
    return f"{by} · {done.format(n=one.done_this_week)}"


def choice(one: Exercise, page: ExercisesPage) -> str:
    """An exercise in the list to choose from."""
    parts = [said(one).title, kind(one.kind).lower(), topic(one.topic).lower()]
    if one.code not in page.here:
        parts.append(_("meant for another step"))
    return " · ".join(parts)


def parameter_label(name: str, parameter: Parameter) -> str:
    """A parameter as a field names it, with its unit."""
    unit = {
        "minutes": _("minutes"), "hours": _("hours"), "seconds": _("seconds"), "times": _("times"),
        "points": _("points"),
    }[parameter.unit]  # fmt: skip
    return f"{name} ({unit})"


def doing_line(one: DoingView, page: ExercisesPage) -> str:
    """When an exercise was done and how much it helped."""
    parts = [say_time(one.started_at, page.time_zone, "EEE d MMM HH:mm")]
    if one.done_at is None:
        parts.append(_("begun"))
    elif one.helped is not None:
        parts.append(_("helped: {much}").format(much=helped(one.helped).lower()))
    return " · ".join(parts)


def answer_lines(one: DoingView) -> list[tuple[str, str]]:
    """The answers of a form: what was asked, and what was answered."""
    template = exercises().get(one.exercise)
    words = said(template) if template else None
    return [(_asked(words, code), _answer(words, code, value)) for code, value in one.answers.items()]


def _asked(words: Words | None, code: str) -> str:
    return words.fields.get(code, code) if words else code


def _answer(words: Words | None, code: str, value: str | int) -> str:
    if isinstance(value, int):
        return say_number(value, 0)
    return words.options.get(value, value) if words and code in words.fields else value


def filled(text: str, chosen: Mapping[str, int]) -> str:
    """A text of an exercise with its parameters in it."""
    return text.format(**chosen) if "{" in text else text

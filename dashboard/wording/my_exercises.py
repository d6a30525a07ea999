"""Words of a patient's own exercises: an offer with its reason, what comes next, where to find more, who meets when."""

from datetime import datetime

from core.exercises.definition import Exercise
from core.exercises.groups import NextMeeting
from core.language import _, ngettext, say_time, spoken
from core.queries.exercises import AssignedView, DoingView, ExercisesPage
from dashboard.wording import exercises as words


def lead(page: ExercisesPage) -> str:
    """What this page is."""
    if not page.assigned:
        return _("Nothing is assigned to you now. Below is everything that others found helpful.")
    if page.therapist:
        return _("Agreed on with {name} and the team. An offer: nothing is counted against you.").format(
            name=page.therapist
        )
    return _("Agreed on with your team. An offer: nothing is counted against you.")


def facts(one: AssignedView, page: ExercisesPage) -> str:
    """How long it takes, how often, and how often it was done this week."""
    parts = [words.minutes(length(one.template, one))] if one.template else []
    parts += [words.often(one.times_a_week), words.days(one.starts_on, one.ends_on, page.today)]
    if one.done_this_week and one.times_a_week:
        done = ngettext("done once this week", "done {n} times this week", one.done_this_week)
        parts.append(done.format(n=one.done_this_week))
    elif one.done_today:
        parts.append(_("done today"))
    return " · ".join(part for part in parts if part)


def length(template: Exercise, one: AssignedView | None) -> int:
    """How many minutes it takes about: those of its timer where they were chosen."""
    timer = template.timer
    if timer is None:
        return template.minutes
    chosen = one.parameters if one else template.chosen({})
    return timer.minutes if isinstance(timer.minutes, int) else int(chosen[timer.minutes])


def why(one: AssignedView) -> str:
    """Whose reason stands below."""
    return _("Why, in {name}'s words").format(name=one.by) if one.by else _("Why")


def serves(one: AssignedView) -> str:
    """The goal or task that it is for."""
    return _("For: {aim}").format(aim=one.aim)


def offer(one: Exercise) -> str:
    """An exercise of the library as a button says it."""
    return f"{words.said(one).title} · {words.minutes(length(one, None))}"


def read_mark(page: ExercisesPage) -> str:
    """Who read last what was written with an exercise; empty where nobody has."""
    read = [one for one in page.doings if one.read_at is not None and one.read_by]
    newest = max(read, key=lambda one: one.read_at or one.started_at, default=None)
    if newest is None or newest.read_at is None:
        return ""
    return _("{name} read what you wrote about “{title}”, {when}.").format(
        name=newest.read_by, title=words.title(newest.exercise), when=_day(newest.read_at, page)
    )


def lately(one: DoingView, page: ExercisesPage) -> str:
    """One that was done: when, and whether it helped."""
    said = f" · {words.helped(one.helped).lower()}" if one.helped is not None else ""
    return f"{_day(one.started_at, page)} · {words.title(one.exercise)}{said}"


def meeting(one: NextMeeting, page: ExercisesPage) -> tuple[str, str]:
    """A meeting's name, and its next time with where it is."""
    title, where = one.meeting.said(spoken())
    if one.at is None:
        return title, where
    return title, f"{say_time(one.at, page.service_zone, 'EEEE d MMM, HH:mm')} · {where}"


def meetings_note(page: ExercisesPage) -> str:
    """What has to be known about the times."""
    if page.example:
        return _("Example times: your service has not set its own yet. Ask your team before you come.")
    return _("Times are those of the service. Not on public holidays.")


def place(number: int, count: int) -> str:
    """Where one is in the steps."""
    return _("Step {n} of {count}").format(n=number, count=count)


def who_reads(page: ExercisesPage) -> str:
    """Who can read what is written here."""
    if page.therapist:
        return _("{name} and the team can read what you write here. It is not watched round the clock.").format(
            name=page.therapist
        )
    return _("Your team can read what you write here. It is not watched round the clock.")


def thanks(one: Exercise) -> str:
    """What is said when it is done."""
    return _("Thank you for reading.") if one.kind == "reading" else _("You have done it.")


def did_it_help(one: Exercise) -> str:
    """The question afterwards."""
    return _("Was it useful?") if one.kind == "reading" else _("Did it help?")


def _day(at: datetime, page: ExercisesPage) -> str:
    return say_time(at, page.time_zone, "EEE d MMM")

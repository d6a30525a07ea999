"""Sentences of the patient's first page: a greeting, what is next, and that nothing of it has to be."""

from zoneinfo import ZoneInfo

from core.language import _, ngettext, say_date, say_time
from core.queries.my_day import MyDayView
from core.queries.prompts import OpenPrompt

NOON, EVENING = 12, 19


def greeting(view: MyDayView) -> str:
    """Good morning, afternoon or evening, by the patient's own clock."""
    hour = view.now.astimezone(ZoneInfo(view.time_zone)).hour
    if hour < NOON:
        said = _("Good morning, {name}")
    else:
        said = _("Good afternoon, {name}") if hour < EVENING else _("Good evening, {name}")
    return said.format(name=view.given_name)


def today(view: MyDayView) -> str:
    """The date in words."""
    return say_date(view.now.astimezone(ZoneInfo(view.time_zone)).date(), "EEEE d MMMM")


def lead(view: MyDayView) -> str:
    """One sentence above the cards."""
    if view.nothing_waits:
        return _("Nothing is waiting for you. You can write something down whenever you like.")
    return _("Here is what is next. Take what suits you; nothing has to be done.")


CHECK_IN = {
    "momentary": lambda: _("How are you right now?"),
    "morning": lambda: _("How was your night?"),
    "evening": lambda: _("How was your day?"),
    "safety": lambda: _("A few questions about staying safe"),
    "study": lambda: _("A few questions"),
}


def check_in(prompt: OpenPrompt) -> str:
    """What a check-in asks, as a question."""
    return CHECK_IN.get(prompt.kind, CHECK_IN["study"])()


def check_in_time(prompt: OpenPrompt, view: MyDayView) -> str:
    """How long it takes, and until when it counts."""
    if prompt.late:
        at = say_time(prompt.sent_at, view.time_zone, "HH:mm")
        return _("From {time}. You can still answer; it will be marked as late.").format(time=at)
    until = say_time(prompt.expires_at, view.time_zone, "HH:mm")
    return _("About a minute, until {time}.").format(time=until)


def unread(view: MyDayView) -> str:
    """How many messages wait."""
    return ngettext("{n} new message", "{n} new messages", view.unread).format(n=view.unread)


def read(view: MyDayView) -> str | None:
    """That somebody read what was written."""
    if view.read_by is None or view.read_at is None:
        return None
    at = say_time(view.read_at, view.time_zone, "EEEE d MMM HH:mm")
    return _("{name} read what you wrote, {time}.").format(name=view.read_by, time=at)


def rating(view: MyDayView) -> str:
    """That the relationship can be rated."""
    with_whom = view.therapist or _("your therapist")
    said = _("How did session {n} with {name} feel to you?")
    return said.format(n=view.rating_session, name=with_whom)


def forms(view: MyDayView) -> str:
    """How many questionnaires are asked."""
    n = len(view.forms)
    return ngettext(
        "{n} questionnaire before your next session", "{n} questionnaires before your next session", n
    ).format(n=n)


def next_session(view: MyDayView) -> str | None:
    """When the two meet next."""
    if view.next_session is None:
        return None
    at = say_time(view.next_session, view.time_zone, "EEEE d MMMM, HH:mm")
    if view.therapist is None:
        return _("Your next session: {time}.").format(time=at)
    return _("Your next session with {name}: {time}.").format(name=view.therapist, time=at)

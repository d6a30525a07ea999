"""Words of the patient's conversation with the team: who read what and when, and when an answer can be expected,
honest about nights, weekends and holidays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.language import _, ngettext, say_time
from core.queries.messages import MessageView, ThreadView
from core.queries.own_messages import OwnMessagesView

FOLD = 700  # characters of a message shown before it is folded


def lead(view: OwnMessagesView) -> str:
    """Who reads what is written here."""
    if view.therapist is None:
        return _("Your team reads what you write here.")
    if view.reader not in (None, view.therapist):
        words = _("{name} is away at the moment; {other} reads what you write here.")
        return words.format(name=view.therapist, other=view.reader)
    return _("{name} reads what you write here, and colleagues of the team who stand in.").format(name=view.therapist)


def nothing(view: OwnMessagesView) -> str:
    """The warm empty state."""
    if view.therapist is None:
        return _("No messages yet. Whatever is on your mind is welcome here.")
    return _("No messages yet. Write {name} whatever is on your mind.").format(name=view.therapist)


def earlier(thread: ThreadView) -> str:
    """The way to older messages."""
    return ngettext("Show {n} earlier message", "Show {n} earlier messages", thread.earlier).format(n=thread.earlier)


def byline(message: MessageView, view: OwnMessagesView) -> str:
    """Who wrote, and when."""
    who = _("You") if message.mine else message.author
    return f"{who} · {moment(message.sent_at, view)}"


def read_mark(message: MessageView, view: OwnMessagesView) -> str:
    """For what the patient wrote: who read it first, and when."""
    if message.read_at is None:
        return _("Not read yet")
    return _("Read by {name}, {time}").format(name=message.read_by, time=moment(message.read_at, view))


def moment(at: datetime, view: OwnMessagesView) -> str:
    """A moment on the patient's clock: the nearer, the shorter."""
    zone = ZoneInfo(view.time_zone)
    today, day = view.now.astimezone(zone).date(), at.astimezone(zone).date()
    if day == today:
        return _("today {time}").format(time=say_time(at, view.time_zone, "HH:mm"))
    if day == today - timedelta(days=1):
        return _("yesterday {time}").format(time=say_time(at, view.time_zone, "HH:mm"))
    if day == today + timedelta(days=1):
        return _("tomorrow {time}").format(time=say_time(at, view.time_zone, "HH:mm"))
    if abs(day - today) < timedelta(days=7):
        return say_time(at, view.time_zone, "EEEE HH:mm" if at > view.now else "EEE HH:mm")
    return say_time(at, view.time_zone, "EEE d MMM HH:mm" if day.year == today.year else "d MMM y HH:mm")


def answer(view: OwnMessagesView) -> str:
    """When an answer can be expected, and whether somebody is at work now."""
    by = moment(view.answer.by, view)
    if view.answer.measured:
        said = _("A message sent now is usually answered by {time}.").format(time=by)
    else:
        said = _("Your team means to answer a message sent now by {time}.").format(time=by)
    if view.answer.opens is None:
        return said
    back = _("Your team is not at work now; it is back {time}.").format(time=moment(view.answer.opens, view))
    return f"{back} {said}"


def working_hours(view: OwnMessagesView) -> str:
    """On which hours the team answers at all."""
    now = view.now.astimezone(ZoneInfo(view.service_zone))
    opens, closes = (now.replace(hour=at.hour, minute=at.minute) for at in (view.opens, view.closes))
    words = _("It answers on working days from {opens} to {closes}, not at night, on weekends or on public holidays.")
    return words.format(
        opens=say_time(opens, view.time_zone, "HH:mm"), closes=say_time(closes, view.time_zone, "HH:mm")
    )


def how_usual(view: OwnMessagesView) -> str:
    """Where the time comes from."""
    if view.answer.measured:
        return _("“Usually”: four of five of the answers you had so far came within that much working time.")
    return _("There are too few answers so far to say what is usual.")


def how_soon(view: OwnMessagesView) -> str:
    """All of it that is behind the one sentence."""
    return f"{working_hours(view)} {how_usual(view)}"


def not_watched() -> str:
    """What this is not for; whom to call stands below."""
    return _("Not watched round the clock: if it cannot wait, call.")

"""Words around messages: who wrote and who read when, and how long answers usually take."""

from datetime import datetime

from core.language import _, ngettext, say_number, say_time
from core.queries.messages import MessageView, ThreadView

FOLD = 700  # characters of a message shown before it is folded


def title(view: ThreadView) -> str:
    """The head of the thread with what is unread."""
    unread = len(view.unread)
    return ngettext("{n} unread", "{n} unread", unread).format(n=unread) if unread else ""


def byline(message: MessageView, time_zone: str) -> str:
    """Who wrote, when, and whether it was read."""
    who = _("you") if message.mine else message.author
    parts = [who, say_time(message.sent_at, time_zone, "EEE d MMM HH:mm")]
    if message.read_at is not None:
        parts.append(
            _("read by {name} {when}").format(
                name=message.read_by, when=say_time(message.read_at, time_zone, "EEE HH:mm")
            )
        )
    else:
        parts.append(_("unread until now") if message.from_patient else _("not read yet"))
    return " · ".join(parts)


def nothing() -> str:
    """The warm empty state."""
    return _("No messages yet. A line from you may open the conversation.")


def earlier(view: ThreadView) -> str:
    """How many older messages there are."""
    return ngettext("{n} earlier message", "{n} earlier messages", view.earlier).format(n=view.earlier)


def waiting(view: ThreadView, time_zone: str) -> str:
    """Since when the patient waits, or nothing."""
    since: datetime | None = view.needs_reply_since
    return "" if since is None else _("waits for an answer since {when}").format(when=say_time(since, time_zone))


def footnote(view: ThreadView, name: str) -> str:
    """How long answers usually take here, and that reading is seen."""
    seen = _("{name} sees that you read it.").format(name=name)
    if view.team_reply_hours is None:
        return seen
    hours = view.team_reply_hours
    usual = (
        _("Usual reply here: {n} h.").format(n=say_number(hours, 0 if hours >= 2 else 1))
        if hours < 48 else _("Usual reply here: {n} days.").format(n=say_number(hours / 24, 0))
    )  # fmt: skip
    return f"{usual} {seen}"

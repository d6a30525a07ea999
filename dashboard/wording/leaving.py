"""Words around a patient's wish to leave, for those who treat them."""

from core.language import _, say_time
from core.queries.leaving import LeaveView


def title(name: str) -> str:
    """The heading of the card."""
    return _("{name} asks to leave").format(name=name)


def asked(leaving: LeaveView, time_zone: str) -> str:
    """Since when it waits."""
    return _("Asked {when}.").format(when=say_time(leaving.asked_at, time_zone, "EEE d MMM HH:mm"))


def what_to_do() -> str:
    """What an answer is for; nothing happens by itself."""
    return _("Nothing is stopped by this. Talk with the person; what can be erased is the administrator's to do.")


def sees(name: str) -> str:
    """The toast after an answer."""
    return _("{name} sees your answer.").format(name=name)

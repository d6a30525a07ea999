"""Sentences about a patient's newest check-in, for the team."""

from core.check_ins.blocks import Kind
from core.language import _, ngettext, say_time
from core.queries.check_ins import CheckInLine

_KIND = {
    Kind.MOMENTARY: lambda: _("How they felt"), Kind.MORNING: lambda: _("Night"), Kind.EVENING: lambda: _("Day"),
    Kind.SAFETY: lambda: _("Safety questions"), Kind.URGES: lambda: _("Urge"), Kind.MEAL: lambda: _("Meal"),
}  # fmt: skip


def nothing(name: str) -> str:
    """Nobody has written with a check-in yet."""
    return _("No check-in by {name} in the application yet.").format(name=name)


def line(one: CheckInLine, time_zone: str) -> str:
    """What was entered when, how much of it, and who read it first."""
    answers = ngettext("{n} answer", "{n} answers", one.answered).format(n=one.answered)
    kind = _KIND[Kind(one.kind)]() if one.kind in list(Kind) else one.kind
    parts = [_("Newest entry"), say_time(one.at, time_zone, "EEE d MMM HH:mm"), kind, answers]
    if one.late:
        parts.append(_("answered late"))
    if one.read_at is not None:
        parts.append(_("read by {name}").format(name=one.read_by or _("Somebody")))
    return " · ".join(parts)

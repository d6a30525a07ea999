"""What a notification says: that something waits, by when, and a link. Nothing of anybody's is in it: it travels
through other people's servers and lights up on telephones that lie on tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.language import _, ngettext, say_time
from models import Response

OVERDUE, TRIAL = "alert_overdue", "trial"
ASKED, ASKED_AGAIN = "check_in", "check_in_reminder"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a notification is about: the kind of the outbox row; of an alert the response asked for and when it is due
    on the clock of ``zone``."""

    kind: str
    response: Response | None = None
    due_at: datetime | None = None
    zone: str = "UTC"

    @property
    def imminent(self) -> bool:
        """Whether it goes out at once, quiet hours or not, on its own."""
        return self.response is Response.NOW or self.kind in (OVERDUE, TRIAL)


def title(matters: Sequence[Matter]) -> str:
    """One line; the response time asked for where it is soon."""
    first = matters[0]
    if first.kind == TRIAL:
        return _("Vincle: this is a test")
    if first.kind == OVERDUE:
        return _("Vincle: an answer is overdue")
    if first.response is Response.NOW:
        return _("Vincle: an answer is asked for now")
    if any(matter.response is Response.SAME_DAY for matter in matters):
        return _("Vincle: an answer is asked for today")
    if all(matter.kind in (ASKED, ASKED_AGAIN) for matter in matters):
        return _("Vincle: a minute, if you like")
    many = ngettext("Vincle: {n} thing waits for you", "Vincle: {n} things wait for you", len(matters))
    return many.format(n=len(matters))


def body(matters: Sequence[Matter], link: str) -> str:
    """A sentence, the link (or where to look without one), and that nothing should be answered here."""
    place = _("Open it: {link}").format(link=link) if link else _("Sign in to Vincle to see it.")
    return f"{_sentence(matters)}\n{place}\n" + _("Nobody reads answers to this message.")


def _sentence(matters: Sequence[Matter]) -> str:
    first = matters[0]
    if first.kind == TRIAL:
        return _("If you read this, Vincle reaches you here.")
    if first.kind == OVERDUE:
        return _("An answer that was asked for is overdue, and nobody has said yet that they saw it.")
    if all(matter.kind in (ASKED, ASKED_AGAIN) for matter in matters):
        return _("There are a few questions for you. You can leave any of them out.")
    if len(matters) > 1:
        return _("They are in your list, in the order in which they are due.")
    if first.due_at is not None:
        return _("It is due by {when}.").format(when=say_time(first.due_at, first.zone, "EEE d MMM HH:mm"))
    return _("It has no clock of its own.")

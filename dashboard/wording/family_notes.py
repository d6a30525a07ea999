"""Words around what the family wrote."""

from core.language import _, say_date, say_time
from core.queries.family_notes import FamilyNoteView


def byline(note: FamilyNoteView, time_zone: str) -> str:
    """Who wrote, about which day, and whether it was read."""
    read = (
        _("unread until now") if note.read_at is None
        else _("read by {name} {when}").format(name=note.read_by, when=say_time(note.read_at, time_zone, "EEE HH:mm"))
    )  # fmt: skip
    about = _("about {day}").format(day=say_date(note.about_day, "EEE d MMM"))
    return f"{note.relative}, {note.relationship} · {about} · {read}"


def noticed(note: FamilyNoteView) -> str:
    """What was noticed, worse things first; what stayed the same is left out."""
    domains = {"mood": _("mood"), "meals": _("meals"), "sleep": _("sleep"), "activity": _("activity")}
    changes = {"worse": _("worse"), "better": _("better")}
    parts = [
        f"{domains.get(domain, domain)} {changes[change]}"
        for wanted in changes
        for domain, change in note.noticed.items()
        if change == wanted
    ]
    return _("Noticed: {list}").format(list=", ".join(parts)) if parts else _("Noticed: as before")

"""Words around what the family wrote, for those who treat the patient."""

from core.language import _, ngettext, say_date, say_time
from core.queries.family_notes import AnswerView, FamilyNoteView
from core.rules.family_agreement import Agreement, Verdict


def byline(note: FamilyNoteView, time_zone: str) -> str:
    """Who wrote, about which days, and whether it was read."""
    read = (
        _("unread until now") if note.read_at is None
        else _("read by {name} {when}").format(name=note.read_by, when=say_time(note.read_at, time_zone, "EEE HH:mm"))
    )  # fmt: skip
    return f"{note.relative}, {note.relationship} · {about(note)} · {read}"


def about(note: FamilyNoteView) -> str:
    """Of which days a note tells."""
    day = say_date(note.about_day, "EEE d MMM")
    if note.days == 1:
        return _("about {day}").format(day=day)
    return _("about the {n} days up to {day}").format(n=note.days, day=day)


def noticed(note: FamilyNoteView) -> str:
    """How the days were, and what was noticed, worse things first; what stayed the same is left out."""
    hows = {
        "harder": _("Harder days, as they see it"), "usual": _("Days as usual, as they see it"),
        "better": _("Easier days, as they see it"),
    }  # fmt: skip
    domains = {"mood": _("mood"), "meals": _("meals"), "sleep": _("sleep"), "activity": _("activity")}
    changes = {"worse": _("worse"), "better": _("better")}
    parts = [
        f"{domains.get(domain, domain)} {changes[change]}"
        for wanted in changes
        for domain, change in note.noticed.items()
        if change == wanted
    ]
    said = [hows[note.how]] if note.how in hows else []
    if parts:
        said.append(_("Noticed: {list}").format(list=", ".join(parts)))
    elif not said:
        said.append(_("Noticed: as before"))
    return " · ".join(said)


def agreement(found: Agreement, name: str) -> str:
    """How the note stands to the patient's own entries; two views, neither the right one."""
    days = ngettext("{n} of {all} day has an entry", "{n} of {all} days have an entry", found.days)
    coverage = days.format(n=found.days_with, all=found.days)
    if found.verdict is Verdict.NO_ENTRIES:
        return _("{name} made no entries on those days: nothing to compare with.").format(name=name)
    if found.verdict is Verdict.NO_USUAL:
        return _("{name}'s own usual is not known yet: nothing to compare with ({coverage}).").format(
            name=name, coverage=coverage
        )
    entered = {
        "harder": _("more low feelings than usual"), "usual": _("low feelings about as usual"),
        "better": _("fewer low feelings than usual"),
    }[found.entered or "usual"]  # fmt: skip
    said = {
        Verdict.AGREES: _("Agrees with {name}'s own entries of those days: {entered} ({coverage})."),
        Verdict.DIFFERS: _(
            "Differs from {name}'s own entries of those days: {entered} ({coverage}). Worth asking both."
        ),
    }[found.verdict]
    return said.format(name=name, entered=entered, coverage=coverage)


def verdict(found: Agreement) -> str:
    """The same in two or three words, for a mark on the time line."""
    return {
        Verdict.AGREES: _("agrees with own entries"), Verdict.DIFFERS: _("differs from own entries"),
        Verdict.NO_ENTRIES: _("no own entries those days"), Verdict.NO_USUAL: _("own usual not known yet"),
    }[found.verdict]  # fmt: skip


def how_compared() -> str:
    """The rule behind the sentence."""
    return _(
        "The days' mean of low feelings against the person's own eight weeks before: more or fewer than usual is "
        "beyond half of the way to the edge of the usual range. It says whether two people saw the same days alike, "
        "not who is right."
    )


def answer_line(answer: AnswerView, time_zone: str) -> str:
    """Who answered, when, and whether the relative saw it."""
    when = say_time(answer.written_at, time_zone, "EEE d MMM HH:mm")
    seen = (
        _("not seen yet") if answer.read_at is None
        else _("seen {when}").format(when=say_time(answer.read_at, time_zone, "EEE d MMM HH:mm"))
    )  # fmt: skip
    return f"{answer.author} · {when} · {seen}"


def who_reads(note: FamilyNoteView) -> str:
    """Who reads an answer."""
    return _("Only {name} reads the answer; it belongs to the record.").format(name=note.relative)

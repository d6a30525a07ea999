"""Words about the pair: the gap as something expected, change as a question, never a fault of either side. ``who``
is "you" for the therapist of the pair and a name for everybody else."""

from collections.abc import Sequence

from core.language import _, ngettext, say_number, say_time
from core.queries.alliance import SUBSCALES, WIDE_GAP, AllianceView, Change, RatingView
from models import Side

ALIKE = 0.5  # half a point of item mean: said to be alike


def part_name(subscale: str) -> str:
    """A sub-scale as the label of a row."""
    return {"goal": _("Goal"), "task": _("Task"), "bond": _("Bond")}[subscale]


def part_noun(subscale: str) -> str:
    """A sub-scale within a sentence."""
    return {"goal": _("goals"), "task": _("tasks"), "bond": _("the bond")}[subscale]


def title(view: AllianceView) -> str:
    """What the panel's heading says after its name: after which session."""
    pair = view.pair
    newest = max((r for r in (view.newest_patient, view.newest_therapist) if r), key=lambda r: r.rated_at, default=None)
    number = pair[0].session_number if pair and _pair_is_newest(view) else newest.session_number if newest else None
    return _("after session {n}").format(n=number) if number is not None else ""


def _pair_is_newest(view: AllianceView) -> bool:
    return view.pair == (view.newest_patient, view.newest_therapist)


def shown_pair(view: AllianceView) -> tuple[RatingView | None, RatingView | None]:
    """The two ratings to draw: those of the session that both rated last, else the newest of each side."""
    return view.pair if view.pair and _pair_is_newest(view) else (view.newest_patient, view.newest_therapist)


def therapist_label(view: AllianceView) -> str:
    """How the therapist's points are named for this reader."""
    return _("you") if view.own else view.therapist or _("therapist")


def empty(view: AllianceView) -> str:
    """Nobody has rated yet."""
    return _(
        "No ratings yet. After the first session you and {name} each say how working together is going; "
        "both views then stand here side by side."
    ).format(name=view.given_name)


def gap_sentences(view: AllianceView) -> list[str]:
    """How far the two sides lie apart, what is usual, and what may be worth asking. The sentence carries the meaning
    of the figure beside it."""
    gaps = {part: gap for part in SUBSCALES if (gap := view.gap(part)) is not None}
    if not gaps or not _pair_is_newest(view):
        return [_apart_in_time(view)]
    part, gap = max(gaps.items(), key=lambda item: abs(item[1]))
    if abs(gap) < ALIKE:
        return [_alike(view)]
    return [_higher(view, part, gap) if gap > 0 else _lower(view, part, gap)] + ([_wide()] if _is_wide(gap) else [])


def _is_wide(gap: float) -> bool:
    return abs(gap) >= WIDE_GAP - 1e-9


def _alike(view: AllianceView) -> str:
    if view.own:
        words = _("You and {name} see it alike: goal, task and bond lie less than half a point apart.")
    else:
        words = _("{therapist} and {name} see it alike: goal, task and bond lie less than half a point apart.")
    return words.format(name=view.given_name, therapist=view.therapist)


def _higher(view: AllianceView, part: str, gap: float) -> str:
    if view.own:
        words = _("{name} sees {part} {points} higher than you do. That is the usual direction.")
    else:
        words = _("{name} sees {part} {points} higher than {therapist} does. That is the usual direction.")
    return words.format(
        name=view.given_name, therapist=view.therapist, part=part_noun(part), points=say_number(abs(gap))
    )


def _lower(view: AllianceView, part: str, gap: float) -> str:
    if view.own:
        words = _("{name} sees {part} {points} lower than you do. Most pairs differ the other way round.")
    else:
        words = _("{name} sees {part} {points} lower than {therapist} does. Most pairs differ the other way round.")
    said = words.format(
        name=view.given_name, therapist=view.therapist, part=part_noun(part), points=say_number(abs(gap))
    )
    return f"{said} {question(part, view.given_name)}"


def question(part: str, name: str) -> str:
    """What one might ask, gently."""
    return {
        "goal": _("Worth asking what {name} hopes for now."),
        "task": _("Worth asking whether what you do together makes sense to {name}."),
        "bond": _("Worth asking how it is for {name} to work with you."),
    }[part].format(name=name)


def _wide() -> str:
    return _("A point or more apart: worth taking to supervision. It is expected to happen, not a fault.")


def _apart_in_time(view: AllianceView) -> str:
    theirs, own = view.newest_patient, view.newest_therapist
    if theirs is None or own is None:
        lone = theirs or own
        who = view.given_name if theirs else therapist_label(view)
        if lone is None or lone.session_number is None:
            return _("Only one side has rated so far.")
        return _("So far only one view: {who}, after session {n}.").format(who=who, n=lone.session_number)
    if theirs.session_number is None or own.session_number is None:
        words = _("{name} said on {day} how it is, apart from a session, so the two are not compared.")
        lone, who = (theirs, view.given_name) if theirs.session_number is None else (own, therapist_label(view))
        return words.format(name=who, day=say_time(lone.rated_at, view.time_zone, "d MMM"))
    words = _("Two different sessions ({name}: {n}, {therapist}: {m}), so the two are not compared.")
    return words.format(
        name=view.given_name, therapist=therapist_label(view), n=theirs.session_number, m=own.session_number
    )  # fmt: skip


def change_sentences(view: AllianceView) -> list[str]:
    """Changes beyond measurement error, with both values and the side's own usual."""
    if not view.changes:
        return []
    beyond = ngettext("More than measurement error.", "Each by more than measurement error.", len(view.changes))
    return [*(_change(change, view) for change in view.changes), beyond]


def _change(change: Change, view: AllianceView) -> str:
    own = _("you") if view.own else view.therapist
    usually = "" if change.usual is None else " " + _("(usually {usual})").format(usual=say_number(change.usual))
    rose = _("For {who}, {part} rose from {before} to {now}{usually}.")
    fell = _("For {who}, {part} fell from {before} to {now}{usually}.")
    return (rose if change.difference > 0 else fell).format(
        who=view.given_name if change.side is Side.PATIENT else own, part=part_noun(change.subscale),
        before=say_number(change.before), now=say_number(change.now), usually=usually,
    )  # fmt: skip


def footnote(view: AllianceView) -> str:
    """What the figures mean, and which of them were not read in a source."""
    error = _("Differences below {points} are within measurement error").format(points=say_number(view.error.value))
    known = "" if view.error.verified else " " + _("(figure recalled, not verified)")
    typical = _("typically patients rate higher (d = 0.63) and the two agree loosely (r = 0.36; Tryon 2007)")
    return f"{error}{known}; {typical}."


def withheld(view: AllianceView) -> str:
    """The patient has rated; the therapist comes first."""
    words = _("{name} has rated session {n}. It shows here once yours is recorded, so that each view is your own.")
    if not view.own:
        words = _("{name} has rated session {n}. It shows here once {therapist} has recorded theirs.")
    number = view.due.number if view.due else "–"
    return words.format(name=view.given_name, n=number, therapist=view.therapist)


def due_line(view: AllianceView) -> str:
    """That a rating is due, and of which session."""
    if view.due is None:
        return ""
    when = say_time(view.due.held_at, view.time_zone, "EEE d MMM")
    if view.own:
        return _("Session {n} ({when}) waits for your rating.").format(n=view.due.number, when=when)
    words = _("Session {n} ({when}) waits for {therapist}'s rating.")
    return words.format(n=view.due.number, when=when, therapist=view.therapist)


def rate_label(number: int) -> str:
    """The button that opens the form."""
    return _("Rate session {n}").format(n=number)


def rating_text(rating: RatingView, who: str) -> str:
    """One side's values in words."""
    parts = [f"{part_noun(part)} {say_number(value)}" for part in SUBSCALES if (value := rating.part(part)) is not None]
    return f"{who}: {', '.join(parts)}"


def figure_text(view: AllianceView) -> str:
    """The figure for those who do not see it."""
    theirs, own = shown_pair(view)
    said = [rating_text(theirs, view.given_name)] if theirs else []
    said += [rating_text(own, therapist_label(view))] if own else []
    return _("Alliance as item means from 1 to 5. {values}.").format(values="; ".join(said))


def scale_line(labels: Sequence[str]) -> str:
    """What 1 to 5 mean, once above the form."""
    return " · ".join(f"{number} {label.lower()}" for number, label in enumerate(labels, start=1))


def sessions_axis() -> str:
    """The axis of a figure over sessions."""
    return _("Session")


def session_number(number: int) -> str:
    """One session, within a label."""
    return _("session {n}").format(n=number)


def plain(text: str) -> str:
    """Words of people inside a hover label, where Plotly would read tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

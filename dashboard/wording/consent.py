"""Words for recording what a patient decided about their family."""

from core.language import _, ngettext
from core.queries.consents import FamilyConsentView, RelativeView

STREAM = {
    "family_notes": lambda: _("Writes notes that the team reads"), "mood": lambda: _("Sees how the mood was this week"),
    "meals": lambda: _("Sees how the meals were this week"), "sleep": lambda: _("Sees how the sleep was this week"),
}  # fmt: skip


def lead(view: FamilyConsentView) -> str:
    """Whose decision it is."""
    return _(
        "{name} decides. Record what was said in the room and on which day; {name} sees it and can change it any time."
    ).format(name=view.name)


def nobody(view: FamilyConsentView) -> str:
    """Where no relative takes part."""
    return _("No relative takes part yet. An administrator adds one together with {name}.").format(name=view.name)


def stream(code: str) -> str:
    """What a relative may do with one stream."""
    return STREAM[code]()


def relative(one: RelativeView) -> str:
    """A relative and their relationship."""
    return f"{one.name}, {one.relationship}"


def recorded(changes: int) -> str:
    """The toast after recording."""
    said = ngettext("{n} decision recorded; it holds at once.", "{n} decisions recorded; they hold at once.", changes)
    return said.format(n=changes)

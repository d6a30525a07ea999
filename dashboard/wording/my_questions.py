"""Sentences around a patient's questionnaires."""

from core.language import _, ngettext

SECONDS_A_QUESTION = 6  # (d) reading one of an instrument takes longer than a tap


def lead(asked: int) -> str:
    """How many are asked, and that none is required."""
    if not asked:
        return _("There is nothing to answer at the moment. Thank you.")
    said = ngettext(
        "One questionnaire for your next session. Leave out what you do not want to answer.",
        "{n} questionnaires for your next session. Leave out what you do not want to answer.", asked,
    )  # fmt: skip
    return said.format(n=asked)


def length(items: int) -> str:
    """How long it takes."""
    minutes = max(1, round(items * SECONDS_A_QUESTION / 60))
    questions = ngettext("{n} question", "{n} questions", items).format(n=items)
    return f"{questions} · " + ngettext("about {n} minute", "about {n} minutes", minutes).format(n=minutes)

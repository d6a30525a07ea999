"""Words of the weekly list: what the workload budget kept for the team's meeting."""

from core.language import ngettext


def title(count: int) -> str:
    """The head of the list."""
    return ngettext("Weekly list: {n} alert", "Weekly list: {n} alerts", count).format(n=count)


def sentence(budget: int) -> str:
    """Why these wait, and what never does."""
    words = ngettext(
        "Beyond {n} alert a week for each therapist, the least pressing changes in numbers wait here for the team's "
        "meeting. What a person said never waits.",
        "Beyond {n} alerts a week for each therapist, the least pressing changes in numbers wait here for the team's "
        "meeting. What a person said never waits.",
        budget,
    )
    return words.format(n=budget)

"""When the alliance is asked about: after sessions 1, 3 and each fourth, from both sides."""

from datetime import timedelta

EARLY_SESSIONS = frozenset({1, 3})
EVERY = 4
RATING_LAPSES_AFTER = timedelta(days=14)  # our default: later than this a rating is no longer about that session


def asked_after(session_number: int) -> bool:
    """Whether both sides are asked to rate the alliance after this session (numbers count from 1)."""
    return session_number in EARLY_SESSIONS or (session_number > 0 and session_number % EVERY == 0)

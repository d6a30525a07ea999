"""The C-SSRS screener: from yes and no to a response time. It has no score, and nothing here is a level of risk; an
answer that is missing is unknown and never counts as "no"."""

from collections.abc import Mapping

NOW, SAME_DAY, NEXT_WORKING_DAY = "now", "same_day", "next_working_day"
Q6_RECENT = "6_within_3_months"  # the second half of question 6


def response_time(answers: Mapping[str, float | None]) -> str | None:
    """The response time that answers to items ``1`` to ``6`` and ``6_within_3_months`` (1 yes, 0 no) ask for.

    *Now*: 4 or 5, or 6 unless it is said to be longer ago than 3 months. *Same day*: 3, 6 longer ago, or 1 or 2 while
    a question that could say more is open. *Next working day*: 1 or 2 and nothing else. ``None`` where nothing was
    affirmed, which does not rule out need. Source: the screener's triage points (docs/instruments.md).
    """
    said = {item for item, value in answers.items() if value}
    denied = {item for item, value in answers.items() if value is not None and not value}
    if said & {"4", "5", Q6_RECENT} or ("6" in said and Q6_RECENT not in denied):
        return NOW
    if said & {"3", "6"}:
        return SAME_DAY
    if not said & {"1", "2"}:
        return None
    could_say_more = {"6"} | (set() if "2" in denied else {"3", "4", "5"})
    return NEXT_WORKING_DAY if could_say_more <= denied else SAME_DAY

"""Rules on what a person said: single answers, each a fact of its own. An answer that is missing is unknown: it never
counts as "no", and where "nothing more than this" would need it, the earlier response time holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.instruments.triage import NEXT_WORKING_DAY, NOW, Q6_RECENT, SAME_DAY, response_time
from core.measures import catalogue
from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding

Answers = Mapping[str, float | None]
Settings = Mapping[str, Any] | None

SAFETY_MEASURES = ("wish_not_alive", "suicidal_thoughts", "suicidal_intent", "suicidal_plan")
CSSRS = "c-ssrs-screener"
_CSSRS_RULES: Mapping[str | None, str] = {
    NOW: "cssrs_now",
    SAME_DAY: "cssrs_same_day",
    NEXT_WORKING_DAY: "cssrs_next_day",
}
_ITEM_RULES = {"phq-9": ("phq9_item9", "9", 3.0, "two_weeks"), "core-10": ("core10_item6", "6", 4.0, "week")}


def safety_entries(entries: Iterable[tuple[datetime, str, float]], *, settings: Settings = None) -> Finding | None:
    """``safety_answer`` where an entry ``(at, measure, value)`` to a safety item is at least 1 (0 is "not at all")."""
    least = RULES["safety_answer"].threshold("at_least", settings)
    facts = [
        Fact(
            at=at, kind="answer", measure=measure, value=value, low=catalogue()[measure].low,
            high=catalogue()[measure].high, threshold=least, informant="patient", window="day",
        )
        for at, measure, value in sorted(entries)
        if measure in SAFETY_MEASURES and value >= least
    ]  # fmt: skip
    return Finding("safety_answer", tuple(facts)) if facts else None


def safety_item(
    instrument: str, answers: Answers, *, at: datetime, informant: str, settings: Settings = None
) -> Finding | None:
    """``phq9_item9`` or ``core10_item6`` where that item is at least 1; ``None`` for other instruments."""
    if instrument not in _ITEM_RULES:
        return None
    rule, item, high, window = _ITEM_RULES[instrument]
    least, value = RULES[rule].threshold("at_least", settings), answers.get(item)
    if value is None or value < least:
        return None
    answer = Fact(
        at=at, kind="answer", instrument=instrument, item=item, value=value, low=0, high=high, threshold=least,
        informant=informant, window=window,
    )  # fmt: skip
    return Finding(rule, (answer,))


def cssrs(answers: Answers, *, at: datetime, informant: str) -> Finding | None:
    """The C-SSRS screener: items ``1`` to ``6`` and ``6_within_3_months``, 1 for yes and 0 for no.

    Which response time they ask for is ``core.instruments.triage``'s.
    """
    said = {item for item, value in answers.items() if value}
    rule = _CSSRS_RULES.get(response_time(answers))
    if rule is None:
        return None
    facts = tuple(
        Fact(
            at=at, kind="answer", instrument=CSSRS, item=item, value=1, low=0, high=1, informant=informant,
            window="lifetime" if item == "6" else "three_months" if item == Q6_RECENT else "month",
        )
        for item in sorted(said)
    )  # fmt: skip
    return Finding(rule, facts)


def low_session_rating(
    answers: Answers, total: float | None, *, at: datetime, settings: Settings = None
) -> Finding | None:
    """``srs_low`` where the total (0–40) is below 36 or an answered scale (0–10) below 9."""
    rule = RULES["srs_low"]
    whole, single = rule.threshold("total_below", settings), rule.threshold("item_below", settings)
    facts = [
        Fact(at, "answer", value, instrument="srs", item=item, low=0, high=10, threshold=single, informant="patient")
        for item, value in sorted(answers.items())
        if value is not None and value < single
    ]
    if total is not None and total < whole:
        facts.append(
            Fact(at, "score", total, instrument="srs", low=0, high=40, threshold=whole, informant="patient")
        )  # fmt: skip
    return Finding("srs_low", tuple(facts)) if facts else None

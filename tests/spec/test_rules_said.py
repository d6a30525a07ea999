"""Answers in, findings out: each boundary, and what is missing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.rules.catalogue import RULES
from core.rules.findings import Fact
from core.rules.said import cssrs, low_session_rating, safety_entries, safety_item
from models import Response

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entries", "values"),
    [
        ([], None),
        ([("wish_not_alive", 0.0), ("suicidal_thoughts", 0.0)], None),
        ([("wish_not_alive", 1.0)], [1]),
        ([("suicidal_plan", 1.0), ("suicidal_intent", 0.0)], [1]),
        ([("wish_not_alive", 2.0), ("suicidal_thoughts", 4.0)], [4, 2]),
        ([("sad", 7.0), ("urge_self_harm", 10.0)], None),
    ],
)
def test_any_answer_above_zero_to_a_safety_item_of_an_entry_is_a_fact(
    entries: list[tuple[str, float]], values: list[float] | None
) -> None:
    found = safety_entries([(AT, measure, value) for measure, value in entries])
    assert (found and [fact.value for fact in found.facts]) == values


@pytest.mark.parametrize(
    ("instrument", "answers", "rule"),
    [
        ("phq-9", {"9": 0}, None),
        ("phq-9", {"9": 1}, "phq9_item9"),
        ("phq-9", {"9": 3}, "phq9_item9"),
        ("phq-9", {"1": 3, "2": 3}, None),
        ("phq-9", {"9": None}, None),
        ("phq-9", {"6": 3, "9": 0}, None),
        ("core-10", {"6": 0}, None),
        ("core-10", {"6": 1}, "core10_item6"),
        ("core-10", {"9": 4}, None),
        ("gad-7", {"6": 3, "9": 3}, None),
    ],
)
def test_the_safety_item_of_a_questionnaire_counts_whatever_its_total(
    instrument: str, answers: dict[str, float | None], rule: str | None
) -> None:
    found = safety_item(instrument, answers, at=AT, informant="patient")
    assert (found and found.rule) == rule
    if found:
        assert RULES[found.rule].response is Response.SAME_DAY
        assert (found.facts[0].item, found.facts[0].threshold) == (("9", 1) if instrument == "phq-9" else ("6", 1))


NO = dict.fromkeys(("1", "2", "3", "4", "5", "6"), 0.0)


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        (NO, None),
        ({}, None),
        (NO | {"1": 1}, "cssrs_next_day"),
        (NO | {"2": 1}, "cssrs_next_day"),
        (NO | {"1": 1, "2": 1}, "cssrs_next_day"),
        ({"1": 1.0, "2": 0.0, "6": 0.0}, "cssrs_next_day"),  # 3 to 5 are not asked after a no to 2
        ({"1": 1.0, "2": 1.0, "6": 0.0}, "cssrs_same_day"),  # 3 to 5 are open: unknown is not no
        ({"1": 1.0, "2": 0.0}, "cssrs_same_day"),  # 6 is open
        (NO | {"2": 1, "3": 1}, "cssrs_same_day"),
        (NO | {"2": 1, "4": 1}, "cssrs_now"),
        (NO | {"2": 1, "5": 1}, "cssrs_now"),
        (NO | {"6": 1, "6_within_3_months": 0}, "cssrs_same_day"),
        (NO | {"6": 1, "6_within_3_months": 1}, "cssrs_now"),
        (NO | {"6": 1}, "cssrs_now"),  # when is not known: as if recent
        (NO | {"6": 1, "6_within_3_months": None}, "cssrs_now"),
        (NO | {"3": None, "4": None, "5": None, "6": None}, None),
    ],
)
def test_the_screener_asks_for_the_earliest_response_that_its_answers_call_for(
    answers: dict[str, float | None], rule: str | None
) -> None:
    found = cssrs(answers, at=AT, informant="patient")
    assert (found and found.rule) == rule


@pytest.mark.parametrize(
    ("total", "items", "shown"),
    [
        (36.0, {"1": 9, "2": 9, "3": 9, "4": 9}, None),
        (35.9, {"1": 9, "2": 9, "3": 9, "4": 9}, [("score", 35.9)]),
        (38.9, {"1": 8.9, "2": 10, "3": 10, "4": 10}, [("answer", 8.9)]),
        (None, {"1": 10, "2": 10, "3": 10}, None),
        (None, {"1": 4.0, "2": None}, [("answer", 4.0)]),
    ],
)
def test_a_low_session_rating_is_raised_by_its_total_or_by_one_scale(
    total: float | None, items: dict[str, float | None], shown: list[tuple[str, float]] | None
) -> None:
    found = low_session_rating(items, total, at=AT)
    assert (found and [(fact.kind, fact.value) for fact in found.facts]) == shown


@pytest.mark.parametrize(
    "kept",
    [
        {"at": "2026-11-18T09:30:00+00:00", "kind": "silence"},
        {"at": "2026-11-18T09:30:00+00:00", "kind": "answer", "measure": "sad", "value": 3.0, "low": 1.0, "high": 7.0},
        {"at": "2026-11-18T09:30:00+00:00", "kind": "rating", "instrument": "wai-sr-patient", "subscale": "goal",
         "value": 3.0, "usual": 4.0, "threshold": 0.7, "informant": "patient", "window": "session"},
    ],
)  # fmt: skip
def test_a_fact_is_read_back_as_it_was_kept(kept: dict[str, Any]) -> None:
    assert Fact.from_json(kept).as_json() == kept
    assert Fact.from_json(kept | {"of_another_version": 1}).as_json() == kept

"""Words of an alert on the body: which reading, on which day, and a medical review today; never a level."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from core.queries.alerts import AlertView
from core.rules.catalogue import RULES
from core.rules.findings import Fact
from dashboard.wording import alerts as words
from models import AlertState

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
LEVELS = re.compile(r"\b(risk|severe|severity|critical|danger|level|score of)\b", re.IGNORECASE)


def alert(rule: str, *facts: Fact) -> AlertView:
    return AlertView(
        id=uuid.uuid4(), rule=rule, response=RULES[rule].response, opened_at=NOW, due_at=NOW + timedelta(hours=8),
        overdue=False, state=AlertState.NEW, closed=False, owner_id=uuid.uuid4(), owner="Alice", mine=True,
        evidence=facts, history=(), snoozed_until=None, version=1, can={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (
            Fact(NOW, "series", 43.0, measure="weight", usual=45.2, threshold=1.0),
            "Weight: 43 kg on Wed 18 Nov; 45.2 kg two weeks before, less in each of them.",
        ),
        (Fact(NOW, "series", 38.0, measure="resting_heart_rate"), "Resting heart rate: 38 bpm on Wed 18 Nov."),
        (Fact(NOW, "series", 1.0, measure="intake_refused"), "Food or drink refused on Wed 18 Nov."),
        (Fact(NOW, "series", 12.4, measure="body_mass_index"), "Body mass index: 12.4 kg/m² on Wed 18 Nov."),
    ],
)
def test_a_reading_is_said_with_its_unit_and_day(fact: Fact, sentence: str) -> None:
    assert words.fact_sentence(fact, "Europe/Madrid") == sentence


def test_signs_of_the_body_ask_for_a_medical_review_today() -> None:
    shown = alert("medical_signs", Fact(NOW, "series", 38.0, measure="resting_heart_rate"))
    assert words.asked_for(shown) == "Medical review today."
    assert "physician" in words.caution("medical_signs")


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_is_said_with_a_level_and_each_names_its_source_and_limits(rule: str) -> None:
    shown = alert(rule)
    lines = words.why(shown)
    said = [words.title(rule), words.asked_for(shown), words.caution(rule), *(line for line in lines[:2])]
    assert not [sentence for sentence in said if LEVELS.search(sentence)]
    assert words.title(rule) != rule.replace("_", " ")
    assert any(RULES[rule].source in line for line in lines)
    assert sum(line.startswith("**Limits**") for line in lines) == len(RULES[rule].limits)

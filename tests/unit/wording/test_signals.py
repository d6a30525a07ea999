"""What the four signals may and may not say (clinical reference, how safety is shown)."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from core.queries.safety_answers import SafetyAnswerView
from core.queries.signals import DomainView, FactorView, SignalView
from core.signals.abstain import REQUIRED
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.signals import factors_figure
from dashboard.wording import signals as words
from models import Informant, Signal

AT = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
DOMAINS = (
    DomainView("alliance", 0.5, (FactorView("alliance_goal.change", -0.9, 0.0, 0.5),)),
    DomainView("sleep", -0.2, (FactorView("sleep_hours.mean_7", 7.1, 6.0, -0.2),)),
    DomainView("rest", 0.01, (FactorView("rest", None, None, 0.01),)),
)


def card(signal: Signal = Signal.SAFETY, **changed: object) -> SignalView:
    given = {
        "signal": signal, "horizon_days": 14, "score_id": uuid4(), "as_of": AT, "stale": False, "abstained": False,
        "reasons": (), "estimate": 0.07, "lower": 0.04, "upper": 0.12, "usual": 0.035, "coverage": {"mood": 0.5},
        "domains": DOMAINS, "model_version": "simulated-2026-11-01-abc", "disagreements": (),
    } | changed  # fmt: skip
    return SignalView(**given)


def answer(**changed: object) -> SafetyAnswerView:
    given = {
        "item": "wish_not_alive", "state": "answered", "at": AT, "value": 1.0, "high": 4.0,
        "informant": Informant.PATIENT, "window": "day",
    } | changed  # fmt: skip
    return SafetyAnswerView(**given)


def test_a_chance_is_a_natural_frequency_with_its_interval_and_where_it_was_counted() -> None:
    assert words.estimate_sentence(card()) == (
        "Among 100 people with entries like these, about 7 (4–12) had a crisis recorded within 14 days — "
        "in the simulated training data."
    )
    assert "simulated" not in words.estimate_sentence(card(model_version="2026-11-01-abc"))


def test_a_rare_event_is_counted_in_a_thousand_and_never_as_none() -> None:
    said = words.estimate_sentence(card(estimate=0.004, lower=0.0001, upper=0.009))
    assert "1,000 people" in said
    assert "about 4 (under 1–9)" in said


def test_the_own_usual_stands_beside_the_estimate() -> None:
    assert words.usual_sentence(card(), "Laia") == "Laia's own usual: 4 of 100. Now 2 times as many."
    assert "does not rule out need" in words.usual_sentence(card(usual=0.2), "Laia")
    assert words.usual_sentence(card(usual=None), "Laia") == "Laia's own usual is not known yet."


def test_quality_of_life_never_comes_without_its_interval() -> None:
    points = card(Signal.QUALITY_OF_LIFE, estimate=46.0, lower=35.0, upper=58.0, usual=50.0)
    assert words.estimate_sentence(points) == "WHO-5 in four weeks: about 46 (35–58) of 100 points."
    assert "(35–58)" in words.short_line(points)


def test_factors_go_with_an_estimate() -> None:
    said = words.factors_sentence(DOMAINS, points=False)
    assert said == "Goes with a higher estimate: alliance. Goes with a lower one: sleep."
    assert words.factors_sentence(DOMAINS[2:], points=False) == "No domain stands out."


def test_missing_answers_are_never_a_no() -> None:
    lines = words.answer_lines(
        (
            answer(state="not_asked", at=None, value=None),
            answer(item="suicidal_thoughts", state="not_answered", value=None),
            answer(item="core-10:6", value=None, state="not_asked", at=None, window="week"),
        ),
        "Europe/Madrid",
    )
    assert lines[0] == "Thoughts of suicide: not answered (18 Nov 01:00). That is not a no."
    assert lines[1] == "Wish not to be alive, CORE-10 item 6: not asked in the last 28 days."


def test_an_answer_comes_with_value_informant_date_and_window() -> None:
    assert words.answer_line(answer(), "Europe/Madrid") == "Wish not to be alive: 1 of 4, self-report, 18 Nov 01:00."
    said = words.answer_line(answer(item="phq-9:9", high=3.0, window="two_weeks"), "Europe/Madrid")
    assert said == "PHQ-9 item 9: 1 of 3, self-report, 18 Nov 01:00, about two weeks."
    later = words.answer_line(answer(window="day_before_silence"), "Europe/Madrid")
    assert later.endswith("The question since then is unanswered.")


def test_every_reason_to_abstain_has_its_words() -> None:
    codes = {code for wanted in REQUIRED.values() for code, _ in wanted}
    source = "".join(file.read_text() for file in Path("core/signals").glob("*.py"))
    codes |= set(re.findall(r'"code": "(\w+)"', source)) | set(re.findall(r'"(model_\w+)"\)', source))
    codes -= {"outcome_known", "nothing_learned"}
    assert codes >= {"few_days", "silent", "no_entries", "model_missing", "model_tampered", "no_who5"}
    fallback = words.abstention_sentence({"code": "of no such name"})
    numbers = {"days": 3, "needed": 5, "window": 14, "weeks": 2}
    for code in codes:
        said = words.abstention_sentence({"code": code} | numbers)
        assert said != fallback, code
        assert "{" not in said


def test_week_12_is_said_as_it_was() -> None:
    reason = {"code": "outcome_known", "baseline": 21.0, "outcome": 14.0, "reliable": True}
    assert words.abstention_sentence(reason) == "CORE-10 went from 21 to 14 by week 12: a reliable improvement."
    assert "poor" not in words.abstention_sentence(reason | {"reliable": False}).lower()


FORBIDDEN = re.compile(
    r"high risk|low risk|all clear|\bpoor\b|non-compliant|failing|\bcaused?\b|because of|\brelapse", re.I
)


@pytest.mark.parametrize("name", ["signals", "features", "model_cards"])
def test_no_sentence_says_a_level_or_a_cause(name: str) -> None:
    text = Path(f"dashboard/wording/{name}.py").read_text()
    said = re.findall(r'_\(\s*((?:"[^"]*"\s*)+)', text)
    assert len(said) > 10
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("signal", list(Signal))
def test_the_bars_are_a_figure_that_plotly_accepts(signal: Signal, theme) -> None:
    figure = factors_figure(DOMAINS, signal, theme).checked()
    assert list(figure.data[0].y) == ["Sleep", "Alliance"]
    assert figure.layout.xaxis.range[1] >= 0.5
    assert theme.overdue not in str(figure.to_dict())


def test_without_factors_the_bars_are_empty_and_not_an_error() -> None:
    assert factors_figure((), Signal.SAFETY, LIGHT).checked().data[0].x in (None, ())

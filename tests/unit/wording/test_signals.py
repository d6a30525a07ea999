"""What the four signals may and may not say (clinical reference, how safety is shown)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from core.queries.safety_answers import SafetyAnswerView
from core.queries.signal_views import ChangeView, OutcomeMark, SignalView
from core.signals.abstain import REQUIRED
from core.signals.explain import DomainView, FactorView
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.signals import course_figure, factors_figure
from dashboard.wording import explanations
from dashboard.wording import signals as words
from models import Informant, Signal

AT = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
DOMAINS = (
    DomainView("alliance", 0.5, (FactorView("alliance_goal.change", -0.9, 0.0, 0.5, 0.018),), 0.018),
    DomainView("sleep", -0.2, (FactorView("sleep_hours.mean_7", 7.1, 6.0, -0.2, -0.008),), -0.008),
    DomainView("rest", 0.01, (FactorView("rest", None, None, 0.01, 0.0),), 0.0),
)
POINTS = (
    DomainView("alliance", 2.5, (FactorView("alliance_goal.change", -0.9, 0.0, 2.5, 2.5),), 2.5),
    DomainView("sleep", -1.2, (FactorView("sleep_hours.mean_7", 7.1, 6.0, -1.2, -1.2),), -1.2),
)
BEFORE = AT - timedelta(days=7)
COURSE = {
    "instrument": "core-10", "start": BEFORE.isoformat(), "baseline": 20.0, "weeks": [0, 4, 8, 12], "level": 0.8,
    "low": [20.0, 9.0, 7.0, 6.0], "high": [20.0, 21.0, 20.0, 19.0],
    "newest": {"at": AT.isoformat(), "week": 8.0, "total": 24.0, "side": 1, "low": 7.2, "high": 19.8},
}  # fmt: skip


def card(signal: Signal = Signal.SAFETY, **changed: object) -> SignalView:
    given = {
        "signal": signal, "horizon_days": 14, "score_id": uuid4(), "as_of": AT, "stale": False, "abstained": False,
        "reasons": (), "estimate": 0.07, "lower": 0.04, "upper": 0.12, "usual": 0.035, "coverage": {"mood": 0.5},
        "base": 0.06, "domains": DOMAINS, "change": None, "course": None, "disagreements": (),
        "model_version": "simulated-2026-11-01-abc",
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


def test_factors_go_with_an_estimate_and_say_by_how_much_of_it() -> None:
    said = explanations.factors_sentence(card())
    assert said == "Goes with a higher estimate: alliance +1.8. Goes with a lower one: sleep -0.8."
    assert explanations.factors_sentence(card(domains=DOMAINS[2:])) == "No domain stands out."


def test_what_is_shown_adds_up_to_the_estimate_to_the_last_digit() -> None:
    shown = card(base=0.0594, estimate=0.0701)
    rows = explanations.sum_rows(shown)
    first, *parts, last = (float(part) for _name, part in rows)
    assert first + sum(parts) == pytest.approx(last)
    assert [name for name, _part in rows] == [
        "Average of the training data", "Alliance", "Sleep", "All smaller ones together", "This estimate",
    ]  # fmt: skip


def test_each_factor_has_its_value_own_usual_window_and_a_sentence() -> None:
    assert explanations.factor_lines(DOMAINS[1], card()) == [
        "Sleep, mean of 7 days: 7.1 h (own usual 6 h). Goes with a lower estimate (-0.8)."
    ]


def test_small_factors_are_not_spoken_of_and_the_size_is_stated() -> None:
    small = DomainView("mood", 0.06, (FactorView("mood.rest", None, None, 0.06, 0.002),), 0.002)
    tiny = DomainView("meals", 0.04, (FactorView("meals_eaten.mean_7", 1.0, 1.0, 0.04),))
    assert explanations.factor_lines(small, card()) == ["Small factors that come to +0.2 together."]
    beside = FactorView("sleep.rest", None, None, 0.06, 0.003)
    sleep = DomainView("sleep", -0.14, (*DOMAINS[1].factors, beside), -0.005)
    assert explanations.factor_lines(sleep, card())[1:] == ["All smaller ones together: +0.3."]
    assert explanations.shown_domains(card(domains=(small, tiny))) == (small,)
    assert "less than a twentieth" in explanations.smallness(card())
    assert "half a point" in explanations.smallness(card(Signal.QUALITY_OF_LIFE))


def test_what_changed_since_the_last_score_is_a_difference_that_adds_up() -> None:
    moved = (DomainView("sleep", 0.3, (), 0.012), DomainView("rest", 0.01, (), 0.001))
    said = explanations.change_sentence(card(change=ChangeView(BEFORE, 0.057, moved)), "Europe/Madrid")
    assert said == "Since 11 Nov: from 5.7 to 7 of 100. With it go: sleep +1.2; all smaller ones +0.1."
    still = explanations.change_sentence(card(change=ChangeView(BEFORE, 0.069, moved[1:])), "Europe/Madrid")
    assert still == "Since 11 Nov nothing worth speaking of has changed (6.9, now 7)."
    assert explanations.change_sentence(card(), "Europe/Madrid") == ""


def test_a_patient_who_leaves_the_expected_course_is_said_to_differ_and_never_to_fail() -> None:
    off = card(Signal.PROGNOSIS, course=COURSE)
    said = explanations.course_sentence(off, "Europe/Madrid")
    assert said.startswith("CORE-10 on 18 Nov: 24. Expected 8 weeks after such a start: 7–20.")
    assert "differs from the expected range" in said
    assert words.short_line(off) == "above the expected range"
    inside = COURSE | {"newest": COURSE["newest"] | {"side": 0}}
    assert "Within the expected range." in explanations.course_sentence(card(course=inside), "Europe/Madrid")
    assert explanations.course_sentence(card(course=COURSE | {"newest": None}), "Europe/Madrid") == ""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_expected_course_is_a_band_behind_the_outcome_measure(theme) -> None:
    marks = (OutcomeMark(0.0, 20.0), OutcomeMark(8.0, 24.0))
    figure = course_figure(COURSE, marks, theme).checked()
    band, dots = figure.data
    assert list(band.x) == [0, 4, 8, 12, 12, 8, 4, 0]
    assert list(dots.y) == [20.0, 24.0]
    assert figure.layout.yaxis.range[1] > 24
    assert theme.overdue not in str(figure.to_dict())


def test_data_unlike_the_training_data_are_named() -> None:
    said = words.abstention_sentence({"code": "far", "feature": "sleep_hours.mean_7", "distance": 4.2, "limit": 2.0})
    assert said.startswith("The data are unlike those that the model learned from, most of all: Sleep, mean of 7 days.")


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
    codes -= {"outcome_known", "nothing_learned"}  # said elsewhere
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


@pytest.mark.parametrize("name", ["signals", "features", "model_cards", "model_figures", "explanations"])
def test_no_sentence_says_a_level_or_a_cause(name: str) -> None:
    text = Path(f"dashboard/wording/{name}.py").read_text()
    said = re.findall(r'_\(\s*((?:"[^"]*"\s*)+)', text)
    assert len(said) > 10
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("signal", list(Signal))
def test_the_bars_are_a_figure_that_plotly_accepts(signal: Signal, theme) -> None:
    figure = factors_figure(
        card(signal, domains=POINTS if signal is Signal.QUALITY_OF_LIFE else DOMAINS), theme
    ).checked()
    assert list(figure.data[0].y) == ["Sleep", "Alliance"]
    assert figure.layout.xaxis.range[1] > max(figure.data[0].x)
    assert list(figure.data[0].text)[-1].startswith("+")
    assert theme.overdue not in str(figure.to_dict())


def test_without_factors_the_bars_are_empty_and_not_an_error() -> None:
    assert factors_figure(card(domains=()), LIGHT).checked().data[0].x in (None, ())

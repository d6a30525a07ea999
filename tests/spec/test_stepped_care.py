"""Scores, requests and needs in; suggestions out, for both shipped programmes and the criteria of
``clinical-reference``: a request is a reason by itself, a safety need goes straight to its step, nobody is moved."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import SettingsError
from core.stepped.library import FOLDER, load, plan_of, plans
from core.stepped.suggest import Answered, Direction, Ground, Standing, Suggestion, suggestions
from models import StepWish

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ONCOLOGY, DAY_CARE = "stepped-psycho-oncology", "eating-disorder-day-care"


def at(days_ago: float) -> datetime:
    return datetime.combine(TODAY, time(12), UTC) - timedelta(days=days_ago)


def person(step: int, *, weeks: float = 10, **more: Any) -> Standing:
    answered = {
        code: [Answered(at(ago), scores) for ago, scores in rows] for code, rows in more.pop("answered", {}).items()
    }
    return Standing(step, TODAY - timedelta(weeks=weeks), TODAY, answered, **more)


def found(programme: str, who: Standing) -> list[tuple[int | None, Direction, list[Ground]]]:
    return [(s.to, s.direction, [reason.ground for reason in s.reasons]) for s in suggestions(plans()[programme], who)]


def hads(*rows: tuple[float, float, float]) -> dict[str, list[tuple[float, dict[str, float]]]]:
    return {"hads": [(ago, {"anxiety": a, "depression": d, "total": a + d}) for ago, a, d in rows]}


MORE, LESS = Direction.MORE, Direction.LESS


@pytest.mark.parametrize(
    ("step", "more", "expected"),
    [
        # 1 screening: distress at 4, a scale of the HADS at 8
        (1, {"answered": {"distress-thermometer": [(3, {"total": 4})]}}, [(2, MORE, [Ground.SCORE])]),
        (1, {"answered": {"distress-thermometer": [(3, {"total": 3})]}}, []),
        (1, {"answered": hads((3, 8, 2))}, [(2, MORE, [Ground.SCORE])]),
        (1, {"answered": hads((3, 8, 8))}, [(2, MORE, [Ground.SCORE, Ground.SCORE])]),
        (1, {"answered": {"distress-thermometer": [(30, {"total": 7}), (3, {"total": 2})]}}, []),  # the newest counts
        # 2 psycho-education: still above after four weeks; below the cut twice
        (2, {"answered": hads((3, 9, 2)), "weeks": 4.5}, [(3, MORE, [Ground.STILL_ABOVE])]),
        (2, {"answered": hads((3, 9, 2)), "weeks": 3.5}, []),
        (2, {"answered": hads((12, 9, 2)), "weeks": 5}, []),  # answered before the four weeks were over
        (
            2, {"answered": {"distress-thermometer": [(20, {"total": 3}), (3, {"total": 2})]}},
            [(1, LESS, [Ground.BELOW])],
        ),
        (2, {"answered": {"distress-thermometer": [(20, {"total": 4}), (3, {"total": 2})]}}, []),
        (2, {"answered": {"distress-thermometer": [(20, {"total": 3}), (3, {"total": 2})]}, "weeks": 1}, []),
        # 3 peers: a scale at 11, a total at 13, loneliness
        (3, {"answered": hads((3, 11, 1))}, [(4, MORE, [Ground.SCORE])]),
        (3, {"answered": hads((3, 7, 6))}, [(4, MORE, [Ground.SCORE])]),
        (3, {"answered": hads((3, 7, 5))}, []),
        (3, {"answered": hads((30, 7, 5), (3, 6, 5))}, [(2, LESS, [Ground.BELOW, Ground.BELOW])]),
        (3, {"lonely": [(TODAY - timedelta(days=n), 5.5) for n in range(8, -1, -1)]}, [(4, MORE, [Ground.LONELY])]),
        (3, {"lonely": [(TODAY - timedelta(days=n), 5.5) for n in range(5, -1, -1)]}, []),  # six entries: too few
        # 4 group: reliable deterioration, or no reliable change after six sessions
        (4, {"answered": hads((80, 6, 6), (3, 8, 6)), "sessions": 2}, [(5, MORE, [Ground.WORSE])]),
        (4, {"answered": hads((80, 6, 6), (3, 6, 7)), "sessions": 6}, [(5, MORE, [Ground.NO_CHANGE])]),
        (4, {"answered": hads((80, 6, 6), (3, 6, 7)), "sessions": 5}, []),
        (4, {"answered": hads((80, 9, 9), (3, 5, 5)), "sessions": 6}, [(3, LESS, [Ground.RECOVERED])]),
        # 5 individual: the next step is a shared decision, no score's
        (5, {"answered": hads((3, 15, 15))}, []),
    ],
)  # fmt: skip
def test_the_criteria_of_the_psycho_oncology_programme(
    step: int, more: dict[str, Any], expected: list[tuple[int, Direction, list[Ground]]]
) -> None:
    assert found(ONCOLOGY, person(step, **more)) == expected


def test_a_suggestion_carries_the_facts_it_rests_on() -> None:
    (suggestion,) = suggestions(plans()[ONCOLOGY], person(4, answered=hads((80, 6, 6), (3, 8, 6))))
    (fact,) = suggestion.reasons[0].facts
    assert (fact.instrument, fact.value, fact.usual, fact.threshold, fact.at) == ("hads", 14, 12, 1.5, at(3))


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_safety_need_goes_straight_to_individual_care_and_stops_all_talk_of_less(step: int) -> None:
    low = {"distress-thermometer": [(20, {"total": 1}), (3, {"total": 1})], **hads((30, 1, 1), (3, 1, 1))}
    first, *others = found(ONCOLOGY, person(step, answered=low, safety=[("phq9_item9", NOW)]))
    assert first == (5, MORE, [Ground.SAFETY])
    assert [one for one in others if one[1] is LESS] == []


def test_who_is_on_that_step_already_is_not_sent_there_again() -> None:
    assert found(ONCOLOGY, person(5, safety=[("phq9_item9", NOW)])) == []


@pytest.mark.parametrize(
    ("step", "wish", "to"),
    [(1, StepWish.MORE, 2), (3, StepWish.LESS, 2), (5, StepWish.MORE, None), (2, StepWish.OTHER, None)],
)
def test_what_the_patient_asks_for_is_a_reason_by_itself(step: int, wish: StepWish, to: int | None) -> None:
    assert found(ONCOLOGY, person(step, wishes=[(wish, NOW)])) == [(to, Direction(wish.value), [Ground.ASKED])]


def test_a_request_stands_before_a_score_and_safety_before_both() -> None:
    who = person(1, answered=hads((3, 9, 2)), wishes=[(StepWish.LESS, NOW)], safety=[("core10_item6", NOW)])
    assert [grounds[0] for _to, _direction, grounds in found(ONCOLOGY, who)] == [
        Ground.SAFETY, Ground.ASKED, Ground.SCORE,
    ]  # fmt: skip


def test_without_a_plan_only_people_give_reasons() -> None:
    who = person(1, answered=hads((3, 20, 20)), wishes=[(StepWish.MORE, NOW)], safety=[("phq9_item9", NOW)])
    assert [(s.to, s.reasons[0].ground) for s in suggestions(None, who)] == [
        (None, Ground.SAFETY), (None, Ground.ASKED),
    ]  # fmt: skip


def test_in_day_care_less_support_is_a_higher_number() -> None:
    better = {"ede-qs": [(30, {"total": 12}), (3, {"total": 9})]}
    assert found(DAY_CARE, person(3, answered=better)) == [(4, LESS, [Ground.BELOW])]
    worse = {"core-10": [(80, {"total": 12}), (3, {"total": 19})]}
    assert found(DAY_CARE, person(4, answered=worse)) == [(3, MORE, [Ground.WORSE])]


def test_every_shipped_plan_ends_in_no_dead_end() -> None:
    for plan in plans().values():
        reached = {move.to for step in plan.steps for move in step.moves} | {plan.steps[0].step}
        assert reached == {step.step for step in plan.steps}, plan.programme


def broken(**change: Any) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((FOLDER / f"{ONCOLOGY}.yaml").read_text())
    return said | change


STEP = {"step": 1, "name": "One", "moves": []}


def moving(criterion: dict[str, Any]) -> dict[str, Any]:
    moves = [{"to": 2, "kind": "more", "any": [criterion]}]
    return broken(safety_step=1, steps=[STEP | {"moves": moves}, {"step": 2, "name": "Two"}])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (broken(safety_step=9), "safety_step 9 is no step"),
        (broken(steps=[STEP, STEP], safety_step=1), "rising order"),
        (broken(steps=[]), "at least 1"),
        (moving({"is": "score", "instrument": "hadds", "at_least": 8}), "there is no instrument hadds"),
        (moving({"is": "score", "instrument": "hads", "part": "fear", "at_least": 8}), "no score 'fear'"),
        (moving({"is": "guess", "instrument": "hads"}), "guess"),
        (moving({"is": "no_change", "instrument": "distress-thermometer", "sessions": 6}), "no reliable change"),
        (broken(surprise=1), "surprise"),
        (
            broken(safety_step=1, steps=[STEP | {"moves": [{"to": 7, "kind": "more", "any": [
                {"is": "score", "instrument": "hads", "at_least": 8}]}]}]),
            "leads nowhere",
        ),
        (
            broken(safety_step=1, steps=[STEP | {"moves": [{"to": 2, "kind": "more"}]}, {"step": 2, "name": "B"}]),
            "under either any or all",
        ),
    ],
)  # fmt: skip
def test_a_faulty_plan_refuses_the_start_with_its_file_and_reason(
    said: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    (tmp_path / f"{ONCOLOGY}.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(SettingsError, match=rf"{ONCOLOGY}\.yaml.*") as refused:
        load(tmp_path)
    assert reason in str(refused.value)


def test_a_programme_brings_its_own_criteria_and_faults_name_it() -> None:
    own = {"source": "ours", "safety_step": 1, "steps": [STEP]}
    plan = plan_of("our-programme", {"stepped_care": own})
    assert plan is not None
    assert (plan.programme, [step.name for step in plan.steps]) == ("our-programme", ["One"])
    with pytest.raises(SettingsError, match="our-programme"):
        plan_of("our-programme", {"stepped_care": {**own, "safety_step": 4}})
    assert plan_of("unknown", {}) is None


def test_no_suggestion_is_more_than_a_step_with_its_reasons() -> None:
    assert Suggestion.__slots__ == ("to", "direction", "reasons")

"""Table in, answer out: every instrument at all minimum, all maximum, mixed, with one and with too many open."""

from dataclasses import dataclass

import pytest

from core.errors import InvalidInput
from core.instruments import instrument, instruments, score
from core.instruments.definition import Range


@dataclass(frozen=True, slots=True)
class Spec:
    """Answers in order of the items (``None``: open) and what comes out."""

    code: str
    answers: tuple[float | None, ...]
    total: float | None
    subscales: dict[str, float | None] | None = None
    band: str | None = None
    flags: tuple[str, ...] = ()


def row(value: float, n: int) -> tuple[float, ...]:
    return (value,) * n


ONE_TO_FIVE = (1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0, 4.0, 5.0)
TABLE = [
    # WAI-SR patient: task 1,2,10,12; bond 3,5,7,9; goal 4,6,8,11; item means
    Spec("wai-sr-patient", row(1, 12), 1.0, {"goal": 1.0, "task": 1.0, "bond": 1.0}),
    Spec("wai-sr-patient", row(5, 12), 5.0, {"goal": 5.0, "task": 5.0, "bond": 5.0}),
    Spec("wai-sr-patient", (1, 2, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), 3.3333333333,
         {"task": 2.0, "bond": 4.75, "goal": 3.25}),
    Spec("wai-sr-patient", (None, 2, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), 3.5454545455,
         {"task": 2.3333333333, "bond": 4.75, "goal": 3.25}),
    Spec("wai-sr-patient", (None, None, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), 3.7,
         {"task": None, "bond": 4.75, "goal": 3.25}),
    # WAI-SR therapist: task 1,4,10; goal 3,6,8; bond 2,5,7,9
    Spec("wai-sr-therapist", row(1, 10), 1.0, {"goal": 1.0, "task": 1.0, "bond": 1.0}),
    Spec("wai-sr-therapist", row(5, 10), 5.0, {"goal": 5.0, "task": 5.0, "bond": 5.0}),
    Spec("wai-sr-therapist", (1, 4, 2, 2, 4, 2, 4, 2, 4, 3), 2.8, {"task": 2.0, "goal": 2.0, "bond": 4.0}),
    Spec("wai-sr-therapist", (None, 4, 2, 2, 4, 2, 4, 2, 4, 3), 3.0, {"task": 2.5, "goal": 2.0, "bond": 4.0}),
    Spec("wai-sr-therapist", (None, 4, 2, None, 4, 2, 4, 2, 4, 3), 3.125, {"task": None, "goal": 2.0, "bond": 4.0}),
    # WATOCI: 17 items 1–7, items 4 and 10 the other way; nothing may be open
    Spec("watoci", (1, 1, 1, 7, 1, 1, 1, 1, 1, 7, 1, 1, 1, 1, 1, 1, 1), 17,
         {"goal": 4, "task": 4, "bond": 4, "theory_of_change": 5}),
    Spec("watoci", (7, 7, 7, 1, 7, 7, 7, 7, 7, 1, 7, 7, 7, 7, 7, 7, 7), 119,
         {"goal": 28, "task": 28, "bond": 28, "theory_of_change": 35}),
    Spec("watoci", row(7, 17), 107, {"goal": 16, "task": 28, "bond": 28, "theory_of_change": 35}),
    Spec("watoci", (*row(7, 16), None), None, {"goal": 16, "task": 28, "bond": 28, "theory_of_change": None}),
    Spec("srs", row(0, 4), 0), Spec("srs", row(10, 4), 40), Spec("srs", (9.5, 8, 10, 9), 36.5),
    Spec("srs", (9.5, 8, None, 9), None),
    # PHQ-9: bands 5, 10, 15, 20; two open items prorated, never item 9
    Spec("phq-9", row(0, 9), 0, band="minimal"),
    Spec("phq-9", row(3, 9), 27, band="severe", flags=("phq9_item9",)),
    Spec("phq-9", (3, 3, 3, 3, 3, 0, 0, 0, 0), 15, band="moderately_severe"),
    Spec("phq-9", (1, 1, 1, 1, 0, 0, 0, 0, 1), 5, band="mild", flags=("phq9_item9",)),
    Spec("phq-9", (None, 2, 2, 2, 2, 2, 0, 0, 0), 11.25, band="moderate"),
    Spec("phq-9", (None, None, 2, 2, 2, 2, 2, 2, 2), 18, band="moderately_severe", flags=("phq9_item9",)),
    Spec("phq-9", (None, None, None, 2, 2, 2, 2, 2, 2), None, flags=("phq9_item9",)),
    Spec("phq-9", (0, 0, 0, 0, 0, 0, 0, 0, None), None),
    Spec("gad-7", row(0, 7), 0, band="minimal"), Spec("gad-7", row(3, 7), 21, band="severe"),
    Spec("gad-7", (2, 2, 2, 2, 2, 0, 0), 10, band="moderate"),
    Spec("gad-7", (None, 1, 1, 1, 1, 1, 1), 7, band="mild"), Spec("gad-7", (None, None, 1, 1, 1, 1, 1), None),
    Spec("who-5", row(0, 5), 0), Spec("who-5", row(5, 5), 100), Spec("who-5", (1, 2, 3, 4, 5), 60),
    Spec("who-5", (1, 2, 3, 4, None), None),
    # CORE-10: items 2 and 3 the other way; item 6 is never imputed
    Spec("core-10", (0, 4, 4, 0, 0, 0, 0, 0, 0, 0), 0, band="below_cut_off"),
    Spec("core-10", (4, 0, 0, 4, 4, 4, 4, 4, 4, 4), 40, band="severe", flags=("core10_item6",)),
    Spec("core-10", row(0, 10), 8, band="below_cut_off"),
    Spec("core-10", (2, 1, 3, 1, 0, 0, 3, 2, 3, 1), 16, band="moderate"),
    Spec("core-10", (None, 4, 4, 1, 1, 0, 1, 2, 2, 2), 10, band="below_cut_off"),
    Spec("core-10", (None, None, 4, 1, 1, 0, 1, 2, 2, 2), None),
    Spec("core-10", (0, 4, 4, 0, 0, None, 0, 0, 0, 0), None),
    Spec("ede-qs", row(0, 12), 0), Spec("ede-qs", row(3, 12), 36), Spec("ede-qs", (*row(3, 5), *row(0, 7)), 15),
    Spec("ede-qs", (*row(3, 11), None), None),
    Spec("hads", row(0, 14), 0, {"anxiety": 0, "depression": 0}),
    Spec("hads", row(3, 14), 42, {"anxiety": 21, "depression": 21}),
    Spec("hads", (3, 0) * 7, 21, {"anxiety": 21, "depression": 0}),
    Spec("hads", (None, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1), 20.4615384615, {"anxiety": 14, "depression": 7}),
    Spec("hads", (None, 1, None, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1), None, {"anxiety": None, "depression": 7}),
    Spec("distress-thermometer", (0,), 0), Spec("distress-thermometer", (10,), 10),
    Spec("distress-thermometer", (None,), None),
    # SUS: odd items − 1, 5 − even items, × 2.5; an open item counts as 3
    Spec("sus", (1, 5) * 5, 0), Spec("sus", (5, 1) * 5, 100), Spec("sus", row(3, 10), 50),
    Spec("sus", ONE_TO_FIVE, 50), Spec("sus", (5, 1, 5, 1, 5, 1, 5, 1, 5, None), 95),
    Spec("sus", (5, 1, 5, 1, 5, 1, 5, None, None, None), None),
    Spec("vas-app", (0,), 0), Spec("vas-app", (100,), 100), Spec("vas-app", (62.5,), 62.5),
    Spec("vas-app", (None,), None),
    Spec("vas-platform", (0,), 0), Spec("vas-platform", (100,), 100), Spec("vas-platform", (None,), None),
    Spec("nps", (0,), 0, band="detractor"), Spec("nps", (10,), 10, band="promoter"),
    Spec("nps", (8,), 8, band="passive"),
    Spec("nps", (None,), None),
]  # fmt: skip


@pytest.mark.parametrize("spec", TABLE, ids=lambda s: f"{s.code}-{'-'.join(str(a) for a in s.answers)}")
def test_answers_give_the_score_of_the_table(spec: Spec) -> None:
    answers = {str(n): answer for n, answer in enumerate(spec.answers, start=1)}
    scored = score(spec.code, answers)
    assert scored.total == pytest.approx(spec.total) if spec.total is not None else scored.total is None
    if spec.subscales is not None:
        assert scored.subscales == pytest.approx(spec.subscales)
    assert scored.band == spec.band
    assert tuple(flag.code for flag in scored.flags) == spec.flags
    assert scored.missing == tuple(n for n, answer in answers.items() if answer is None)
    assert scored.complete == (None not in spec.answers)


def test_every_instrument_has_its_rows_in_the_table() -> None:
    assert {spec.code for spec in TABLE} == set(instruments())


@pytest.mark.parametrize("code", sorted(instruments()))
@pytest.mark.parametrize("impossible", [-1, 1000, 1.37e9, float("nan"), "2", True])
def test_an_impossible_answer_is_refused_by_the_items_name(code: str, impossible: object) -> None:
    definition = instrument(code)
    with pytest.raises(InvalidInput) as refusal:
        score(code, {definition.items[0].id: impossible})  # type: ignore[dict-item]
    assert definition.items[0].label in str(refusal.value)
    assert definition.name in str(refusal.value)


@pytest.mark.parametrize("code", sorted(instruments()))
def test_an_unknown_item_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput, match="has no item 99"):
        score(code, {"99": 1})


@pytest.mark.parametrize("code", sorted(instruments()))
def test_with_nothing_answered_there_is_no_score_and_nothing_is_taken_for_a_no(code: str) -> None:
    scored = score(code, {})
    assert scored.total is None
    assert set(scored.subscales.values()) <= {None}
    assert (scored.flags, scored.band, scored.complete) == ((), None, False)


def test_an_unknown_instrument_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no instrument mood-99"):
        score("mood-99", {"1": 1})


def test_an_item_between_two_steps_of_a_stepped_scale_is_refused() -> None:
    with pytest.raises(InvalidInput):
        score("nps", {"1": 7.5})


@pytest.mark.parametrize("code", sorted(instruments()))
def test_a_definition_names_its_sources_and_ships_no_official_wording(code: str) -> None:
    definition = instrument(code)
    assert definition.sources
    assert definition.licence
    assert not definition.official_wording
    assert all(len(item.label.split()) <= 8 for item in definition.items)
    for item in definition.items:
        options = definition.options_of(item)
        assert isinstance(options, Range) or len(options) >= 2

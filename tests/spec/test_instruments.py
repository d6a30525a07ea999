"""Table in, answer out: every instrument at all minimum, all maximum, mixed, with one and with too many open."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from core.errors import InvalidInput
from core.instruments import instrument, instruments, score
from core.instruments.checks import span
from core.instruments.definition import Range


@dataclass(frozen=True, slots=True)
class Spec:
    """Answers in order of the items (``None``: open) and what comes out. ``open``: places of the items that count as
    missing, where they are not simply those without an answer (a screener's item that is not to be asked)."""

    code: str
    answers: tuple[float | None, ...]
    total: float | None
    subscales: dict[str, float | None] | None = None
    band: str | None = None
    flags: tuple[str, ...] = ()
    open: str | None = None


def row(value: float, n: int) -> tuple[float, ...]:
    return (value,) * n


ONE_TO_FIVE = (1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0, 4.0, 5.0)
TABLE = [
    # WAI-SR patient: task 1,2,10,12; bond 3,5,7,9; goal 4,6,8,11; item means
    Spec("wai-sr-patient", row(1, 12), 1.0, {"goal": 1.0, "task": 1.0, "bond": 1.0}),
    Spec("wai-sr-patient", row(5, 12), 5.0, {"goal": 5.0, "task": 5.0, "bond": 5.0}),
    Spec("wai-sr-patient", (1, 2, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), 3.3333333333,
         {"task": 2.0, "bond": 4.75, "goal": 3.25}),
    Spec("wai-sr-patient", (None, 2, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), 3.4444444444,
         {"task": 2.3333333333, "bond": 4.75, "goal": 3.25}),
    Spec("wai-sr-patient", (None, None, 5, 3, 5, 3, 5, 3, 4, 3, 4, 2), None,
         {"task": None, "bond": 4.75, "goal": 3.25}),
    # WAI-SR therapist: task 1,4,10; goal 3,6,8; bond 2,5,7,9
    Spec("wai-sr-therapist", row(1, 10), 1.0, {"goal": 1.0, "task": 1.0, "bond": 1.0}),
    Spec("wai-sr-therapist", row(5, 10), 5.0, {"goal": 5.0, "task": 5.0, "bond": 5.0}),
    Spec("wai-sr-therapist", (1, 4, 2, 2, 4, 2, 4, 2, 4, 3), 2.8, {"task": 2.0, "goal": 2.0, "bond": 4.0}),
    Spec("wai-sr-therapist", (None, 4, 2, 2, 4, 2, 4, 2, 4, 3), 2.95, {"task": 2.5, "goal": 2.0, "bond": 4.0}),
    Spec("wai-sr-therapist", (None, 4, 2, None, 4, 2, 4, 2, 4, 3), None, {"task": None, "goal": 2.0, "bond": 4.0}),
    # WAI-S: 12 items 1–7, items 4 and 10 the other way; task 1,2,8,12; bond 3,5,7,9; goal 4,6,10,11; item means
    *(
        Spec(f"wai-s-{side}", answers, total, parts)
        for side in ("patient", "therapist")
        for answers, total, parts in (
            ((1, 1, 1, 7, 1, 1, 1, 1, 1, 7, 1, 1), 1.0, {"goal": 1.0, "task": 1.0, "bond": 1.0}),
            ((7, 7, 7, 1, 7, 7, 7, 7, 7, 1, 7, 7), 7.0, {"goal": 7.0, "task": 7.0, "bond": 7.0}),
            (row(7, 12), 6.0, {"goal": 4.0, "task": 7.0, "bond": 7.0}),
            ((5, 6, 7, 2, 6, 5, 7, 4, 6, 3, 6, 5), 5.6666666667, {"goal": 5.5, "task": 5.0, "bond": 6.5}),
            ((5, 6, 7, None, 6, 5, 7, 4, 6, 3, 6, 5), 5.6111111111, {"goal": 5.3333333333, "task": 5.0, "bond": 6.5}),
            ((5, 6, 7, None, 6, 5, 7, 4, 6, None, 6, 5), None, {"goal": None, "task": 5.0, "bond": 6.5}),
        )
    ),
    # WATOCI: 17 items 1–7, items 4 and 10 the other way; one of each part may be open
    Spec("watoci", (1, 1, 1, 7, 1, 1, 1, 1, 1, 7, 1, 1, 1, 1, 1, 1, 1), 17,
         {"goal": 4, "task": 4, "bond": 4, "theory_of_change": 5}),
    Spec("watoci", (7, 7, 7, 1, 7, 7, 7, 7, 7, 1, 7, 7, 7, 7, 7, 7, 7), 119,
         {"goal": 28, "task": 28, "bond": 28, "theory_of_change": 35}),
    Spec("watoci", row(7, 17), 107, {"goal": 16, "task": 28, "bond": 28, "theory_of_change": 35}),
    Spec("watoci", (*row(7, 16), None), 107, {"goal": 16, "task": 28, "bond": 28, "theory_of_change": 35}),
    Spec("watoci", (*row(7, 15), None, None), None, {"goal": 16, "task": 28, "bond": 28, "theory_of_change": None}),
    # SRS: four marks of 0–10 cm; an item below 9 is a fact of its own
    Spec("srs", row(0, 4), 0, band="below_cut_off", flags=("srs_item_low",) * 4),
    Spec("srs", row(10, 4), 40, band="at_or_above_cut_off"),
    Spec("srs", (9.5, 8, 10, 9), 36.5, band="at_or_above_cut_off", flags=("srs_item_low",)),
    Spec("srs", (9, 9, 9, 8.9), 35.9, band="below_cut_off", flags=("srs_item_low",)),
    Spec("srs", (9.5, 8, None, 9), None, flags=("srs_item_low",)),
    Spec("ors", row(0, 4), 0, band="below_cut_off"), Spec("ors", row(10, 4), 40, band="at_or_above_cut_off"),
    Spec("ors", (6.5, 6.2, 6.1, 6.1), 24.9, band="below_cut_off"),
    Spec("ors", (6.2, 6.3, 6.2, 6.3), 25, band="at_or_above_cut_off"),
    Spec("ors", (6.5, 6.2, 6.1, None), None),
    # C-SSRS screener: no score; the response time that the answers ask for
    Spec("c-ssrs-screener", (0, 0, None, None, None, 0, None), None),
    Spec("c-ssrs-screener", row(1, 7), None, band="now", flags=(
        "cssrs_item1", "cssrs_item2", "cssrs_item3", "cssrs_item4", "cssrs_item5", "cssrs_item6", "cssrs_item6_recent",
    )),
    Spec("c-ssrs-screener", (1, 0, None, None, None, 0, None), None, band="next_working_day", flags=("cssrs_item1",)),
    Spec("c-ssrs-screener", (1, 1, 0, 0, 0, 0, None), None, band="next_working_day",
         flags=("cssrs_item1", "cssrs_item2")),
    Spec("c-ssrs-screener", (1, 1, 1, 0, 0, 0, None), None, band="same_day",
         flags=("cssrs_item1", "cssrs_item2", "cssrs_item3")),
    Spec("c-ssrs-screener", (0, 1, 0, 1, 0, 0, None), None, band="now", flags=("cssrs_item2", "cssrs_item4")),
    Spec("c-ssrs-screener", (0, 0, None, None, None, 1, 0), None, band="same_day", flags=("cssrs_item6",)),
    Spec("c-ssrs-screener", (0, 0, None, None, None, 1, 1), None, band="now",
         flags=("cssrs_item6", "cssrs_item6_recent")),
    Spec("c-ssrs-screener", (0, 0, None, None, None, 1, None), None, band="now", flags=("cssrs_item6",), open="7"),
    Spec("c-ssrs-screener", (None, 1, None, None, None, 0, None), None, band="same_day", flags=("cssrs_item2",),
         open="1345"),
    Spec("c-ssrs-screener", (None,) * 7, None, open="1234567"),
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
    Spec("who-5", row(0, 5), 0, band="assess_further"), Spec("who-5", row(5, 5), 100, band="above_cut_off"),
    Spec("who-5", (1, 2, 3, 4, 5), 60, band="above_cut_off"), Spec("who-5", (1, 1, 1, 2, 2), 28, band="assess_further"),
    Spec("who-5", (1, 1, 2, 2, 2), 32, band="reduced"), Spec("who-5", (3, 3, 2, 2, 2), 48, band="reduced"),
    Spec("who-5", (3, 3, 3, 2, 2), 52, band="above_cut_off"),
    Spec("who-5", (1, 2, 3, 4, None), None),
    # CORE-10: items 2 and 3 the other way; item 6 is never imputed
    Spec("core-10", (0, 4, 4, 0, 0, 0, 0, 0, 0, 0), 0, band="below_cut_off"),
    Spec("core-10", (4, 0, 0, 4, 4, 4, 4, 4, 4, 4), 40, band="severe", flags=("core10_item6",)),
    Spec("core-10", row(0, 10), 8, band="below_cut_off"),
    Spec("core-10", (2, 1, 3, 1, 0, 0, 3, 2, 3, 1), 16, band="moderate"),
    Spec("core-10", (None, 4, 4, 1, 1, 0, 1, 2, 2, 2), 10, band="below_cut_off"),
    Spec("core-10", (None, None, 4, 1, 1, 0, 1, 2, 2, 2), None),
    Spec("core-10", (0, 4, 4, 0, 0, None, 0, 0, 0, 0), None),
    Spec("ede-qs", row(0, 12), 0, band="below_cut_off"), Spec("ede-qs", row(3, 12), 36, band="at_or_above_cut_off"),
    Spec("ede-qs", (*row(3, 5), *row(0, 7)), 15, band="at_or_above_cut_off"),
    Spec("ede-qs", (*row(3, 4), 2, *row(0, 7)), 14, band="below_cut_off"),
    Spec("ede-qs", (*row(3, 11), None), None),
    # HADS: odd items anxiety, even items depression; the printed number is the score already
    Spec("hads", row(0, 14), 0, {"anxiety": 0, "depression": 0}, band="below_cut_off"),
    Spec("hads", row(3, 14), 42, {"anxiety": 21, "depression": 21}, band="at_or_above_cut_off"),
    Spec("hads", (3, 0) * 7, 21, {"anxiety": 21, "depression": 0}, band="at_or_above_cut_off"),
    Spec("hads", (1, 1) * 6 + (0, 0), 12, {"anxiety": 6, "depression": 6}, band="below_cut_off"),
    Spec("hads", (None, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1), 21, {"anxiety": 14, "depression": 7},
         band="at_or_above_cut_off"),
    Spec("hads", (None, None, *(2, 1) * 6), 21, {"anxiety": 14, "depression": 7}, band="at_or_above_cut_off"),
    Spec("hads", (None, 1, None, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1), None, {"anxiety": None, "depression": 7}),
    Spec("distress-thermometer", (0,), 0, band="below_cut_off"),
    Spec("distress-thermometer", (10,), 10, band="at_or_above_cut_off"),
    Spec("distress-thermometer", (4,), 4, band="at_or_above_cut_off"),
    # ReQoL-10: the printed number is the score already, 4 is best; item 6 is never imputed
    Spec("reqol-10", row(0, 10), 0, band="at_or_below_cut_off"), Spec("reqol-10", row(4, 10), 40, band="above_cut_off"),
    Spec("reqol-10", (0, 4, 1, 3, 2, 4, 3, 2, 1, 4), 24, band="at_or_below_cut_off"),
    Spec("reqol-10", (1, 4, 1, 3, 2, 4, 3, 2, 1, 4), 25, band="above_cut_off"),
    Spec("reqol-10", (None, *row(4, 9)), None), Spec("reqol-10", (*row(4, 5), None, *row(4, 4)), None),
    # Counts stand by themselves
    Spec("session-count", (4, 1, 0, 2, 12, 0), None), Spec("session-count", (0,) * 6, None),
    Spec("session-count", (200,) * 6, None), Spec("session-count", (4, None, 0, 2, 12, 0), None),
    Spec("distress-thermometer", (None,), None),
    # SUS: odd items − 1, 5 − even items, × 2.5; an open item counts as 3
    Spec("sus", (1, 5) * 5, 0, band="below_benchmark"), Spec("sus", (5, 1) * 5, 100, band="at_or_above_benchmark"),
    Spec("sus", row(3, 10), 50, band="below_benchmark"), Spec("sus", ONE_TO_FIVE, 50, band="below_benchmark"),
    Spec("sus", (4, 2, 4, 1, 4, 2, 5, 2, 3, 3), 75, band="at_or_above_benchmark"),
    Spec("sus", (5, 1, 5, 1, 5, 1, 5, 1, 5, None), 95, band="at_or_above_benchmark"),
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
    ids = [item.id for item in instrument(spec.code).items]
    answers = dict(zip(ids, spec.answers, strict=True))
    scored = score(spec.code, answers)
    assert scored.total == pytest.approx(spec.total) if spec.total is not None else scored.total is None
    if spec.subscales is not None:
        assert scored.subscales == pytest.approx(spec.subscales)
    assert scored.band == spec.band
    assert tuple(flag.code for flag in scored.flags) == spec.flags
    assert scored.missing == missing_of(spec, ids)
    assert scored.complete == (not scored.missing)


def missing_of(spec: Spec, ids: list[str]) -> tuple[str, ...]:
    if spec.open is not None:
        return tuple(ids[int(place) - 1] for place in spec.open)
    if spec.code == "c-ssrs-screener":
        return ()
    return tuple(i for i, answer in zip(ids, spec.answers, strict=True) if answer is None)


@pytest.mark.parametrize("code", sorted(instruments()))
@given(data=strategies.data())
@settings(max_examples=40, deadline=None)
def test_whatever_is_answered_every_score_stays_within_its_span(code: str, data: strategies.DataObject) -> None:
    definition = instrument(code)
    answers: dict[str, float | None] = {}
    for item in definition.items:
        options = definition.options_of(item)
        if isinstance(options, Range):
            possible = strategies.integers(int(options.low), int(options.high)).map(float)
        else:
            possible = strategies.sampled_from([option.answer for option in options])
        answers[item.id] = data.draw(strategies.one_of(possible, possible, possible, strategies.none()))
    scored = score(code, answers)
    for name, value in {**scored.subscales, "total": scored.total}.items():
        if value is not None:
            low, high = span(definition, definition.scores()[name])
            assert low - 1e-9 <= value <= high + 1e-9
    kept = [item.id for item in definition.items if item.never_imputed]
    assert scored.total is None or not set(kept) & set(scored.missing)


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
    assert definition.answers_are
    assert definition.missing_rule
    assert all(len(item.label.split()) <= 8 for item in definition.items)
    for item in definition.items:
        options = definition.options_of(item)
        assert isinstance(options, Range) or len(options) >= 2


def test_numbers_of_an_array_are_answers_and_what_is_no_number_is_none() -> None:
    assert score("phq-9", {str(n): np.int64(2) for n in range(1, 10)}).total == 18
    assert score("ors", {str(n): np.float64(2.5) for n in range(1, 5)}).total == 10
    for answer in (np.bool_(True), 10**400, "2"):
        with pytest.raises(InvalidInput, match="item 1"):
            score("phq-9", {"1": answer})

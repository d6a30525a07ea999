"""Ratings, messages, entries and sessions in; what is unlike the pair's own usual out. Nothing is added up, and what
has too little behind it is never "as usual"."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from core.rules.alliance import Rating
from core.rules.congruence import LEAST, congruence
from core.rules.rupture import (
    Component,
    Meeting,
    Part,
    Word,
    of_entries,
    of_messages,
    of_ratings,
    of_replies,
    of_sessions,
    worth_asking,
)

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ERROR = 0.70


def ratings(goals: Sequence[float | None]) -> list[Rating]:
    return [
        Rating(
            NOW - timedelta(days=7 * (len(goals) - n)), "wai-sr-patient", "patient",
            {"goal": g, "task": 4.0, "bond": 4.0},
        )
        for n, g in enumerate(goals)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("goals", "usual", "unlike"),
    [
        ([4.0, 4.2, 4.1, 2.8], 4.1, True),  # below the mean of the earlier ones by more than the error
        ([4.0, 4.2, 4.1, 3.5], 4.1, False),  # 0.6: within it
        ([4.0, 4.0, 4.0, 3.3], 4.0, True),  # exactly the error counts
        ([4.0, 3.0], 4.0, True),  # a fall since the rating before, though there is no usual yet
        ([4.0, 3.9], 4.0, False),
        ([3.0, 3.0, 3.0, 4.5], 3.0, False),  # rose
        ([3.0], None, False),
    ],
)
def test_a_rating_is_held_against_this_sides_own_earlier_ones(
    goals: list[float | None], usual: float | None, unlike: bool
) -> None:
    goal = of_ratings(ratings(goals), "patient", error=ERROR)[0]
    assert (goal.part, goal.side, goal.unlike, goal.n_usual) == (Part.GOAL, "patient", unlike, len(goals) - 1)
    assert goal.usual == (None if usual is None else pytest.approx(usual))


def test_a_sub_scale_left_open_is_left_out() -> None:
    assert [c.part for c in of_ratings(ratings([4.0, None]), "patient", error=ERROR)] == [Part.TASK, Part.BOND]


def talk(waits: Sequence[float], *, apart: float = 5.0, ends: float = 1.0) -> list[Word]:
    """Exchanges ``apart`` days apart, the newest ``ends`` days ago: the team writes, the patient answers after
    ``waits`` hours (oldest first)."""
    words = []
    for number, wait in enumerate(reversed(waits)):
        asked = NOW - timedelta(days=ends + apart * number, hours=wait)
        words += [Word(asked + timedelta(hours=wait), True), Word(asked, False)]
    return words[::-1]


@pytest.mark.parametrize(
    ("waits", "value", "usual", "unlike"),
    [
        ([4, 5, 6, 4, 5, 5, 30, 40], 35, 5, True),
        ([4, 5, 6, 4, 5, 5, 8, 9], 8.5, 5, False),  # neither twice as long nor half a day longer
        ([0.2, 0.3, 0.2, 0.3, 0.2, 0.3, 1, 2], 1.5, 0.25, False),  # six times as long, and still quick
        ([5, 5, 30, 40], 35, None, False),  # two before: too few for a usual
    ],
)
def test_slower_answers_are_held_against_the_pairs_own_pace(
    waits: list[float], value: float, usual: float | None, unlike: bool
) -> None:
    found = of_replies(talk(waits, apart=6.5), by_patient=True, now=NOW)
    assert found is not None
    assert (found.value, found.usual, found.unlike) == (pytest.approx(value), usual and pytest.approx(usual), unlike)
    assert found.part is Part.PATIENT_REPLIES


def test_the_team_is_held_to_the_same_measure() -> None:
    turned = [Word(word.at, not word.from_patient) for word in talk([4, 5, 6, 4, 5, 5, 30, 40], apart=6.5)]
    found = of_replies(turned, by_patient=False, now=NOW)
    assert found is not None
    assert (found.part, found.unlike) == (Part.TEAM_REPLIES, True)


def test_a_wait_that_is_still_open_counts_and_one_over_a_week_is_a_new_conversation() -> None:
    words = [*talk([4, 5, 6, 4, 5, 5, 30], apart=6.5, ends=4), Word(NOW - timedelta(hours=60), False)]
    found = of_replies(words, by_patient=True, now=NOW)
    assert found is not None
    assert (found.value, found.n, found.unlike) == (pytest.approx(30), 3, True)  # of 5, 30 and the 60 so far
    old = [Word(NOW - timedelta(days=9), False), Word(NOW - timedelta(days=1), True)]
    assert of_replies(old, by_patient=True, now=NOW) is None


@pytest.mark.parametrize(("recent", "before", "unlike"), [(0, 16, True), (2, 16, True), (3, 16, False), (0, 4, False)])
def test_fewer_messages_count_where_messages_were_to_be_expected(recent: int, before: int, unlike: bool) -> None:
    words = [Word(NOW - timedelta(days=20 + 40 * n / max(before, 1)), True) for n in range(before)]
    words += [Word(NOW - timedelta(days=3, hours=n), True) for n in range(recent)]
    found = of_messages(sorted(words, key=lambda w: w.at), began=NOW - timedelta(days=300), now=NOW)
    assert found is not None
    assert (found.value, found.usual, found.unlike) == (recent / 2, pytest.approx(before / 8), unlike)


def test_who_has_just_begun_or_never_wrote_has_no_usual() -> None:
    words = [Word(NOW - timedelta(days=2), True)]
    assert of_messages(words, began=NOW - timedelta(days=20), now=NOW) is None
    assert of_messages([Word(NOW, False)], began=NOW - timedelta(days=300), now=NOW) is None


@pytest.mark.parametrize(
    ("lately", "before", "usual", "unlike"),
    [(2, 4, 0.8, True), (3, 4, 0.8, True), (4, 4, 0.8, False), (0, 0, None, False)],
)
def test_missed_entries_are_a_share_of_what_was_asked(
    lately: int, before: int, usual: float | None, unlike: bool
) -> None:
    days = [(day, 5, before) for day in range(944, 986)] if before else []
    days += [(day, 5, lately) for day in range(987, 1001)]
    found = of_entries(days, today=1000)
    assert found is not None
    assert (found.value, found.usual, found.unlike) == (
        pytest.approx(lately / 5),
        usual and pytest.approx(usual),
        unlike,
    )


def test_who_is_not_asked_misses_nothing() -> None:
    assert of_entries([(day, 5, 4) for day in range(940, 980)], today=1000) is None


@pytest.mark.parametrize(("missed", "usually", "unlike"), [(1, 0, True), (0, 0, False), (1, 5, False)])
def test_a_missed_session_counts_where_it_is_not_usual(missed: int, usually: int, unlike: bool) -> None:
    held = [Meeting(NOW - timedelta(days=40 + 7 * n), n < usually) for n in range(10)][::-1]
    held += [Meeting(NOW - timedelta(days=1 + 7 * n), n < missed) for n in range(3)][::-1]
    found = of_sessions(held, now=NOW)
    assert found is not None
    assert (found.value, found.usual, found.unlike) == (pytest.approx(missed / 3), usually / 10, unlike)


def component(part: Part, *, side: str | None = None, unlike: bool = True) -> Component:
    return Component(part, 1.0, 2.0, 1, 5, unlike, NOW, side)


def test_one_question_the_patients_rating_first_and_one_counted_thing_alone_is_ordinary() -> None:
    goal, bond = component(Part.GOAL, side="therapist"), component(Part.BOND, side="patient")
    entries, replies = component(Part.ENTRIES), component(Part.PATIENT_REPLIES)
    assert worth_asking([goal, entries, bond]) is bond
    assert worth_asking([goal, entries]) is goal
    assert worth_asking([entries, replies]) is replies
    assert worth_asking([entries]) is None
    assert worth_asking([component(Part.GOAL, side="patient", unlike=False)]) is None


def test_there_is_no_score_of_it_all() -> None:
    assert {field.name for field in fields(Component)} == {
        "part", "value", "usual", "n", "n_usual", "unlike", "at", "side",
    }  # fmt: skip


def test_two_views_that_move_together_apart_or_not_at_all() -> None:
    patient = [3.0, 3.5, 3.2, 4.0, 3.8, 4.4]
    alike = congruence([(p, p - 0.4) for p in patient])
    assert (alike.n, alike.same, alike.r) == (5, 5, pytest.approx(1))
    against = congruence([(p, 5 - p) for p in patient])
    assert (against.same, against.r) == (0, pytest.approx(-1))
    still = congruence([(p, 4.0) for p in patient])
    assert (still.r, still.constant) == (None, True)
    assert congruence([(p, p) for p in patient[:LEAST]]).r is None


def test_congruence_has_the_interval_of_fishers_z() -> None:
    """r = .5 of 28 changes: z = .5493 ± 1.96/5 → .156 to .736 (Fisher 1921)."""
    steps = [(1.0, 0.5), (-1.0, -0.5), (0.0, 0.75**0.5), (0.0, -(0.75**0.5))] * 7  # correlation of exactly .5
    pairs = [(0.0, 0.0)]
    for theirs, own in steps:
        pairs.append((pairs[-1][0] + theirs, pairs[-1][1] + own))
    found = congruence(pairs)
    assert (found.n, found.r) == (28, pytest.approx(0.5))
    assert (found.low, found.high) == (pytest.approx(0.156, abs=0.001), pytest.approx(0.736, abs=0.001))

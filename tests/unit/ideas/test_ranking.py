"""How ideas are ranked: every group has the same weight, and a group too small to hide in is not shown."""

import uuid
from datetime import UTC, datetime

import pytest

from core.ideas.ranking import FEWEST, standing
from models import IdeaRating, Maker


def ratings(maker: Maker, *marks: tuple[int, int, int]) -> list[IdeaRating]:
    at, idea = datetime(2026, 11, 18, tzinfo=UTC), uuid.uuid4()
    return [
        IdeaRating(
            idea_id=idea, rated_by=uuid.uuid4(), maker=maker, fresh=fresh, useful=useful, feasible=feasible, rated_at=at
        )
        for fresh, useful, feasible in marks
    ]


def test_twenty_patients_do_not_outvote_three_therapists() -> None:
    told = standing([*ratings(Maker.PATIENTS, *[(9, 9, 9)] * 20), *ratings(Maker.CLINICIANS, *[(3, 3, 3)] * 3)])
    assert told.together is not None
    assert told.together.mean == pytest.approx(6)
    assert (told.apart, told.rated, told.together.n) == (6, 23, 23)


def test_each_question_has_its_own_mean() -> None:
    told = standing(ratings(Maker.RELATIVES, (0, 6, 3), (4, 8, 3), (2, 10, 3)))
    nuf = told.groups[Maker.RELATIVES]
    assert (nuf.fresh, nuf.useful, nuf.feasible, nuf.n) == (2, 8, 3, 3)
    assert nuf.mean == pytest.approx(13 / 3)


def test_a_group_of_fewer_than_three_is_counted_and_not_shown() -> None:
    few = ratings(Maker.TECHNICAL, *[(0, 0, 0)] * (FEWEST - 1))
    told = standing([*ratings(Maker.PATIENTS, *[(8, 8, 8)] * 4), *few])
    assert set(told.groups) == {Maker.PATIENTS}
    assert told.rated == 6
    assert told.together is not None
    assert told.together.mean == 8  # the hidden group cannot be worked out from what is said of all
    assert told.apart is None


def test_without_enough_ratings_nothing_is_said_of_an_idea() -> None:
    assert standing([]).together is None
    told = standing(ratings(Maker.PATIENTS, (5, 5, 5)))
    assert (told.groups, told.together, told.apart, told.rated) == ({}, None, None, 1)

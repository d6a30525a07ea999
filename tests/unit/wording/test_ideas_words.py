"""Words of what is made together: a group and no name, a difference as a reason to talk, chance named as chance."""

import uuid
from datetime import UTC, datetime

import pytest

from core.figures.estimates import Estimate
from core.ideas.ranking import Nuf, Standing
from core.queries.ideas import IdeaLine
from core.queries.releases import BeforeAfter
from dashboard.wording import ideas as words
from models import IdeaState, Maker

P, C = Maker.PATIENTS, Maker.CLINICIANS


def nuf(mean: float, n: int = 5) -> Nuf:
    return Nuf(mean, mean, mean, n)


def standing(apart: float) -> Standing:
    return Standing({P: nuf(8), C: nuf(8 - apart)}, nuf(8 - apart / 2, 10), apart, 10)


def line(name: str | None) -> IdeaLine:
    return IdeaLine(
        id=uuid.uuid4(), need="n", for_whom="w", better="b", maker=P, name=name, made_at=datetime.now(UTC),
        state=IdeaState.PROPOSED, outcome="", release=None, release_id=None, standing=standing(1), own=None, version=1,
    )  # fmt: skip


def test_a_name_is_said_only_where_the_person_wants_it() -> None:
    assert words.proposed_by(line(None)) == "from a patient"
    assert words.proposed_by(line("Marina")) == "from a patient: Marina"


@pytest.mark.parametrize(("apart", "said"), [(3.5, "worth talking about"), (0.8, "agree within 0.8 points")])
def test_where_groups_differ_it_is_a_reason_to_talk(apart: float, said: str) -> None:
    assert said in words.standing(standing(apart))


def test_with_too_few_ratings_it_is_said_from_when_on_something_is_shown() -> None:
    told = words.standing(Standing({}, None, None, 2))
    assert told == "2 people rated it; a group’s view is shown from 3 people on."


def test_before_and_after_never_says_more_than_the_intervals() -> None:
    apart = BeforeAfter("sus", Estimate(60, 55, 65, 40), Estimate(75, 70, 80, 40))
    near = BeforeAfter("sus", Estimate(60, 55, 65, 40), Estimate(63, 58, 68, 40))
    few = BeforeAfter("sus", None, Estimate(63, 58, 68, 40))
    assert "More than chance" not in words.before_after(near)
    assert words.before_after(near).endswith("Not to be told from chance.")
    assert "why, the figures do not say" in words.before_after(apart)
    assert "fewer than 8 answered" in words.before_after(few)
    assert "chance" not in words.before_after(few)


@pytest.mark.parametrize("state", list(IdeaState))
def test_every_state_has_its_words(state: IdeaState) -> None:
    assert words.state(state.value)

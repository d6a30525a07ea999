"""Ideas from the first need to what came of them: one rating a person, two at once lose nothing, a name only where it
is wanted, no part in it without consent, and what was said of the product before and after a release."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.actions.ideas import (
    LONGEST,
    Empathy,
    Words,
    draw_frame,
    map_idea,
    mark_release,
    propose_idea,
    rate_idea,
    settle_idea,
)
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound
from core.queries.ideas import IdeaLine, IdeaView, idea, ideas
from core.queries.releases import releases
from models import AuditEntry, Consent, IdeaRating, IdeaState, Informant, Maker, Patient, QuestionnaireResponse
from tests.factories.cast import NOW, Cast

WORDS = Words("Fewer questions on bad days", "Patients in the first weeks", "I would not leave it alone")


def propose(calls: Calls, by: Actor, *, key: str = "p", words: Words = WORDS) -> uuid.UUID:
    made = calls.run(propose_idea, by=by, key=key, words=words)
    assert made is not None
    return made


def seen(calls: Calls, by: Actor, idea_id: uuid.UUID) -> IdeaView:
    return calls.run(idea, by=by, idea_id=idea_id)


def only(calls: Calls, by: Actor) -> IdeaLine:
    (line,) = calls.run(ideas, by=by).ideas
    return line


@pytest.mark.parametrize(
    ("who", "maker"),
    [("patient", Maker.PATIENTS), ("relative", Maker.RELATIVES), ("therapist", Maker.CLINICIANS),
     ("administrator", Maker.TECHNICAL)],
)  # fmt: skip
def test_everybody_who_takes_part_is_seen_as_their_group(calls: Calls, cast: Cast, who: str, maker: Maker) -> None:
    propose(calls, cast.everyone[who])
    line = only(calls, cast.bob)
    assert (line.maker, line.name, line.need) == (maker, None, WORDS.need)


def test_a_name_stands_beside_an_idea_where_the_person_wants_it(calls: Calls, cast: Cast) -> None:
    propose(calls, cast.patient_actor, words=Words(WORDS.need, WORDS.for_whom, WORDS.better, named=True))
    assert only(calls, cast.alice).name == cast.patient_actor.name


def test_a_second_press_proposes_nothing_twice(calls: Calls, cast: Cast) -> None:
    propose(calls, cast.alice)
    assert calls.run(propose_idea, by=cast.alice, key="p", words=WORDS) is None
    assert len(calls.run(ideas, by=cast.alice).ideas) == 1


def test_a_relative_takes_part_while_the_patient_lets_them(calls: Calls, cast: Cast) -> None:
    made = propose(calls, cast.relative_actor)
    with calls.transaction() as session:
        consent = session.exec(select(Consent).where(col(Consent.relative_id) == cast.relative.id)).one()
        consent.withdrawn_at, consent.withdrawn_by = NOW - timedelta(minutes=1), cast.patient_actor.user_id
        session.add(consent)
    with pytest.raises(AccessRefused, match="when the consent"):
        calls.run(rate_idea, by=cast.relative_actor, key="r", idea_id=made, fresh=1, useful=1, feasible=1)
    with pytest.raises(AccessRefused):
        calls.run(ideas, by=cast.relative_actor)


def test_a_person_has_one_rating_and_the_last_one_counts(calls: Calls, cast: Cast) -> None:
    made = propose(calls, cast.alice)
    for key, mark in (("first", 2), ("second", 9)):
        calls.run(rate_idea, by=cast.patient_actor, key=key, idea_id=made, fresh=mark, useful=mark, feasible=mark)
    with calls.transaction() as session:
        (rating,) = session.exec(select(IdeaRating)).all()
    assert (rating.fresh, rating.maker) == (9, Maker.PATIENTS)
    assert only(calls, cast.patient_actor).own == (9, 9, 9)
    assert only(calls, cast.alice).own is None


@pytest.mark.parametrize("marks", [(11, 0, 0), (0, -1, 0), (0, 0, 5.5)])
def test_a_mark_outside_the_scale_is_refused(calls: Calls, cast: Cast, marks: tuple[int, int, int]) -> None:
    made = propose(calls, cast.alice)
    with pytest.raises(InvalidInput, match="0 to 10"):
        calls.run(
            rate_idea, by=cast.alice, key="r", idea_id=made, fresh=marks[0], useful=marks[1], feasible=marks[2]
        )  # fmt: skip


def test_an_empathy_map_written_by_two_at_once_keeps_the_first_and_tells_the_second(calls: Calls, cast: Cast) -> None:
    made = propose(calls, cast.alice)
    first, second = Empathy(says="I am fine."), Empathy(says="Not today.")
    calls.run(map_idea, by=cast.alice, key="a", idea_id=made, side="patient", version=0, words=first)
    with pytest.raises(ChangedMeanwhile, match="still in the form"):
        calls.run(map_idea, by=cast.bob, key="b", idea_id=made, side="patient", version=0, words=second)
    calls.run(map_idea, by=cast.bob, key="c", idea_id=made, side="patient", version=1, words=second)
    patient, therapist = seen(calls, cast.alice, made).maps
    assert (patient.says, patient.version, therapist.version) == ("Not today.", 2, 0)


def test_a_frame_keeps_its_drawing_when_only_the_words_change(calls: Calls, cast: Cast) -> None:
    made, out = propose(calls, cast.alice), BytesIO()
    Image.new("RGB", (30, 30), "teal").save(out, "JPEG")
    calls.run(
        draw_frame, by=cast.patient_actor, key="a", idea_id=made, number=1, version=0, words="Morning.",
        drawing=out.getvalue(),
    )  # fmt: skip
    calls.run(draw_frame, by=cast.alice, key="b", idea_id=made, number=1, version=1, words="In the morning.")
    (frame,) = seen(calls, cast.alice, made).frames
    assert frame.words == "In the morning."
    assert frame.drawing is not None
    assert frame.drawing.startswith(b"\x89PNG")
    with pytest.raises(InvalidInput, match="up to 6 frames"):
        calls.run(draw_frame, by=cast.alice, key="c", idea_id=made, number=7, version=0, words="One more.")


def test_what_became_of_an_idea_is_said_by_who_steers_with_a_reason(calls: Calls, cast: Cast) -> None:
    made = propose(calls, cast.patient_actor)
    settle = {"idea_id": made, "version": 1, "state": "set_aside"}
    with pytest.raises(AccessRefused):
        calls.run(settle_idea, by=cast.alice, key="a", outcome="Comparing did harm.", **settle)
    with pytest.raises(InvalidInput):
        calls.run(settle_idea, by=cast.lead, key="b", outcome="", **settle)
    calls.run(settle_idea, by=cast.lead, key="c", outcome="Comparing did harm.", **settle)
    line = only(calls, cast.patient_actor)
    assert (line.state, line.outcome) == (IdeaState.SET_ASIDE, "Comparing did harm.")


def test_ideas_still_open_come_first_by_what_the_groups_think(calls: Calls, cast: Cast) -> None:
    made = [propose(calls, cast.alice, key=key, words=Words(f"Need {key}", "All", "Better days")) for key in "abc"]
    for mark, one in ((3, made[0]), (8, made[1])):
        for n, rater in enumerate((cast.alice, cast.bob, cast.charlie)):
            calls.run(rate_idea, by=rater, key=f"{one}{n}", idea_id=one, fresh=mark, useful=mark, feasible=mark)
    calls.run(settle_idea, by=cast.lead, key="s", idea_id=made[1], version=1, state="tried", outcome="")
    assert [line.need for line in calls.run(ideas, by=cast.alice).ideas] == ["Need b", "Need a", "Need c"]
    calls.run(settle_idea, by=cast.lead, key="t", idea_id=made[1], version=2, state="released", outcome="")
    assert [line.need for line in calls.run(ideas, by=cast.alice).ideas] == ["Need a", "Need c", "Need b"]


def test_words_that_are_missing_too_long_or_of_nothing_are_refused(calls: Calls, cast: Cast) -> None:
    for words, said in (
        (Words("  ", "All", "Better days"), "a few words are missing"),
        (Words("n" * (LONGEST["need"] + 1), "All", "Better days"), "longer than 400"),
    ):
        with pytest.raises(InvalidInput, match=said):
            calls.run(propose_idea, by=cast.alice, key="k", words=words)
    with pytest.raises(NotFound):
        calls.run(rate_idea, by=cast.alice, key="k", idea_id=uuid.uuid4(), fresh=1, useful=1, feasible=1)


def test_what_is_proposed_leaves_an_entry_without_its_words(calls: Calls, cast: Cast) -> None:
    made = propose(calls, cast.patient_actor)
    with calls.transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "propose_idea")).all()
    assert entry.target == f"idea:{made}"
    assert WORDS.need not in str(entry.detail)


def respond(session: Session, cast: Cast, code: str, days: int, totals: list[float]) -> None:
    first = session.exec(select(func.max(Patient.key))).one() + 1
    for key, total in enumerate(totals, start=first):
        patient = Patient.model_validate(cast.patient.model_dump() | {"id": uuid.uuid4(), "key": key, "user_id": None})
        session.add(patient)
        session.flush()
        session.add(
            QuestionnaireResponse(
                patient_id=patient.id, instrument=code, answered_at=NOW + timedelta(days=days), answers={},
                informant=Informant.PATIENT, total=total,
            )
        )  # fmt: skip
    session.flush()


def test_a_release_shows_what_was_said_before_and_after_of_eight_people_or_more(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        respond(session, cast, "sus", -40, [60.0] * 8)
        respond(session, cast, "sus", -10, [80.0] * 9)
        respond(session, cast, "nps", -10, [10.0] * 5 + [3.0] * 5)
        respond(session, cast, "watoci", -10, [90.0] * 7)
    calls.run(
        mark_release, by=cast.lead, key="m", name="Read marks", released_on=(NOW - timedelta(days=30)).date()
    )  # fmt: skip
    view = calls.run(releases, by=cast.patient_actor)
    (told,) = view.releases
    measured = {one.instrument: one for one in told.measured}
    before, after = measured["sus"].before, measured["sus"].after
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (60, 80)
    assert before.n % 5 == after.n % 5 == 0
    assert measured["nps"].after is not None
    assert measured["nps"].after.value == 0
    assert measured["watoci"].after is None  # seven people


def test_a_release_is_not_marked_before_it_is_there(calls: Calls, cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="when it is there"):
        calls.run(
            mark_release, by=cast.lead, key="m", name="Read marks", released_on=(NOW + timedelta(days=1)).date()
        )  # fmt: skip

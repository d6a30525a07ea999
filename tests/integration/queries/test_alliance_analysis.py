"""The service's alliance is read without names, on both databases, and what is taken away is logged."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from sqlmodel import col, select

from core.actions.analysis import note_export
from core.analysis.alliance import AllianceData
from core.calls import Calls
from core.errors import AccessRefused, InvalidInput
from core.queries.alliance_analysis import alliance_data
from models import (
    AllianceRating,
    Appointment,
    AppointmentState,
    AuditEntry,
    Informant,
    Message,
    MessageThread,
    QuestionnaireResponse,
    Side,
)
from tests.factories.cast import NOW, Cast

DAY = timedelta(days=1)


def rate(
    calls: Calls, cast: Cast, side: Side, days_ago: float, value: float, at: uuid.UUID | None, **more: object
) -> None:
    form = {"instrument": f"wai-sr-{side.value}", "goal": value, "task": value, "bond": value} | more
    with calls.transaction() as session:
        session.add(
            AllianceRating(
                patient_id=cast.patient.id, staff_id=cast.alice.staff_id, appointment_id=at, side=side,
                rated_at=NOW - days_ago * DAY, rated_by=cast.alice.user_id, **form,
            )
        )  # fmt: skip


def hold(calls: Calls, cast: Cast, number: int, days_ago: float) -> uuid.UUID:
    with calls.transaction() as session:
        held = Appointment(
            patient_id=cast.patient.id, staff_id=cast.alice.staff_id, number=number, state=AppointmentState.HELD,
            starts_at=NOW - days_ago * DAY,
        )  # fmt: skip
        session.add(held)
        return held.id


def read(calls: Calls, cast: Cast) -> AllianceData:
    return calls.run(alliance_data, by=cast.director)


def mine(data: AllianceData) -> int:
    """The place of Alice's patient: the only one with ratings."""
    return int(data.ratings.person[0])


def test_ratings_come_with_their_days_since_enrolment_and_other_scales_are_left_out(calls: Calls, cast: Cast) -> None:
    rate(calls, cast, Side.PATIENT, 60, 4.0, None)  # enrolled 90 days ago
    rate(calls, cast, Side.THERAPIST, 60, 3.5, None)
    rate(calls, cast, Side.PATIENT, 30, 6.0, None, instrument="wai-s-patient")
    rate(calls, cast, Side.PATIENT, 20, 2.0, None, bond=None)
    data = read(calls, cast)
    assert sorted(zip(data.ratings.side.tolist(), data.ratings.value.tolist(), strict=True)) == [(0, 4.0), (1, 3.5)]
    assert data.ratings.days.tolist() == pytest.approx([30, 30], abs=1)
    assert (data.people, len(data.programmes)) == (1, 2)


def test_the_pair_is_the_newest_session_that_both_rated(calls: Calls, cast: Cast) -> None:
    first, second, third = (hold(calls, cast, n, days) for n, days in ((1, 30), (2, 20), (3, 10)))
    for session, days, theirs, own in ((first, 30, 4.0, 3.0), (second, 20, 4.5, 3.5)):
        rate(calls, cast, Side.PATIENT, days, theirs, session)
        rate(calls, cast, Side.THERAPIST, days, own, session)
    rate(calls, cast, Side.PATIENT, 10, 2.0, third)
    data = read(calls, cast)
    assert data.pairs[mine(data)].tolist() == [4.5, 3.5]
    assert np.isnan(np.delete(data.pairs, mine(data), axis=0)).all()
    assert data.columns["patient_alliance"][mine(data)] == pytest.approx((4 + 4.5 + 2) / 3)


def test_communication_is_counted_each_way_with_the_time_until_an_answer(calls: Calls, cast: Cast) -> None:
    rate(calls, cast, Side.PATIENT, 30, 4.0, None)
    hold(calls, cast, 1, 30)
    hours = [(0, True), (1, True), (6, False), (8, False), (30, True), (34, False), (40, False), (41, True)]
    with calls.transaction() as session:
        thread = session.exec(select(MessageThread.id).where(col(MessageThread.patient_id) == cast.patient.id)).one()
        session.add_all(
            Message(
                thread_id=thread, patient_id=cast.patient.id, from_patient=mine, body=b"x",
                sent_at=NOW - 20 * DAY + timedelta(hours=hour),
                author_id=cast.patient.user_id if mine else cast.alice.user_id,
            )
            for hour, mine in hours
        )  # fmt: skip
    data = read(calls, cast)
    found = {name: values[mine(data)] for name, values in data.columns.items()}
    weeks = 90 / 7
    assert found["patient_messages"] == pytest.approx(4 / weeks)
    assert found["therapist_messages"] == pytest.approx(4 / weeks)
    assert found["message_share"] == pytest.approx(8 / 9)
    assert found["therapist_reply_hours"] == 5  # 6 and 4 hours
    assert found["patient_reply_hours"] == pytest.approx((24 + 7) / 2)  # from 6 to 30 and from 34 to 41
    assert found["age"] == pytest.approx(28.5, abs=0.1)


def test_the_newest_total_about_the_tool_counts(calls: Calls, cast: Cast) -> None:
    rate(calls, cast, Side.PATIENT, 30, 4.0, None)
    with calls.transaction() as session:
        for days, total in ((30, 60.0), (5, 80.0), (1, None)):
            session.add(
                QuestionnaireResponse(
                    patient_id=cast.patient.id, instrument="sus", informant=Informant.PATIENT, total=total,
                    answered_at=NOW - days * DAY,
                )
            )  # fmt: skip
    data = read(calls, cast)
    assert data.columns["sus"][mine(data)] == 80
    assert np.isnan(data.columns["vas_app"]).all()


def test_no_name_and_no_identifier_is_in_what_is_read(calls: Calls, cast: Cast) -> None:
    rate(calls, cast, Side.PATIENT, 30, 4.0, hold(calls, cast, 1, 30))
    text = repr(read(calls, cast))
    for secret in (cast.patient.given_name, cast.patient.family_name, str(cast.patient.id), "Alice"):
        assert secret not in text


def test_the_read_and_the_export_are_logged_and_a_second_press_is_not(calls: Calls, cast: Cast) -> None:
    read(calls, cast)
    for _press in range(2):
        calls.run(note_export, by=cast.director, key="k", kind="xlsx")
    with calls.transaction() as session:
        found = session.exec(select(AuditEntry).where(col(AuditEntry.actor_id) == cast.director.user_id)).all()
        assert [entry.action for entry in found] == ["read_alliance_analysis", "export_alliance_analysis"]
        assert found[1].detail == {"kind": "xlsx"}


def test_a_therapist_and_an_unknown_kind_are_refused(calls: Calls, cast: Cast) -> None:
    with pytest.raises(AccessRefused):
        calls.run(alliance_data, by=cast.alice)
    with pytest.raises(InvalidInput):
        calls.run(note_export, by=cast.director, key="k", kind="pdf")

"""From what comes in to an alert: opened once for each patient and rule, owned, told, and never ahead of the
therapist's own rating."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from core.actions.alerts import close, snooze
from core.actions.alliance import rate_as_patient, rate_as_therapist
from core.audit.log import verify
from core.calls import Calls
from core.errors import NotPossible
from core.measures import catalogue
from core.rules.evaluate import on_observations, on_questionnaire, open_or_add
from core.rules.findings import Fact, Finding
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AlertVerb,
    AuditEntry,
    CareRelationship,
    Informant,
    Outbox,
    Patient,
    QuestionnaireResponse,
    Response,
    User,
)
from tests.conftest import Database
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast
from tests.integration.test_alerts import Interrupted, interrupted_before, state_of

HOUR = timedelta(hours=1)


def said(hours_ago: float = 0, value: float = 2) -> Finding:
    at = NOW - timedelta(hours=hours_ago)
    return Finding("safety_answer", (Fact(at, "answer", value, measure="wish_not_alive", informant="patient"),))


def find(calls: Calls, cast: Cast, finding: Finding) -> Alert:
    with calls.transaction() as session:
        return open_or_add(session, patient=cast.patient, finding=finding, now=calls.clock())


def alerts(calls: Calls) -> Sequence[Alert]:
    with calls.transaction() as session:
        return session.exec(select(Alert).order_by(col(Alert.opened_at), col(Alert.rule))).all()


def answered(
    session: Session, patient: Patient, code: str, *, days_ago: float, total: float | None, **answers: float
) -> QuestionnaireResponse:
    response = QuestionnaireResponse(
        patient_id=patient.id, instrument=code, informant=Informant.PATIENT, total=total,
        answered_at=NOW - timedelta(days=days_ago), answers={item[1:]: value for item, value in answers.items()},
    )  # fmt: skip
    session.add(response)
    session.flush()
    return response


def test_a_finding_opens_an_alert_of_the_lead_with_history_entry_and_notification(
    database: Database, calls: Calls, cast: Cast
) -> None:
    opened = find(calls, cast, said())
    (kept,) = alerts(calls)
    assert kept.id == opened.id
    assert (kept.rule, kept.response, kept.state) == ("safety_answer", Response.SAME_DAY, AlertState.NEW)
    assert (kept.owner_id, kept.opened_at) == (cast.alice.staff_id, NOW)
    with calls.transaction() as session:
        (event,) = session.exec(select(AlertEvent)).all()
        assert (event.verb, event.by, event.from_state, event.to_state) == (AlertVerb.OPEN, None, None, AlertState.NEW)
        (entry,) = session.exec(select(AuditEntry)).all()
        assert (entry.action, entry.patient_id, entry.actor_id) == ("open_alert", cast.patient.id, None)
        (told,) = session.exec(select(Outbox)).all()
        assert (told.kind, told.recipient_id) == ("open_alert", cast.alice.user_id)
        assert verify(session, database.keys.audit).intact


def test_a_second_finding_of_the_rule_adds_its_facts_and_no_alert(calls: Calls, cast: Cast) -> None:
    find(calls, cast, said(hours_ago=3, value=1))
    find(calls, cast, said(hours_ago=1, value=3))
    (kept,) = alerts(calls)
    assert [fact["value"] for fact in kept.evidence] == [1, 3]
    assert kept.version == 2


def test_the_same_fact_again_changes_nothing(database: Database, calls: Calls, cast: Cast) -> None:
    find(calls, cast, said())
    before = state_of(database)
    find(calls, cast, said())
    assert state_of(database) == before
    assert alerts(calls)[0].version == 1


def test_new_facts_move_the_due_time_earlier_only(database: Database, cast: Cast) -> None:
    first = find(database.calls(), cast, said(hours_ago=2))
    with database.calls().transaction() as session:
        kept = session.get_one(Alert, first.id)
        kept.due_at = NOW + timedelta(days=9)
    sooner = find(database.calls(), cast, said(hours_ago=1)).due_at
    assert sooner == first.due_at
    assert find(database.calls(NOW + 3 * HOUR), cast, said(hours_ago=-3)).due_at == sooner


def test_new_facts_bring_back_what_was_put_off_and_tell_the_owner(database: Database, calls: Calls, cast: Cast) -> None:
    opened = find(calls, cast, said(hours_ago=2))
    calls.run(snooze, by=cast.alice, key="s", alert_id=opened.id, version=1, until=NOW + 5 * HOUR, text="In class now.")
    later = database.calls(NOW + HOUR)
    find(later, cast, said(hours_ago=-1))
    (kept,) = alerts(calls)
    assert (kept.state, kept.snoozed_until) == (AlertState.NEW, None)
    with calls.transaction() as session:
        told = session.exec(select(Outbox).order_by(col(Outbox.made_at))).all()
        assert [(t.kind, t.recipient_id) for t in told] == [
            ("open_alert", cast.alice.user_id), ("add_evidence_to_alert", cast.alice.user_id),
        ]  # fmt: skip


def test_after_closing_a_finding_opens_a_new_alert(calls: Calls, cast: Cast) -> None:
    opened = find(calls, cast, said(hours_ago=2))
    closing = {"action": "called", "text": "Called her.", "next_review": date(2026, 11, 20)}
    calls.run(close, by=cast.alice, key="c", alert_id=opened.id, version=1, **closing)
    find(calls, cast, said())
    assert sorted(a.state for a in alerts(calls)) == [AlertState.CLOSED, AlertState.NEW]


def test_without_a_lead_the_head_of_the_team_owns_it_and_without_anybody_it_is_refused(
    calls: Calls, cast: Cast
) -> None:
    with calls.transaction() as session:
        for row in session.exec(select(CareRelationship).where(col(CareRelationship.patient_id) == cast.patient.id)):
            row.ends_on = NOW.date()
    assert find(calls, cast, said()).owner_id == cast.lead.staff_id
    with calls.transaction() as session:
        for person in (cast.alice, cast.bob, cast.lead):
            account = session.get_one(User, person.user_id)
            account.disabled_at, account.disabled_by = NOW, cast.administrator.user_id
    silent = Finding("no_entries", (Fact(NOW, "silence", 80),))
    with pytest.raises(NotPossible, match="Nobody on the team"):
        find(calls, cast, silent)


def test_findings_at_the_same_moment_become_one_alert(database: Database, calls: Calls, cast: Cast) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: find(database.calls(), cast, said(hours_ago=n)), range(4)))
    (kept,) = alerts(calls)
    assert (len(kept.evidence), kept.version) == (4, 4)


def test_threat_44_interrupted_at_any_statement_a_finding_leaves_all_or_nothing(
    database: Database, calls: Calls, cast: Cast
) -> None:
    untouched, nth = state_of(database), 0
    while True:
        with interrupted_before(database.engine, nth):
            try:
                find(calls, cast, said())
                break
            except Interrupted:
                nth += 1
        assert state_of(database) == untouched, f"half written after statement {nth}"
    done = state_of(database)
    grown = {table for table in done if done[table] != untouched[table]}
    assert grown == {"alert", "alert_event", "audit_entry", "audit_head", "outbox"}
    assert nth > 6


# Entries and questionnaires


def test_entries_above_zero_on_a_safety_item_open_an_alert_and_others_do_not(calls: Calls, cast: Cast) -> None:
    codes = catalogue()
    with calls.transaction() as session:
        values = [(NOW, codes["sad"].id, 7.0), (NOW, codes["wish_not_alive"].id, 0.0)]
        assert on_observations(session, patient=cast.patient, values=values, now=NOW) == []
        values = [(int(NOW.timestamp()), codes["suicidal_thoughts"].id, 1.0)]
        (opened,) = on_observations(session, patient=cast.patient, values=values, now=NOW)
        assert opened.evidence[0]["measure"] == "suicidal_thoughts"
        assert datetime.fromisoformat(opened.evidence[0]["at"]) == NOW


def test_a_questionnaire_opens_what_its_answers_and_its_course_ask_for(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        answered(session, cast.patient, "core-10", days_ago=28, total=12)
        answered(session, cast.patient, "core-10", days_ago=14, total=14)
        answered(session, cast.other_patient, "core-10", days_ago=20, total=0)
        response = answered(session, cast.patient, "core-10", days_ago=0, total=18, _6=1)
        opened = on_questionnaire(session, patient=cast.patient, response=response, now=NOW)
        assert [alert.rule for alert in opened] == ["core10_item6", "reliable_deterioration"]
        (score,) = opened[1].evidence
        assert (score["value"], score["usual"], score["threshold"]) == (18, 12, 6)


def test_after_closing_numbers_keep_quiet_until_the_next_review_and_what_was_said_does_not(
    database: Database, calls: Calls, cast: Cast
) -> None:
    def comes_in(days: int, total: float, item: float) -> list[str]:
        with database.calls(NOW + timedelta(days=days)).transaction() as session:
            response = answered(session, cast.patient, "core-10", days_ago=-days, total=total, _6=item)
            opened = on_questionnaire(
                session, patient=cast.patient, response=response, now=NOW + timedelta(days=days)
            )  # fmt: skip
            return [f"{alert.rule} {alert.version}" for alert in opened]

    comes_in(-14, 12, 0)
    assert comes_in(0, 18, 1) == ["core10_item6 1", "reliable_deterioration 1"]
    closing = {"action": "called", "text": "Called her.", "next_review": NOW.date() + timedelta(days=7)}
    for alert in alerts(calls):
        calls.run(close, by=cast.alice, key=alert.rule, alert_id=alert.id, version=1, **closing)
    assert comes_in(3, 19, 1) == ["core10_item6 1"]
    assert comes_in(7, 19, 0) == ["reliable_deterioration 1"]


def test_an_unanswered_safety_item_opens_nothing_and_says_nothing(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        response = answered(session, cast.patient, "phq-9", days_ago=0, total=None, _1=3, _2=3)
        assert on_questionnaire(session, patient=cast.patient, response=response, now=NOW) == []


def test_a_service_can_set_its_own_threshold_and_a_programme_its_own_over_it(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        service, programme = session.merge(cast.service), session.merge(cast.programme)
        service.settings = {"rules": {"reliable_deterioration": {"core-10": 3}}}
        session.flush()
        answered(session, cast.patient, "core-10", days_ago=14, total=10)
        response = answered(session, cast.patient, "core-10", days_ago=0, total=13)
        (opened,) = on_questionnaire(session, patient=cast.patient, response=response, now=NOW)
        assert opened.evidence[0]["threshold"] == 3
        programme.settings = {"rules": {"reliable_deterioration": {"core-10": 4}}}
        session.flush()
        assert on_questionnaire(session, patient=cast.patient, response=response, now=NOW) == []


# The alliance: the therapist rates first


def test_a_fall_is_not_told_before_the_therapist_rated_and_is_then(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        third = hold_session(session, cast, number=3, days_ago=9)
        fourth = hold_session(session, cast, number=4, days_ago=2)
        patient_rates(session, cast, third, goal=4.5, task=4.0, bond=4.5)
        therapist_rates(session, cast, third, goal=4.0, task=4.0, bond=4.0)
    twos = {str(item): 2.0 for item in range(1, 13)}
    calls.run(
        rate_as_patient, by=cast.patient_actor, key="p", patient_id=cast.patient.id, appointment_id=fourth.id,
        answers=twos,
    )  # fmt: skip
    assert alerts(calls) == []
    fours = {str(item): 4.0 for item in range(1, 11)}
    calls.run(
        rate_as_therapist, by=cast.alice, key="t", patient_id=cast.patient.id, appointment_id=fourth.id, answers=fours
    )
    opened = {alert.rule: alert for alert in alerts(calls)}
    assert set(opened) == {"alliance_fall", "alliance_gap"}
    assert [fact["subscale"] for fact in opened["alliance_fall"].evidence] == ["goal", "task", "bond"]
    assert [(f["informant"], f["value"]) for f in opened["alliance_gap"].evidence] == [("patient", 2), ("therapist", 4)]

"""What must not wait is known from the look at who is signed in, and it is the same that the banner reads."""

from datetime import datetime, timedelta

import pytest

from core.access import accounts, sessions
from core.access.actor import Actor
from core.actions.access import break_glass
from core.actions.alerts import acknowledge
from core.queries.imminent import imminent
from core.rules.evaluate import open_or_add
from core.rules.findings import Fact, Finding
from models import Alert, CareKind, CareRelationship
from tests.conftest import Database
from tests.factories.cast import NOW, Cast


def open_alert(database: Database, patient: object, rule: str = "cssrs_now") -> Alert:
    with database.calls().transaction() as session:
        finding = Finding(rule, (Fact(NOW, "answer", 1, item="6"),))
        return open_or_add(session, patient=patient, finding=finding, now=NOW)  # type: ignore[arg-type]


def interrupted(database: Database, who: Actor, now: datetime = NOW) -> bool:
    calls = database.calls(now)
    with calls.transaction() as session:
        token = sessions.start(session, user_id=who.user_id, now=now)
    found = accounts.present(calls, token=token, active=True)
    assert found is not None
    assert found.actor == who
    return found.interrupted


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("therapist", True), ("colleague", True), ("team lead", True), ("other team", False), ("director", False),
        ("administrator", False), ("patient", False), ("relative", False),
    ],
)  # fmt: skip
def test_only_those_in_whose_reach_it_waits_are_interrupted(
    database: Database, cast: Cast, who: str, expected: bool
) -> None:
    assert not interrupted(database, cast.everyone[who])
    open_alert(database, cast.patient)
    assert interrupted(database, cast.everyone[who]) is expected
    if expected:
        assert database.calls().run(imminent, by=cast.everyone[who]) is not None


def test_what_is_due_later_does_not_interrupt(database: Database, cast: Cast) -> None:
    open_alert(database, cast.patient, "cssrs_same_day")
    assert not interrupted(database, cast.alice)


def test_care_of_somebody_of_another_team_counts_while_it_lasts(database: Database, cast: Cast) -> None:
    open_alert(database, cast.other_patient)
    assert not interrupted(database, cast.bob)
    assert cast.bob.staff_id is not None
    with database.calls().transaction() as session:
        today = NOW.date()
        session.add(
            CareRelationship(
                patient_id=cast.other_patient.id, staff_id=cast.bob.staff_id, kind=CareKind.CO_THERAPIST,
                starts_on=today, ends_on=today + timedelta(days=1),
            )
        )  # fmt: skip
    assert interrupted(database, cast.bob)
    assert not interrupted(database, cast.alice)
    assert not interrupted(database, cast.bob, NOW + timedelta(days=1))


def test_a_record_opened_in_an_emergency_counts_for_who_opened_it(database: Database, cast: Cast) -> None:
    open_alert(database, cast.other_patient)
    database.calls().run(
        break_glass, by=cast.alice, key="k", reason="On call and nobody of the team answers.", name="Otto Weiss",
        proof="1998-05-04",
    )  # fmt: skip
    assert interrupted(database, cast.alice)
    assert not interrupted(database, cast.bob)
    assert not interrupted(database, cast.alice, NOW + timedelta(hours=5))


def test_whoever_says_they_saw_it_ends_it_for_all(database: Database, cast: Cast) -> None:
    opened = open_alert(database, cast.patient)
    database.calls().run(acknowledge, by=cast.alice, key="k", alert_id=opened.id, version=opened.version)
    assert not interrupted(database, cast.alice)
    assert not interrupted(database, cast.bob)

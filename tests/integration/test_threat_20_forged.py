"""Threat 20: identifiers of another patient in an address or a forged widget. A call about Alice's own patient is
tried with each of its other identifiers exchanged for the other patient's: refused, logged, nothing changed."""

import uuid
from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from core.errors import AccessRefused, NotFound, VincleError
from models import AuditEntry
from tests.conftest import Database
from tests.factories.cast import Cast, make_cast
from tests.factories.services import service_calls
from tests.factories.story import Story, make_story
from tests.integration.test_threat_19_matrix import counts
from tests.integration.threat_19_expected import EXPECTED


@pytest.fixture
def both(sqlite_database: Database) -> tuple[Database, Cast, Story, Story]:
    """Alice's patient and Charlie's, each with a story."""
    with sqlite_database.calls().transaction() as session:
        cast = make_cast(session)
        return sqlite_database, cast, make_story(session, cast, own=True), make_story(session, cast, own=False)


def forgeries(cast: Cast, own: Story, other: Story, call: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The call's arguments with one identifier of the other patient put in, for each one that differs."""
    mine, theirs = (EXPECTED[call].arguments(cast, story) for story in (own, other))
    for name, value in theirs.items():
        if isinstance(first_of(value), uuid.UUID) and value != mine[name]:
            yield name, mine | {name: value}


def first_of(value: object) -> object:
    """The identifier itself, or the first of a list of them."""
    return value[0] if isinstance(value, list) and value else value


ABOUT_OWN = sorted(
    name
    for name, expected in EXPECTED.items()
    if expected.about_patient and "therapist" in expected.own - expected.other
)


@pytest.mark.parametrize("call", ABOUT_OWN)
def test_threat_20_no_identifier_of_another_patient_gets_through(
    both: tuple[Database, Cast, Story, Story], call: str
) -> None:
    database, cast, own, other = both
    tried = list(forgeries(cast, own, other, call))
    assert tried
    for name, arguments in tried:
        before = counts(database)
        with pytest.raises((AccessRefused, NotFound)):
            database.calls().run(service_calls()[call], by=cast.alice, **arguments)
        after = counts(database)
        assert after.pop("audit_entry") == before.pop("audit_entry") + 1, name
        after.pop("audit_head"), before.pop("audit_head")
        assert after == before, name


@pytest.mark.parametrize("call", ABOUT_OWN)
def test_threat_20_an_unknown_id_and_anothers_give_the_same_sentence(
    both: tuple[Database, Cast, Story, Story], call: str
) -> None:
    database, cast, own, other = both
    for name, arguments in forgeries(cast, own, other, call):
        said = []
        unknown = [uuid.uuid4()] if isinstance(arguments[name], list) else uuid.uuid4()
        for value in (arguments[name], unknown):
            with pytest.raises(VincleError) as refused:
                database.calls().run(service_calls()[call], by=cast.alice, **arguments | {name: value})
            said.append((type(refused.value), str(refused.value)))
        assert said[0] == said[1], name


def test_threat_20_the_refusal_names_whose_record_was_asked_for(both: tuple[Database, Cast, Story, Story]) -> None:
    database, cast, _own, other = both
    call = service_calls()["queries.case_review.case_review"]
    with pytest.raises(NotFound):
        database.calls().run(call, by=cast.alice, patient_id=other.patient.id, days=30)
    with database.calls().transaction() as session:
        entry = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.patient_id) == ("refused", cast.alice.user_id, other.patient.id)

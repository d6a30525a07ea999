"""Threat 19: every service call × every role × own and other patient. The calls are found by introspection; one that
is not in ``EXPECTED`` fails, so that nothing new is reachable by accident. What is refused changes nothing and leaves
one entry in the log; what is allowed leaves its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from core.access.actor import Actor
from core.errors import AccessRefused, NotFound, VincleError
from models import AuditEntry, Base
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.meetings import make_meeting
from tests.factories.services import everything_with_by, parts, service_calls
from tests.factories.story import Story, make_story
from tests.integration.threat_19_expected import EXPECTED, ROLES, Expected


@dataclass(frozen=True, slots=True)
class Case:
    """One cell of the matrix."""

    call: str
    role: str
    own: bool

    def __str__(self) -> str:
        return f"{self.call}-{self.role}-{'own' if self.own else 'other'}"

    @property
    def allowed(self) -> bool:
        expected = EXPECTED[self.call]
        return self.role in (expected.own if self.own else expected.other)


def cells() -> Iterator[Case]:
    for call in sorted(EXPECTED):
        for role in ROLES:
            yield Case(call, role, own=True)
            if EXPECTED[call].about_patient:
                yield Case(call, role, own=False)


def test_threat_19_every_call_has_its_expectation_and_every_expectation_its_call() -> None:
    assert set(service_calls()) - set(EXPECTED) == set(), "new calls: say in EXPECTED who may use them"
    assert set(EXPECTED) - set(service_calls()) == set(), "these calls are gone"


def test_threat_19_pages_and_dashboard_never_use_a_part_without_its_call() -> None:
    from pathlib import Path

    used = [
        f"{file}: {name}"
        for folder in ("pages", "dashboard")
        for file in Path(folder).rglob("*.py")
        for name in (part.rsplit(".", 1)[1] for part in parts())
        if f"{name}(" in file.read_text() or f"import {name}\n" in file.read_text()
    ]
    assert used == []


@pytest.mark.parametrize("case", list(cells()), ids=str)
def test_threat_19_matrix(sqlite_cast: tuple[Database, Cast, Story], case: Case) -> None:
    database, cast, story = sqlite_cast
    by = cast.everyone[case.role]
    before = counts(database)
    outcome = attempt(database, service_calls()[case.call], by, EXPECTED[case.call], cast, story)
    if case.allowed:
        assert not isinstance(outcome, AccessRefused | NotFound), outcome
        if not isinstance(outcome, VincleError) and EXPECTED[case.call].logged:
            assert entries_of(database, by) >= 1
        return
    assert isinstance(outcome, AccessRefused | NotFound), f"{case} was not refused: {outcome!r}"
    after = counts(database)
    assert after.pop("audit_entry") == before.pop("audit_entry") + 1
    assert before.pop("audit_head") <= after.pop("audit_head") <= 1
    assert after == before


@pytest.fixture
def sqlite_cast(sqlite_database: Database, case: Case) -> tuple[Database, Cast, Story]:
    """The cast with the story of the patient that this cell is about."""
    from tests.factories.cast import make_cast

    with sqlite_database.calls().transaction() as session:
        cast = make_cast(session)
        story = make_story(session, cast, own=case.own)
        make_meeting(session, story.patient, story.staff_id, cast.lead.user_id)
        return sqlite_database, cast, story


def attempt(
    database: Database, call: Callable[..., Any], by: Actor, expected: Expected, cast: Cast, story: Story
) -> object:
    try:
        return database.calls().run(call, by=by, **expected.arguments(cast, story))
    except VincleError as error:
        return error


def counts(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def entries_of(database: Database, by: Actor) -> int:
    with database.calls().transaction() as session:
        return len(session.exec(select(AuditEntry).where(col(AuditEntry.actor_id) == by.user_id)).all())


def test_threat_19_the_calls_are_found() -> None:
    assert len(everything_with_by()) >= len(service_calls()) > 5

"""Threat 23: an administrator keeps accounts, files and settings, and reads no clinical text in doing so."""

import pytest

from core.errors import VincleError
from tests.conftest import Database
from tests.factories.cast import Cast, make_cast
from tests.factories.services import service_calls
from tests.factories.story import Story, make_story
from tests.integration.threat_19_expected import EXPECTED

CLINICAL = ("left the table", "Could we talk", "wish_not_alive")
QUERIES = sorted(
    name for name, expected in EXPECTED.items() if name.startswith("queries.") and "administrator" in expected.own
)


@pytest.fixture
def told(sqlite_database: Database) -> tuple[Database, Cast, Story]:
    """A service with a story in it."""
    with sqlite_database.calls().transaction() as session:
        cast = make_cast(session)
        return sqlite_database, cast, make_story(session, cast, own=True)


@pytest.mark.parametrize("query", QUERIES)
def test_threat_23_what_an_administrator_may_read_holds_no_clinical_word(
    told: tuple[Database, Cast, Story], query: str
) -> None:
    database, cast, story = told
    found = database.calls().run(
        service_calls()[query], by=cast.administrator, **EXPECTED[query].arguments(cast, story)
    )
    assert not [word for word in CLINICAL if word in repr(found)]


@pytest.mark.parametrize("query", ["case_review.case_review", "signals.signals", "pair.pair_page"])
def test_threat_23_the_record_of_a_patient_is_refused(told: tuple[Database, Cast, Story], query: str) -> None:
    database, cast, story = told
    name = f"queries.{query}"
    with pytest.raises(VincleError, match="Your role does not include this"):
        database.calls().run(service_calls()[name], by=cast.administrator, **EXPECTED[name].arguments(cast, story))

"""What a patient reads about who looked: every kind of entry has its words, what somebody did says who and when."""

from datetime import UTC, date, datetime

import pytest

from core.audit.kinds import KINDS, OTHER, kind_of
from core.queries.access_log import AccessLine, AccessLogView
from dashboard.wording import privacy as words
from models import Role

AT = datetime(2026, 11, 18, 9, 5, tzinfo=UTC)


def line(
    kind: str = "record", *, who: str | None = "Alice", role: Role | None = Role.THERAPIST, **more: object
) -> AccessLine:
    given = {"relationship": None, "own": False, "times": 1, "first": AT, "last": AT} | more
    return AccessLine(day=AT.date(), who=who, role=role, kind=kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: str) -> None:
    assert words.what(line(kind))


def test_an_entry_without_a_kind_of_its_own_is_told_all_the_same() -> None:
    assert kind_of("something_new") == OTHER
    assert words.what(line(OTHER)) == "worked with your record"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (line(), "Alice, therapist"),
        (line(who="Marta", role=Role.RELATIVE, relationship="mother"), "Marta, mother"),
        (line(who=None, role=None), "Vincle (by itself)"),
        (line(who=None, role=Role.PATIENT), "Somebody without access"),
        (line(own=True), "You"),
    ],
)
def test_who_it_was(one: AccessLine, said: str) -> None:
    assert words.who(one) == said


def test_when_it_was_is_on_the_patients_clock() -> None:
    later = AT.replace(hour=11)
    assert words.time_of(line(last=later), "Europe/Madrid") == "10:05–12:05"
    assert words.what(line(times=3)) == "looked at your record, 3 times"
    view = AccessLogView("Europe/Madrid", date(2026, 11, 19), (), None)
    assert words.day(line(), view) == "Yesterday"

"""Words of the patient's messages: who read it, when to expect an answer, and that nobody watches at night."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.language import use_locale
from core.queries.messages import MessageView, ThreadView
from core.queries.own_messages import OwnMessagesView
from core.rules.reply_time import Expected
from dashboard.wording import my_messages as words
from tests.factories.cast import NOW, ZONE

MESSAGE = MessageView(
    id=uuid.UUID(int=1), from_patient=True, mine=True, author="Laia", sent_at=NOW - timedelta(hours=20), body="Hello",
    read_at=None, read_by=None,
)  # fmt: skip
THREAD = ThreadView(
    messages=(MESSAGE,), earlier=0, needs_reply_since=None, team_reply_hours=None, patient_reply_hours=None,
    may_write=True,
)  # fmt: skip
VIEW = OwnMessagesView(
    patient_id=uuid.UUID(int=2), time_zone=ZONE, service_zone=ZONE, now=NOW, therapist="Alice", reader="Alice",
    thread=THREAD, answer=Expected(NOW + timedelta(hours=3), measured=True, opens=None), opens=time(8), closes=time(18),
)  # fmt: skip


def test_who_read_it_and_when() -> None:
    assert words.read_mark(MESSAGE, VIEW) == "Not read yet"
    read = replace(MESSAGE, read_at=NOW - timedelta(hours=1), read_by="Bob")
    assert words.read_mark(read, VIEW) == "Read by Bob, today 09:30"
    assert words.byline(MESSAGE, VIEW) == "You · yesterday 14:30"


def test_who_reads_now() -> None:
    assert words.lead(VIEW).startswith("Alice reads what you write here")
    assert words.lead(replace(VIEW, reader="Bob")) == "Alice is away at the moment; Bob reads what you write here."
    assert words.lead(replace(VIEW, therapist=None)) == "Your team reads what you write here."
    assert words.lead(replace(VIEW, reader=None)).startswith("Alice reads")


def test_at_work_the_usual_time_alone() -> None:
    assert words.answer(VIEW) == "A message sent now is usually answered by today 13:30."


def test_on_a_saturday_it_says_so() -> None:
    saturday = datetime(2026, 11, 21, 15, tzinfo=UTC)
    closed = replace(
        VIEW, now=saturday,
        answer=Expected(saturday + timedelta(hours=44), measured=True, opens=saturday + timedelta(hours=40)),
    )  # fmt: skip
    said = words.answer(closed)
    assert "not at work now; it is back Monday 08:00" in said
    assert "usually answered by Monday 12:00" in said
    assert "weekends" in words.how_soon(closed)


def test_nothing_is_called_usual_that_is_only_meant() -> None:
    few = replace(VIEW, answer=replace(VIEW.answer, measured=False))
    assert "means to answer" in words.answer(few)
    assert "usual" not in words.answer(few)
    assert "too few answers" in words.how_soon(few)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "today 10:30"), (NOW - timedelta(days=1), "yesterday 10:30"), (NOW + timedelta(days=1), "tomorrow 10:30"),
        (NOW - timedelta(days=3), "Sun 10:30"), (NOW + timedelta(days=3), "Saturday 10:30"),
        (NOW - timedelta(days=8), "Tue 10 Nov 10:30"), (NOW - timedelta(days=400), "14 Oct 2025 11:30"),
    ],
)  # fmt: skip
def test_the_nearer_a_moment_the_shorter_it_is_said(at: datetime, said: str) -> None:
    assert words.moment(at, VIEW) == said


def test_working_hours_are_those_of_the_team_on_the_patients_clock() -> None:
    far = replace(VIEW, time_zone="Atlantic/Canary")
    assert "from 07:00 to 17:00" in words.working_hours(far)


def test_it_is_said_in_the_persons_language() -> None:
    use_locale("es")
    try:
        assert words.moment(NOW - timedelta(days=8), VIEW).startswith("mar")
    finally:
        use_locale("en")

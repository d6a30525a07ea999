"""The service's figures from the tables to the view, on both databases; and threats 25 and 26 on what is read."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from core.actions.ideas import mark_release
from core.actions.service_figures import last_sunday, make_due_figures, make_figures
from core.calls import Calls
from core.clock import day_date
from core.errors import AccessRefused, InvalidInput, NotFound
from core.figures.catalogue import FIGURES, Kind
from core.figures.contributions import SHAPE, Window
from core.figures.release import documents
from core.queries.service_figures import ServiceView, export_figures, service_figures
from dashboard.charts.palette import LIGHT
from dashboard.charts.service import trend_figure
from models import (
    Alert,
    AllianceRating,
    Appointment,
    AppointmentState,
    AuditEntry,
    Message,
    MessageThread,
    ObservationDay,
    Patient,
    ProgrammeOffer,
    QuestionnaireResponse,
    Response,
    Side,
    Team,
)
from tests.factories.cast import NOW, Cast
from tests.factories.service_people import admit_people

DAY = timedelta(days=1)
SUNDAY = date(2026, 11, 15)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def made(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        make_figures(session, service_id=cast.service.id, now=NOW)


def seen(calls: Calls, cast: Cast, **chosen: object) -> ServiceView:
    return calls.run(service_figures, by=cast.director, **chosen)


@pytest.fixture
def people(calls: Calls, cast: Cast) -> Sequence[Patient]:
    """Twenty people of the team, half a year in treatment."""
    with calls.transaction() as session:
        found = admit_people(session, cast, cast.alice, [f"P{n}" for n in range(20)], first_key=10)
        for person in found:
            row = session.get_one(Patient, person.id)
            row.enrolled_on = SUNDAY - 180 * DAY
        return found


def entries(session: Session, people: Sequence[Patient], day: date, *, sent: int, answered: int) -> None:
    from core.ingest.columns import day_number_of
    from core.measures import PROMPTS_ANSWERED

    session.add_all(
        ObservationDay(
            patient_key=person.key, day=day_number_of(day), measure_id=PROMPTS_ANSWERED, n=sent, total=answered,
            total_squares=answered, low=0, high=1,
        )
        for person in people
    )  # fmt: skip


def test_the_weeks_end_with_the_last_sunday_that_is_over(cast: Cast) -> None:
    monday = datetime(2026, 11, 16, 6, tzinfo=UTC)
    assert [day_date(last_sunday(cast.service, monday + n * DAY)) for n in (-1, 0, 6, 7)] == [
        SUNDAY - 7 * DAY, SUNDAY, SUNDAY, SUNDAY + 7 * DAY,
    ]  # fmt: skip


def test_entries_answered_are_a_share_with_a_point_for_each_week(
    calls: Calls, cast: Cast, people: Sequence[Patient]
) -> None:
    with calls.transaction() as session:
        entries(session, people, SUNDAY, sent=4, answered=3)
        entries(session, people, SUNDAY - 7 * DAY, sent=4, answered=1)
        entries(session, people, SUNDAY + DAY, sent=4, answered=4)  # this week is not over
    made(calls, cast)
    figure = seen(calls, cast)["answered"]
    assert [(point.day, point.value) for point in figure.points] == [(SUNDAY - 7 * DAY, 0.25), (SUNDAY, 0.75)]
    assert figure.value is not None
    assert (figure.value.value, figure.value.n) == (0.5, 160)


def test_a_release_is_a_mark_on_every_trend_that_reaches_it(
    calls: Calls, cast: Cast, people: Sequence[Patient]
) -> None:
    with calls.transaction() as session:
        entries(session, people, SUNDAY, sent=4, answered=3)
        entries(session, people, SUNDAY - 7 * DAY, sent=4, answered=1)
    for key, weeks in (("long ago", 60), ("read marks", 0)):
        day = SUNDAY - 7 * weeks * DAY - DAY
        calls.run(mark_release, by=cast.lead, key=key, name=f"<b>{key}</b>", released_on=day)
    made(calls, cast)
    view = seen(calls, cast)
    assert [(mark.day, mark.name) for mark in view.releases] == [(SUNDAY - DAY, "<b>read marks</b>")]
    figure = trend_figure([view["answered"]], LIGHT, releases=view.releases).checked()
    assert [shape.x0 for shape in figure.layout.shapes] == [SUNDAY - DAY]
    assert "&lt;b&gt;read marks" in figure.layout.annotations[0].hovertext


def test_threat_25_seven_people_make_no_figure_and_eight_do(
    calls: Calls, cast: Cast, people: Sequence[Patient]
) -> None:
    with calls.transaction() as session:
        entries(session, people[:7], SUNDAY, sent=4, answered=3)
    made(calls, cast)
    assert seen(calls, cast)["answered"].value is None
    with calls.transaction() as session:
        entries(session, people[7:8], SUNDAY, sent=4, answered=3)
    made(calls, cast)
    assert seen(calls, cast)["answered"].value is not None


def test_threat_26_a_team_of_seven_is_hidden_behind_its_neighbour(
    calls: Calls, cast: Cast, people: Sequence[Patient]
) -> None:
    """Two teams of seven and fifteen: shown alone, the larger would give the smaller away."""
    with calls.transaction() as session:
        for person in people[:6]:  # with Otto, who is there already, seven
            session.get_one(Patient, person.id).team_id = cast.other_team.id
        entries(session, people, SUNDAY, sent=4, answered=3)
    made(calls, cast)
    view = seen(calls, cast, programme_id=cast.programme.id)
    assert view["answered"].value is not None
    for team in (cast.team, cast.other_team):
        with pytest.raises(NotFound):
            seen(calls, cast, programme_id=cast.programme.id, team_id=team.id)
    assert view.teams == ()


def test_replies_alliance_and_alerts_are_counted(calls: Calls, cast: Cast, people: Sequence[Patient]) -> None:
    with calls.transaction() as session:
        for person in people:
            _message_and_reply(session, cast, person, hours=5)
            _session_rated(session, cast, person, theirs=4.0, own=3.5)
            session.add(
                Alert(
                    patient_id=person.id, rule="phq9_item9", response=Response.SAME_DAY, opened_at=at(SUNDAY),
                    due_at=at(SUNDAY, 18), owner_id=cast.alice.staff_id or uuid.uuid4(),
                )
            )  # fmt: skip
            session.add(
                QuestionnaireResponse(
                    patient_id=person.id, instrument="nps", informant="patient", answered_at=at(SUNDAY), total=9.0
                )
            )
    made(calls, cast)
    view = seen(calls, cast)
    reply, gap, nps = (view[code].value for code in ("reply_team", "alliance_gap", "nps"))
    assert reply is not None
    assert 4 <= reply.value <= 6
    assert gap is not None
    assert gap.value == pytest.approx(0.5)
    assert nps is not None
    assert nps.value == 100
    alerts = view["alerts"].value
    assert alerts is not None
    assert alerts.value > 0
    kept = view["kept"].value
    assert kept is not None
    assert kept.value == 0  # nobody answered


def _message_and_reply(session: Session, cast: Cast, person: Patient, *, hours: int) -> None:
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == person.id)).first()
    thread = thread or MessageThread(patient_id=person.id)
    session.add(thread)
    session.flush()
    for theirs, hour in ((True, 8), (False, 8 + hours)):
        session.add(
            Message(
                thread_id=thread.id, patient_id=person.id, author_id=cast.alice.user_id, from_patient=theirs,
                sent_at=at(SUNDAY, hour), body=b"",
            )
        )  # fmt: skip


def _session_rated(session: Session, cast: Cast, person: Patient, *, theirs: float, own: float) -> None:
    assert cast.alice.staff_id is not None
    held = Appointment(
        patient_id=person.id, staff_id=cast.alice.staff_id, number=9, starts_at=at(SUNDAY), state=AppointmentState.HELD
    )
    session.add(held)
    session.flush()
    for side, mean in ((Side.PATIENT, theirs), (Side.THERAPIST, own)):
        session.add(
            AllianceRating(
                patient_id=person.id, staff_id=cast.alice.staff_id, appointment_id=held.id, side=side,
                instrument="wai-sr-patient", rated_at=at(SUNDAY, 12), rated_by=cast.alice.user_id, goal=mean,
                task=mean, bond=mean,
            )
        )  # fmt: skip


def test_offers_without_a_record_count_as_not_accepted(calls: Calls, cast: Cast, people: Sequence[Patient]) -> None:
    with calls.transaction() as session:
        session.add_all(
            ProgrammeOffer(
                service_id=cast.service.id, programme_id=cast.programme.id, team_id=cast.team.id,
                offered_on=SUNDAY - 179 * DAY, answered_on=SUNDAY - 170 * DAY,
            )
            for _number in range(20)
        )  # fmt: skip
    made(calls, cast)
    accepted = seen(calls, cast)["accepted"].value
    assert accepted is not None
    assert (accepted.value, accepted.n) == (0.5, 40)


def test_what_is_due_is_made_once_a_week(calls: Calls, cast: Cast, people: Sequence[Patient]) -> None:
    with calls.transaction() as session:
        entries(session, people, SUNDAY, sent=4, answered=3)
    counts = []
    for now in (NOW, NOW + DAY, NOW + 7 * DAY):
        with calls.transaction() as session:
            counts.append(make_due_figures(session, now=now))
    assert counts == [1, 0, 1]


def test_before_the_first_night_the_view_is_empty_and_says_when(calls: Calls, cast: Cast) -> None:
    view = seen(calls, cast)
    assert view.made_at is None
    assert all(figure.value is None for figure in view.figures.values())


def test_no_clinician_and_no_patient_reads_it_and_an_export_is_logged(calls: Calls, cast: Cast) -> None:
    for name in ("alice", "lead", "administrator", "patient_actor", "relative_actor"):
        with pytest.raises(AccessRefused):
            calls.run(service_figures, by=getattr(cast, name))
    calls.run(export_figures, by=cast.director)
    with calls.transaction() as session:
        logged = [entry.action for entry in session.exec(select(AuditEntry))]
    assert logged.count("service_figures_exported") == 1


def test_what_is_not_there_and_what_is_too_small_read_the_same(calls: Calls, cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        seen(calls, cast, weeks=1)
    with calls.transaction() as session:
        foreign = session.exec(select(Team.id).where(col(Team.id) == cast.other_team.id)).one()
    told = set()
    for programme, team in ((uuid.uuid4(), None), (cast.programme.id, foreign)):
        with pytest.raises(NotFound) as refusal:
            seen(calls, cast, programme_id=programme, team_id=team)
        told.add(str(refusal.value))
    assert len(told) == 1


CONTRIBUTION = st.tuples(
    st.sampled_from(["answered", "left_early", "messages_in", "alliance_gap"]), st.integers(0, 40),
    st.integers(0, 25), st.integers(0, 1),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(CONTRIBUTION, min_size=1, max_size=120))
def test_threat_26_no_released_point_stands_on_fewer_than_eight_people(drawn: list[tuple[str, int, int, int]]) -> None:
    window = Window(20_000)
    rows = [(code, "", key, window.last - 7 * week, 1.0, float(k), 0.0) for code, key, week, k in drawn]
    frame = pl.DataFrame(rows, schema=SHAPE, orient="row")
    places = pl.DataFrame(
        {"key": range(41), "programme": ["A", "B"] * 20 + ["A"], "team": ["x", "y", "z"] * 13 + ["x"] * 2}
    )
    for group, document in documents(frame, places, window).items():
        inside = {k for k, p, t in places.iter_rows() if (p, t)[: len(group)] == group}
        for code, kept in document.items():
            for stretch, *_rest in kept["parts"][""]:
                weeks = range(stretch * kept["weeks"], (stretch + 1) * kept["weeks"])
                there = [d for d in drawn if d[0] == code and d[1] in inside and d[2] in weeks]
                assert len({key for _code, key, _week, _k in there}) >= 8
                if FIGURES[code].kind is Kind.PEOPLE:
                    assert len({key for _code, key, _week, k in there if k}) >= 8
                    assert len({key for _code, key, _week, k in there if not k}) >= 8

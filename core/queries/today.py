"""The landing page: one work list of alerts, unanswered messages and ratings due, in the order of response due, and
the caseload. Everything is read by caseload, so that a service of ten thousand costs what one of a hundred does."""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit import log
from core.queries.caseload import CaseRow, Person, Scope, people_in, rows_of, silent_among
from core.queries.decisions import ActionView, actions_of_owners
from core.queries.questionnaires_due import OpenForm, leads_of, therapist_forms_due
from core.queries.ratings_due import DueRating, ratings_due
from core.queries.waiting_alerts import LISTED, Due, Span, WaitingAlerts, waiting_alerts
from core.rules.absences import away, covered_by
from core.rules.due import WorkingHours, due_at
from core.rules.workload import budget_of
from models import Alert, AlertState, MessageThread, Patient, Response, Service, Staff, Team

PAGE = 60  # rows of the caseload that are shown at once


class Only(StrEnum):
    """Narrow the caseload."""

    NEEDS = "needs"
    SILENT = "silent"


class Kind(StrEnum):
    """What waits."""

    ALERT = "alert"
    MESSAGE = "message"
    RATING = "rating"
    QUESTIONNAIRE = "questionnaire"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that waits for an answer by ``due_at``. ``owner`` is who it waits for (empty: the treating team);
    ``covered``: that one is away and the reader stands in.

    Alerts: ``rule``, ``response``, ``state`` and ``evidence`` (facts, newest last). Messages: unanswered since
    ``since``. Ratings: ``session_number``, held at ``since``. Questionnaires: ``instrument``, asked since ``since``.
    Actions: ``agreed`` in a meeting.
    """

    kind: Kind
    patient_id: uuid.UUID
    patient: str
    time_zone: str
    since: datetime
    due_at: datetime
    overdue: bool
    owner: str = ""
    alert_id: uuid.UUID | None = None
    rule: str = ""
    response: Response | None = None
    state: AlertState | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    session_number: int | None = None
    instrument: str = ""
    agreed: ActionView | None = None
    covered: bool = False


@dataclass(frozen=True, slots=True)
class TodayView:
    """The work in the order of response due (at most ``LISTED``, with ``unlisted`` what is due after that), and the
    caseload: ``rows`` of ``found`` people that match, ``total`` in the scope. ``weekly`` are alerts that wait in the
    weekly list, over the ``budget`` of alerts a week."""

    now: datetime
    time_zone: str
    service: str
    simulated: bool
    team: str
    scope: Scope
    work: tuple[WorkItem, ...]
    weekly: tuple[WorkItem, ...]
    budget: int
    rows: tuple[CaseRow, ...]
    found: int
    total: int
    programmes: tuple[str, ...]
    unlisted: Mapping[Span, Due] = field(default_factory=dict)


def today(
    session: Session, *, by: Actor, now: datetime, scope: Scope = Scope.MINE, search: str = "",
    programme: str | None = None, only: Only | None = None,
) -> TodayView:  # fmt: skip
    """What waits for ``by`` (or their team) and the caseload, narrowed by a part of the name, programme and ``only``.

    The filters narrow the caseload and never the work list: nothing due disappears behind a search. Raises
    ``AccessRefused`` for a role without a work list.
    """
    check(by, Permission.READ_WORK_LIST)
    service = session.get_one(Service, by.service_id)
    people = people_in(session, actor=by, scope=scope, now=now)
    ids = [person.id for person in people]
    due = ratings_due(session, patient_ids=ids, service=service, now=now)
    frame = _Frame(by, scope, now, service, {person.id: person for person in people})
    alerts, covered = _alerts(session, frame)
    others = _others(session, frame, due, alerts.reminded)
    work = sorted(
        [*_alert_items(alerts.listed, frame, covered), *others],
        key=lambda item: (item.due_at, item.since, item.patient),
    )[:LISTED]
    waiting, unlisted = _clocks(alerts, others), _unlisted(alerts, others, work, frame)
    matching = _matching(session, people, waiting, now, (search, programme, only))
    never = Due(0, datetime.max.replace(tzinfo=UTC))
    shown = sorted(matching, key=lambda person: waiting.get(person.id, never).first)[:PAGE]
    rows = rows_of(session, shown, now=now, due=due, waiting=waiting)
    things = sum(one.n for one in waiting.values())
    log.record(
        session, at=now, action="read_work_list", actor_id=by.user_id,
        detail={"scope": scope.value, "work": things, "shown": len(rows), "of": len(people)},
    )  # fmt: skip
    return TodayView(
        now=now, time_zone=service.time_zone, service=service.name, simulated=service.simulated,
        team=_team(session, by), scope=scope, work=tuple(work),
        weekly=tuple(_alert_items(alerts.weekly, frame, covered)), budget=budget_of(service.settings),
        rows=tuple(rows), found=len(matching), total=len(people),
        programmes=tuple(sorted({person.programme for person in people})), unlisted=unlisted,
    )  # fmt: skip


def _team(session: Session, by: Actor) -> str:
    team = session.get(Team, by.team_id) if by.team_id else None
    return team.name if team else ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Who looks, at what, when; ``people`` are those of the scope."""

    by: Actor
    scope: Scope
    now: datetime
    service: Service
    people: Mapping[uuid.UUID, Person]

    @property
    def tomorrow(self) -> datetime:
        """When the service's next day begins (UTC)."""
        zone = ZoneInfo(self.service.time_zone)
        return datetime.combine(self.now.astimezone(zone).date() + timedelta(days=1), time.min, zone).astimezone(UTC)


def _others(
    session: Session, frame: _Frame, due: Mapping[uuid.UUID, DueRating], reminded: frozenset[uuid.UUID]
) -> list[WorkItem]:
    return [
        *(item for item in _messages(session, frame) if item.patient_id not in reminded),
        *_ratings(session, frame, due),
        *_questionnaires(session, frame),
        *_actions(session, frame),
    ]


def _actions(session: Session, frame: _Frame) -> list[WorkItem]:
    """What was agreed in a meeting and is still to be done, by the end of its day."""
    by, now, hours = frame.by, frame.now, WorkingHours.of(frame.service)
    team = select(Staff.id).where(col(Staff.team_id) == by.team_id)
    owners = session.exec(team).all() if frame.scope is Scope.TEAM else [by.staff_id] if by.staff_id else []
    return [
        WorkItem(
            kind=Kind.ACTION, patient_id=one.patient_id, patient=one.patient, time_zone=frame.service.time_zone,
            since=one.made_at, due_at=hours.closing(one.due_on), overdue=hours.closing(one.due_on) < now,
            owner=one.owner, agreed=one,
        )
        for one in actions_of_owners(session, owner_ids=owners, actor=by, now=now)
    ]  # fmt: skip


def _alerts(session: Session, frame: _Frame) -> tuple[WaitingAlerts, frozenset[uuid.UUID]]:
    """The open alerts of the scope (one's own, and of those one stands in for), and whom one stands in for."""
    team = select(Staff.id).where(col(Staff.team_id) == frame.by.team_id)
    covered = _covered(session, frame)
    owners = team if frame.scope is Scope.TEAM else [frame.by.staff_id, *covered]
    found = waiting_alerts(
        session, reader=frame.by, owners=owners, known=frame.people, now=frame.now, tomorrow=frame.tomorrow
    )
    return found, covered


def _alert_items(
    rows: Iterable[tuple[Alert, Patient, str]], frame: _Frame, covered: frozenset[uuid.UUID]
) -> list[WorkItem]:
    return [
        WorkItem(
            kind=Kind.ALERT, patient_id=patient.id, patient=patient.name, time_zone=patient.time_zone,
            since=alert.opened_at, due_at=alert.due_at, overdue=alert.due_at < frame.now, owner=owner,
            alert_id=alert.id, rule=alert.rule, response=alert.response, state=alert.state,
            evidence=tuple(alert.evidence), covered=alert.owner_id in covered,
        )
        for alert, patient, owner in rows
    ]  # fmt: skip


def _clocks(alerts: WaitingAlerts, others: Iterable[WorkItem]) -> dict[uuid.UUID, Due]:
    """How much waits for each patient, and what of it is due first."""
    sums = dict(alerts.people)
    for item in others:
        _add(sums, item.patient_id, item.due_at)
    return sums


def _unlisted(
    alerts: WaitingAlerts, others: Iterable[WorkItem], listed: Iterable[WorkItem], frame: _Frame
) -> dict[Span, Due]:
    """What waits beyond the list, by when it is due."""
    sums = dict(alerts.spans)
    for item in others:
        _add(sums, _span(item.due_at, frame), item.due_at)
    for item in listed:
        when = _span(item.due_at, frame)
        sums[when] = Due(sums[when].n - 1, sums[when].first)
    return {when: due for when, due in sums.items() if due.n}


def _span(due_at: datetime, frame: _Frame) -> Span:
    return Span.OVERDUE if due_at < frame.now else Span.TODAY if due_at < frame.tomorrow else Span.LATER


def _add(sums: dict[Any, Due], key: Any, due_at: datetime) -> None:
    known = sums.get(key, Due(0, due_at))
    sums[key] = Due(known.n + 1, min(known.first, due_at))


def _covered(session: Session, frame: _Frame) -> frozenset[uuid.UUID]:
    if frame.by.staff_id is None:
        return frozenset()
    today = frame.now.astimezone(ZoneInfo(frame.service.time_zone)).date()
    return covered_by(frame.by.staff_id, away(session, frame.service.id, today))


def _messages(session: Session, frame: _Frame) -> list[WorkItem]:
    t = MessageThread
    rows = session.execute(
        select(t.patient_id, t.needs_reply_since).where(
            col(t.patient_id).in_(list(frame.people)), col(t.needs_reply_since).is_not(None)
        )
    ).all()
    return [_message(frame, frame.people[patient_id], since) for patient_id, since in rows if since is not None]


def _message(frame: _Frame, person: Person, since: datetime) -> WorkItem:
    due = due_at(Response.TWO_WORKING_DAYS, since, frame.service)
    return WorkItem(
        kind=Kind.MESSAGE, patient_id=person.id, patient=person.name, time_zone=person.time_zone, since=since,
        due_at=due, overdue=due < frame.now,
    )  # fmt: skip


def _ratings(session: Session, frame: _Frame, due: Mapping[uuid.UUID, DueRating]) -> list[WorkItem]:
    team = frame.scope is Scope.TEAM
    wanted = [rating for rating in due.values() if team or rating.staff_id == frame.by.staff_id]
    names = _staff_names(session, {rating.staff_id for rating in wanted})
    return [_rating(frame, frame.people[rating.patient_id], rating, names) for rating in wanted]


def _rating(frame: _Frame, person: Person, rating: DueRating, names: Mapping[uuid.UUID, str]) -> WorkItem:
    return WorkItem(
        kind=Kind.RATING, patient_id=person.id, patient=person.name, time_zone=person.time_zone, since=rating.held_at,
        due_at=rating.due_at, overdue=rating.due_at < frame.now, owner=names.get(rating.staff_id, ""),
        session_number=rating.number,
    )  # fmt: skip


def _questionnaires(session: Session, frame: _Frame) -> list[WorkItem]:
    """What the calendar asks of the therapists themselves; it falls due when it lapses."""
    found = therapist_forms_due(session, patient_ids=list(frame.people), now=frame.now)
    open_forms = {patient_id: forms for patient_id, forms in found.items() if forms}
    leads = leads_of(session, patient_ids=list(open_forms), today=frame.now.date())
    team = frame.scope is Scope.TEAM
    wanted = {p: forms for p, forms in open_forms.items() if p in leads and (team or leads[p] == frame.by.staff_id)}
    names = _staff_names(session, {leads[p] for p in wanted})
    return [
        _questionnaire(frame.people[p], form, names.get(leads[p], "")) for p, forms in wanted.items() for form in forms
    ]


def _questionnaire(person: Person, form: OpenForm, owner: str) -> WorkItem:
    zone = ZoneInfo(person.time_zone)
    since, until = (datetime.combine(day, time.min, zone) for day in (form.opened_on, form.lapses_on))
    return WorkItem(
        kind=Kind.QUESTIONNAIRE, patient_id=person.id, patient=person.name, time_zone=person.time_zone, since=since,
        due_at=until, overdue=False, owner=owner, instrument=form.instrument,
    )  # fmt: skip


def _staff_names(session: Session, staff: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Staff.id, Staff.name).where(col(Staff.id).in_(staff))).all()
    return {row[0]: row[1] for row in rows}


def _matching(
    session: Session, people: Sequence[Person], waiting: Mapping[uuid.UUID, object], now: datetime,
    filters: tuple[str, str | None, Only | None],
) -> list[Person]:  # fmt: skip
    search, programme, only = filters
    words = _plain(search).split()
    found = [
        person
        for person in people
        if all(word in _plain(person.name) for word in words) and programme in (None, person.programme)
    ]
    if only is Only.NEEDS:
        return [person for person in found if person.id in waiting]
    if only is Only.SILENT:
        silent = silent_among(session, found, now)
        return [person for person in found if person.id in silent]
    return found


def _plain(name: str) -> str:
    """Lower case without accents, so that "soler" and "àlex" are found however they are typed."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))

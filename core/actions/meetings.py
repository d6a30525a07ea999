"""What a team does in its weekly meeting: begin, turn to the next, decide, say who does what, note who is there, end.
Each verb acts once for each form and leaves its change and an audit entry together or not at all."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.language import _, say_time
from core.queries.agenda import agenda_for
from core.rules.agenda import LONGEST_BOX, MEETING_MINUTES, SHORTEST_BOX, Reason, time_box
from core.rules.owners import those_who_reach
from core.vault import vault
from models import (
    AgendaItem,
    Meeting,
    MeetingDecision,
    Need,
    Patient,
    Presence,
    Service,
    Staff,
    TeamAction,
    User,
)

SHORTEST, LONGEST = 3, 2000  # characters of a decision or an action
LATEST_DUE = timedelta(days=183)  # (d) an action further away is a slip of the hand
LONGEST_MEETING = 240  # minutes


def start_meeting(
    session: Session, *, by: Actor, now: datetime, key: str, patient_ids: Sequence[uuid.UUID],
    minutes: int = MEETING_MINUTES,
) -> None:  # fmt: skip
    """Begin the team's meeting about these people, in this order; those whom no need names are noted as added.

    Raises ``NotPossible`` while another meeting of the team goes on, ``InvalidInput`` for a length of no sense, and
    ``NotFound`` for somebody out of reach. The one who begins it is present.
    """
    turn = _Turn(by, now, key, "meeting_started")
    if turn.was_taken(session):
        return
    if not SHORTEST_BOX <= minutes <= LONGEST_MEETING:
        raise InvalidInput(_("Choose a length of up to {n} minutes.").format(n=LONGEST_MEETING))
    if _running(session, by) is not None:
        raise NotPossible(_("Your team is in a meeting already. Go on there."))
    service = session.get_one(Service, by.service_id)
    known = {one.patient_id: one for one in agenda_for(session, actor=by, service=service, now=now)}
    meeting = Meeting(team_id=turn.team, started_at=now, started_by=by.user_id, minutes=minutes)
    session.add(meeting)
    session.flush()
    for position, patient_id in enumerate(dict.fromkeys(patient_ids)):
        patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
        one = known.get(patient.id)
        _put(session, meeting, patient, position, one.reasons if one else (Reason(Need.ADDED),))
    session.add(Presence(meeting_id=meeting.id, staff_id=turn.staff))
    session.flush()
    turn.done(session, meeting, people=len(set(patient_ids)))


def _put(session: Session, meeting: Meeting, patient: Patient, position: int, reasons: Sequence[Reason]) -> None:
    session.add(
        AgendaItem(
            meeting_id=meeting.id, patient_id=patient.id, position=position, minutes=time_box(reasons),
            needs=[reason.to_json() for reason in reasons],
        )
    )  # fmt: skip


def turn_to(session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID) -> None:
    """Turn to somebody on the agenda; the time that the one before took is added up."""
    turn = _Turn(by, now, key, "meeting_turned_to")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    _leave(session, meeting, now)
    item.opened_at, meeting.current_id = now, item.id
    session.flush()
    turn.done(session, meeting, item)


def _leave(session: Session, meeting: Meeting, now: datetime) -> None:
    before = session.get(AgendaItem, meeting.current_id) if meeting.current_id else None
    if before is not None and before.opened_at is not None:
        before.seconds += max(int((now - before.opened_at).total_seconds()), 0)
        before.opened_at = None
    meeting.current_id = None


def move(session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID, position: int) -> None:
    """Put somebody at another place of the agenda (0 is the first; a place beyond the end is the last)."""
    turn = _Turn(by, now, key, "meeting_reordered")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    others = [one for one in _items(session, meeting) if one.id != item.id]
    others.insert(min(max(position, 0), len(others)), item)
    for place, one in enumerate(others):
        one.position = place
    session.flush()
    turn.done(session, meeting, item, position=item.position)


def set_time_box(session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID, minutes: int) -> None:
    """Allow somebody more or less time. Raises ``InvalidInput`` outside 1 to 30 minutes."""
    turn = _Turn(by, now, key, "meeting_time_box")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    if not SHORTEST_BOX <= minutes <= LONGEST_BOX:
        raise InvalidInput(_("Choose {low} to {high} minutes.").format(low=SHORTEST_BOX, high=LONGEST_BOX))
    item.minutes = minutes
    session.flush()
    turn.done(session, meeting, item, minutes=minutes)


def add_to_agenda(session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID) -> None:
    """Put somebody at the end of the agenda of the meeting that goes on. Raises ``NotPossible`` if they are on it."""
    turn = _Turn(by, now, key, "meeting_added")
    if turn.was_taken(session):
        return
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    meeting = turn.running(session)
    items = _items(session, meeting)
    if any(item.patient_id == patient.id for item in items):
        raise NotPossible(_("They are on the agenda already."))
    known = agenda_for(session, actor=by, service=session.get_one(Service, by.service_id), now=now)
    reasons = next((one.reasons for one in known if one.patient_id == patient.id), (Reason(Need.ADDED),))
    _put(session, meeting, patient, len(items), reasons)
    session.flush()
    turn.done(session, meeting, patient_id=patient.id)


def leave_out(session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID) -> None:
    """Take somebody off the agenda. Raises ``NotPossible`` where something was decided or agreed about them."""
    turn = _Turn(by, now, key, "meeting_left_out")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    for table in (MeetingDecision, TeamAction):
        about = select(table.id).where(
            col(table.meeting_id) == meeting.id, col(table.patient_id) == item.patient_id
        )  # fmt: skip
        if session.exec(about).first() is not None:
            raise NotPossible(_("Something was decided about them in this meeting, so they stay on its agenda."))
    if meeting.current_id == item.id:
        meeting.current_id = None
    session.delete(item)
    session.flush()
    turn.done(session, meeting, item)


def decide(session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID, text: str) -> None:
    """Write down what the meeting decided about somebody on its agenda (encrypted)."""
    turn = _Turn(by, now, key, "meeting_decided")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    made = MeetingDecision(
        meeting_id=meeting.id, patient_id=item.patient_id, text=b"", decided_at=now, decided_by=by.user_id
    )
    words = _words(text)
    made.text = vault(session).close(session, item.patient_id, "meeting_decision", made.id, words)
    session.add(made)
    session.flush()
    turn.done(session, meeting, item)


def assign(
    session: Session, *, by: Actor, now: datetime, key: str, item_id: uuid.UUID, text: str, owner_id: uuid.UUID,
    due_on: date | None,
) -> None:  # fmt: skip
    """Agree who (``owner_id``, of the staff) does what for somebody on the agenda by which day. It stays open, in
    Today and on the next agenda, until it is done.

    Raises ``InvalidInput`` without words or a day from today to half a year on, and ``NotPossible`` for an owner who
    does not reach the patient.
    """
    turn = _Turn(by, now, key, "meeting_agreed")
    if turn.was_taken(session):
        return
    meeting, item = turn.item(session, item_id)
    patient = session.get_one(Patient, item.patient_id)
    words, day = _words(text), _due_day(session, by, due_on, now)
    if session.execute(those_who_reach(patient, now).where(col(Staff.id) == owner_id)).first() is None:
        raise NotPossible(_("Only a colleague who treats this patient or is on the team can do this."))
    made = TeamAction(
        meeting_id=meeting.id, patient_id=patient.id, owner_id=owner_id, text=b"", due_on=day, made_at=now,
        made_by=by.user_id,
    )  # fmt: skip
    made.text = vault(session).close(session, patient.id, "team_action", made.id, words)
    session.add(made)
    session.flush()
    turn.done(session, meeting, item, owner=str(owner_id), due=day.isoformat())


def mark_done(session: Session, *, by: Actor, now: datetime, key: str, action_id: uuid.UUID, version: int) -> None:
    """Say that what was agreed is done, in the meeting or at any other time.

    Raises ``NotFound`` out of reach, and ``ChangedMeanwhile`` where somebody else was faster.
    """
    check(by, Permission.READ_WORK_LIST)
    log.take_turn(session)
    action = session.get(TeamAction, action_id)
    if action is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=action.patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="action_done"):
        return
    a = TeamAction
    taken = session.execute(
        update(a)
        .where(col(a.id) == action_id, col(a.version) == version, col(a.done_at).is_(None))
        .values(done_at=now, done_by=by.user_id, version=version + 1)
        .returning(col(a.id))
    ).first()
    if taken is None:
        raise ChangedMeanwhile(_who_was_faster(session, action, patient))
    log.record(
        session, at=now, action="action_done", actor_id=by.user_id, patient_id=action.patient_id, target=action.id
    )
    give_receipt(session, key=key, by=by.user_id, action="action_done", now=now, target=action.id)


def _who_was_faster(session: Session, action: TeamAction, patient: Patient) -> str:
    session.refresh(action)
    user = session.get(User, action.done_by) if action.done_by else None
    if action.done_at is None or user is None:
        return _("This was changed meanwhile. Look at it again.")
    when = say_time(action.done_at, patient.time_zone)
    return _("{name} marked this as done on {when}.").format(name=user.name, when=when)


def note_presence(session: Session, *, by: Actor, now: datetime, key: str, staff_ids: Sequence[uuid.UUID]) -> None:
    """Say who is there (all of them). Raises ``NotFound`` for somebody who is not on the service's staff."""
    turn = _Turn(by, now, key, "meeting_presence")
    if turn.was_taken(session):
        return
    meeting, wanted = turn.running(session), set(staff_ids)
    here = select(Staff.id).join(User, col(User.id) == col(Staff.user_id)).where(col(User.service_id) == by.service_id)
    if set(session.exec(here.where(col(Staff.id).in_(wanted)))) != wanted:
        raise NotFound(_("There is no such colleague."))
    session.execute(delete(Presence).where(col(Presence.meeting_id) == meeting.id))
    session.add_all(Presence(meeting_id=meeting.id, staff_id=staff_id) for staff_id in sorted(wanted))
    session.flush()
    turn.done(session, meeting, people=len(wanted))


def end_meeting(session: Session, *, by: Actor, now: datetime, key: str) -> None:
    """End the meeting that goes on; what was agreed stays open until it is done."""
    turn = _Turn(by, now, key, "meeting_ended")
    if turn.was_taken(session):
        return
    meeting = turn.running(session)
    _leave(session, meeting, now)
    meeting.ended_at, meeting.ended_by = now, by.user_id
    session.flush()
    turn.done(session, meeting)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody does something in the meeting: who, when, on which form, and what it is called in the log."""

    by: Actor
    now: datetime
    key: str
    name: str

    @property
    def team(self) -> uuid.UUID:
        if self.by.team_id is None:
            raise NotPossible(_("You are on no team. Your administrator can put you on one."))
        return self.by.team_id

    @property
    def staff(self) -> uuid.UUID:
        if self.by.staff_id is None:
            raise NotPossible(_("You are on no team. Your administrator can put you on one."))
        return self.by.staff_id

    def was_taken(self, session: Session) -> bool:
        """Whether this form was carried out before; checks the permission and waits for the turn to write."""
        check(self.by, Permission.HOLD_MEETINGS)
        log.take_turn(session)
        return already_done(session, key=self.key, by=self.by.user_id, action=self.name) is not None

    def running(self, session: Session) -> Meeting:
        meeting = _running(session, self.by)
        if meeting is None:
            raise ChangedMeanwhile(_("Your team's meeting is over."))
        return meeting

    def item(self, session: Session, item_id: uuid.UUID) -> tuple[Meeting, AgendaItem]:
        """An item of the own team's meeting that goes on, its patient in reach."""
        item = session.get(AgendaItem, item_id)
        if item is None:
            raise NotFound(_(NOT_FOUND))
        patient_in_reach(session, by=self.by, patient_id=item.patient_id, now=self.now)
        meeting = session.get_one(Meeting, item.meeting_id)
        if meeting.team_id != self.by.team_id:
            raise NotFound(_(NOT_FOUND))
        if meeting.ended_at is not None:
            raise ChangedMeanwhile(_("Your team's meeting is over."))
        return meeting, item

    def done(
        self, session: Session, meeting: Meeting, item: AgendaItem | None = None,
        patient_id: uuid.UUID | None = None, **detail: object,
    ) -> None:  # fmt: skip
        about = item.patient_id if item else patient_id
        log.record(
            session, at=self.now, action=self.name, actor_id=self.by.user_id, patient_id=about, target=meeting.id,
            detail=detail,
        )  # fmt: skip
        give_receipt(session, key=self.key, by=self.by.user_id, action=self.name, now=self.now, target=meeting.id)


def _running(session: Session, by: Actor) -> Meeting | None:
    own = select(Meeting).where(col(Meeting.team_id) == by.team_id, col(Meeting.ended_at).is_(None))
    return session.exec(own.order_by(col(Meeting.started_at).desc())).first()


def _items(session: Session, meeting: Meeting) -> list[AgendaItem]:
    own = select(AgendaItem).where(col(AgendaItem.meeting_id) == meeting.id)
    return list(session.exec(own.order_by(col(AgendaItem.position), col(AgendaItem.id))))


def _words(text: str) -> str:
    words = text.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise InvalidInput(_("Write a few words, at most {n} characters.").format(n=LONGEST))
    return words


def _due_day(session: Session, by: Actor, day: date | None, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(session.get_one(Service, by.service_id).time_zone)).date()
    if day is None or not today <= day <= today + LATEST_DUE:
        raise InvalidInput(_("Choose the day by which it is done: from today to half a year from now."))
    return day

"""A notification that was taken is not one that was read: where an answer was asked for now or on the same day, its
time is over, and nobody has said that they saw it, owner and head of the team are told (once for each due time)."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.calls import Calls
from core.notify.text import OVERDUE
from core.rules.owners import team_leads, told_about
from models import Alert, AlertState, Outbox, Patient, Response

SOON = (Response.NOW, Response.SAME_DAY)


def remind_of_overdue(calls: Calls) -> int:
    """Write the notifications that are missing; for how many alerts."""
    now = calls.clock()
    with calls.transaction() as session:
        waiting = _waiting(session, now)
        told = _told(session, waiting)
        fresh = [alert for alert in waiting if (str(alert.id), alert.due_at) not in told]
        for alert in fresh:
            patient = session.get_one(Patient, alert.patient_id)
            heads = (user.id for _staff, user in team_leads(session, patient))
            people = {*told_about(session, alert.owner_id, patient, now), *heads}
            payload = {"alert": str(alert.id), "due": alert.due_at.isoformat()}
            session.add_all(
                Outbox(made_at=now, kind=OVERDUE, recipient_id=person, payload=payload) for person in sorted(people)
            )
        return len(fresh)


def _waiting(session: Session, now: datetime) -> list[Alert]:
    a = Alert
    unseen = col(a.state) == AlertState.NEW, col(a.response).in_(SOON), col(a.due_at) <= now
    return list(session.exec(select(a).where(*unseen)))


def _told(session: Session, waiting: list[Alert]) -> set[tuple[str, datetime]]:
    if not waiting:
        return set()
    o, since = Outbox, min(alert.due_at for alert in waiting)
    rows = session.exec(select(o.payload).where(col(o.kind) == OVERDUE, col(o.made_at) >= since))
    return {(payload["alert"], datetime.fromisoformat(payload["due"])) for payload in rows}

"""One step in the life of an alert, by a person or a rule: the change (only from the version that was seen), its line
of history, the audit entry and the notifications, all in the caller's transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from core.audit import log
from core.errors import ChangedMeanwhile
from core.language import _, say_time
from core.rules.life_cycle import AUDIT_ACTIONS, next_state, standing
from core.vault import vault
from models import Alert, AlertEvent, AlertState, AlertVerb, Outbox, Patient, User, new_id


@dataclass(frozen=True, slots=True)
class Step:
    """What is done. ``by`` is an account (``None``: a rule); ``columns`` change with the state; ``tell`` are the
    accounts that are notified; ``detail`` (codes and identifiers) goes to the log."""

    verb: AlertVerb
    at: datetime
    by: uuid.UUID | None = None
    text: str = ""
    action: str | None = None
    next_review: date | None = None
    useful: bool | None = None
    columns: Mapping[str, object] = field(default_factory=dict)
    tell: tuple[uuid.UUID, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


def take(session: Session, *, patient: Patient, alert: Alert, step: Step, version: int) -> None:
    """Carry out ``step`` on the alert as it stood in ``version``.

    Raises ``ChangedMeanwhile`` (who did what, when) where it stands otherwise by now, and ``NotPossible`` where the
    verb does not apply. The caller has taken its turn (``core.audit.log.take_turn``) before it read the alert.
    """
    before = standing(alert, step.at)
    after = next_state(before, step.verb)
    changed = update(Alert).where(col(Alert.id) == alert.id, col(Alert.version) == version)
    values = {"snoozed_until": None, **step.columns, "state": after, "version": version + 1}
    done = session.execute(changed.values(**values), execution_options={"synchronize_session": False})
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise ChangedMeanwhile(what_happened(session, alert, patient))
    if before is not alert.state:
        woken = Step(AlertVerb.WAKE, alert.snoozed_until or step.at)
        keep(session, patient=patient, alert_id=alert.id, step=woken, states=(alert.state, before))
    keep(session, patient=patient, alert_id=alert.id, step=step, states=(before, after))
    session.refresh(alert)


def keep(
    session: Session, *, patient: Patient, alert_id: uuid.UUID, step: Step,
    states: tuple[AlertState | None, AlertState],
) -> None:  # fmt: skip
    """Write the line of history, the notifications and the audit entry of a step that led from one state to another."""
    event_id, (before, after) = new_id(), states
    sealed = vault(session).close(session, patient.id, "alert_event", event_id, step.text) if step.text else None
    session.add(
        AlertEvent(
            id=event_id, alert_id=alert_id, at=step.at, by=step.by, verb=step.verb, from_state=before, to_state=after,
            action=step.action, text=sealed, next_review=step.next_review, useful=step.useful,
        )
    )  # fmt: skip
    session.add_all(
        Outbox(made_at=step.at, kind=AUDIT_ACTIONS[step.verb], recipient_id=told, payload={"alert": str(alert_id)})
        for told in step.tell
    )
    log.record(
        session, at=step.at, action=AUDIT_ACTIONS[step.verb], actor_id=step.by, patient_id=patient.id, target=alert_id,
        detail={"from": before, "to": after, **step.detail},
    )  # fmt: skip


def what_happened(session: Session, alert: Alert, patient: Patient) -> str:
    """Who did what to the alert last and when, on the patient's clock, as a sentence."""
    newest = session.execute(
        select(AlertEvent.verb, AlertEvent.at, AlertEvent.by, User.name)
        .outerjoin(User, col(User.id) == col(AlertEvent.by))
        .where(col(AlertEvent.alert_id) == alert.id)
        .order_by(col(AlertEvent.at).desc())
        .limit(1)
    ).first()
    if newest is None:
        return _("This alert has changed since you opened it. Nothing was changed; what you wrote is still here.")
    words = _said(newest.verb).format(name=newest.name or _("Somebody"), when=say_time(newest.at, patient.time_zone))
    return words + " " + _("Nothing was changed; what you wrote is still here.")


def _said(verb: AlertVerb) -> str:
    return {
        AlertVerb.OPEN: _("This alert was opened on {when}."),
        AlertVerb.ADD_EVIDENCE: _("New facts were added to this alert on {when}."),
        AlertVerb.ACKNOWLEDGE: _("{name} acknowledged this alert on {when}."),
        AlertVerb.ACT: _("{name} began to act on this alert on {when}."),
        AlertVerb.SNOOZE: _("{name} put this alert off on {when}."),
        AlertVerb.WAKE: _("This alert came back on {when}."),
        AlertVerb.HAND_OVER: _("{name} handed this alert over on {when}."),
        AlertVerb.ESCALATE: _("{name} took this alert to the team lead on {when}."),
        AlertVerb.CLOSE: _("{name} closed this alert on {when}."),
        AlertVerb.REOPEN: _("{name} reopened this alert on {when}."),
        AlertVerb.BATCH: _("This alert was put on the weekly list on {when}."),
    }[verb]

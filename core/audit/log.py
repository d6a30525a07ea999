"""Write to the chain and verify it. Each entry's MAC covers its content and the MAC before it; the head is sealed
with the same key, so that edits, deletions, reordering and a cut tail are all found (threat 46)."""

import hashlib
import hmac
import json
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ScalarResult, text
from sqlmodel import Session, col, select

from models import AuditEntry, AuditHead, PatientKey

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a verification: how many entries hold, and the first bad one with what is wrong."""

    entries: int
    bad_seq: int | None = None
    fault: str | None = None

    @property
    def intact(self) -> bool:
        """Whether the whole chain holds."""
        return self.fault is None


def record(
    session: Session,
    *,
    at: datetime,
    action: str,
    actor_id: uuid.UUID | None,
    patient_id: uuid.UUID | None = None,
    target: object = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction. The key is found in ``session.info["audit_key"]``."""
    key = session.info["audit_key"]
    head = _locked_head(session)
    entry = AuditEntry(
        seq=(head.seq if head else 0) + 1,
        at=at.astimezone(UTC),
        action=action,
        actor_id=actor_id,
        patient_id=patient_id,
        target=None if target is None else str(target),
        detail=detail or {},
        mac="",
    )
    entry.mac = _mac(key, head.mac if head else START, entry)
    session.add(entry)
    if head is None:
        session.add(AuditHead(id=1, seq=entry.seq, mac=entry.mac, seal=_seal(key, entry.seq, entry.mac)))
    else:
        head.seq, head.mac, head.seal = entry.seq, entry.mac, _seal(key, entry.seq, entry.mac)
    session.flush()
    return entry


def take_turn(session: Session) -> None:
    """Wait for the turn to write, until the end of the transaction. Writing an entry does this by itself; who also
    changes rows that others change takes the turn first, so that all wait in one order and never for each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7316)"))  # one writer at a time, also for the first entry


def _locked_head(session: Session) -> AuditHead | None:
    take_turn(session)
    return session.exec(select(AuditHead).where(col(AuditHead.id) == 1).with_for_update()).one_or_none()


def verify(session: Session, key: bytes) -> Verdict:
    """Walk the chain from its start; memory stays flat."""
    previous, count = START, 0
    with closing(_entries(session)) as entries:
        for entry in entries:
            if entry.seq != count + 1:
                return Verdict(count, count + 1, f"entry {count + 1} is missing or out of order")
            if not hmac.compare_digest(entry.mac, _mac(key, previous, entry)):
                return Verdict(count, entry.seq, f"entry {entry.seq} was changed")
            previous, count = entry.mac, count + 1
    return _against_head(session, key, count, previous)


def _entries(session: Session) -> ScalarResult[AuditEntry]:
    return session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)).execution_options(yield_per=2000))


def _against_head(session: Session, key: bytes, count: int, last: str) -> Verdict:
    head = session.get(AuditHead, 1)
    if head is None:
        return _without_head(session, count)
    if not hmac.compare_digest(head.seal, _seal(key, head.seq, head.mac)):
        return Verdict(count, head.seq, "the head of the log was changed")
    if head.seq != count or head.mac != last:
        return Verdict(count, min(head.seq, count) + 1, f"the log was cut after entry {count}")
    return Verdict(count)


def _without_head(session: Session, count: int) -> Verdict:
    if count:
        return Verdict(count, count, "the head of the log is missing")
    if session.exec(select(PatientKey).limit(1)).first() is not None:
        return Verdict(0, 1, "the log is empty although there are records")
    return Verdict(0)


def _mac(key: bytes, previous: str, entry: AuditEntry) -> str:
    content = json.dumps(
        [
            previous, entry.seq, entry.at.astimezone(UTC).isoformat(), entry.action, str(entry.actor_id),
            str(entry.patient_id), entry.target, entry.detail,
        ],
        sort_keys=True, ensure_ascii=True, separators=(",", ":"),
    )  # fmt: skip
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, seq: int, mac: str) -> str:
    return hmac.new(key, f"head:{seq}:{mac}".encode(), hashlib.sha256).hexdigest()

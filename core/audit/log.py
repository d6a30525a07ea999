"""Write to the chain and verify it. Each entry's MAC covers its content and the MAC before it; the head is sealed
with the same key, so that edits, deletions, reordering and a cut tail are all found (threat 46)."""

import hmac
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, text, true, update
from sqlmodel import Session, col

from core.queries.prepared import change, rows
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
) -> None:
    """Append one entry in the caller's transaction. The key is found in ``session.info["audit_key"]``."""
    key, head = session.info["audit_key"], _locked_head(session)
    line: dict[str, Any] = {
        "seq": (head.seq if head else 0) + 1, "at": at.astimezone(UTC), "action": action, "actor_id": actor_id,
        "patient_id": patient_id, "target": None if target is None else str(target), "detail": detail or {},
    }  # fmt: skip
    mac = _mac(key, head.mac if head else START, line)
    end = {"seq": line["seq"], "mac": mac, "seal": _seal(key, line["seq"], mac)}
    change(session, _APPEND, **line, mac=mac)
    change(session, _MOVE_HEAD if head else _FIRST_HEAD, **end)


def take_turn(session: Session) -> None:
    """Wait for the turn to write, until the end of the transaction. Writing an entry does this by itself; who also
    changes rows that others change takes the turn first, so that all wait in one order and never for each other."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7316)"))  # one writer at a time, also for the first entry


def _locked_head(session: Session) -> Row[int, str] | None:
    take_turn(session)
    found = rows(session, _HEAD)
    return found[0] if found else None


def verify(session: Session, key: bytes) -> Verdict:
    """Walk the chain from its start; memory stays flat. Entries that are written meanwhile are walked too."""
    previous, count = START, 0
    while True:
        for seq, entry in _entries(session, after=count):
            if seq != count + 1:
                return Verdict(count, count + 1, f"entry {count + 1} is missing or out of order")
            if entry is None or not _same(entry.mac, _mac(key, previous, _content(entry))):
                return Verdict(count, seq, f"entry {seq} was changed")
            previous, count = entry.mac, count + 1
        head = session.get(AuditHead, 1, populate_existing=True)
        if head is None or head.seq == count or not _some(session, count):
            return _against_head(session, key, count, previous)


def fits(session: Session, key: bytes) -> bool:
    """Whether the log here was written with ``key``, as far as its head or its first entry tell; also where there is
    none yet. Whether it holds is for ``verify``."""
    head, first = session.get(AuditHead, 1), session.execute(select(col(AuditEntry.seq)).limit(1)).first()
    if head is None and first is None:
        return True
    entry = _entry(session, 1)
    sealed = head is not None and _same(head.seal, _seal(key, head.seq, head.mac))
    return sealed or (entry is not None and _same(entry.mac, _mac(key, START, _content(entry))))


def _entries(session: Session, *, after: int) -> Iterator[tuple[int, AuditEntry | None]]:
    """The entries with their numbers; ``None`` where what stands there can no longer be read as an entry."""
    while some := _some(session, after):
        yield from some
        after = some[-1][0]


def _some(session: Session, after: int) -> list[tuple[int, AuditEntry | None]]:
    def wanted(what: Any) -> Select[Any]:
        beyond = col(AuditEntry.seq) > after if after else true()  # from the start: also what stands before the first
        return select(what).where(beyond).order_by(col(AuditEntry.seq)).limit(2000)

    try:
        return [(entry.seq, entry) for entry in session.execute(wanted(AuditEntry)).scalars()]
    except (ValueError, TypeError):  # a cell that was overwritten with what is not of its kind: find which
        numbers = session.execute(wanted(col(AuditEntry.seq))).scalars().all()
        return [(seq, _entry(session, seq)) for seq in numbers]


def _entry(session: Session, seq: int) -> AuditEntry | None:
    try:
        return session.execute(select(AuditEntry).where(col(AuditEntry.seq) == seq)).scalar_one_or_none()
    except (ValueError, TypeError):
        return None


def _same(given: object, made: str) -> bool:
    return hmac.compare_digest(str(given).encode(), made.encode())


def _against_head(session: Session, key: bytes, count: int, last: str) -> Verdict:
    head = session.get(AuditHead, 1)
    if head is None:
        return _without_head(session, count)
    if not _same(head.seal, _seal(key, head.seq, head.mac)):
        return Verdict(count, head.seq, "the head of the log was changed")
    if head.seq != count or head.mac != last:
        return Verdict(count, min(head.seq, count) + 1, f"the log was cut after entry {count}")
    return Verdict(count)


def _without_head(session: Session, count: int) -> Verdict:
    if count:
        return Verdict(count, count, "the head of the log is missing")
    if session.execute(select(PatientKey).limit(1)).first() is not None:
        return Verdict(0, 1, "the log is empty although there are records")
    return Verdict(0)


def _content(entry: AuditEntry) -> dict[str, Any]:
    return {
        name: getattr(entry, name) for name in ("seq", "at", "action", "actor_id", "patient_id", "target", "detail")
    }


def _mac(key: bytes, previous: str, line: dict[str, Any]) -> str:
    content = json.dumps(
        [
            previous, line["seq"], line["at"].astimezone(UTC).isoformat(), line["action"], str(line["actor_id"]),
            str(line["patient_id"]), line["target"], line["detail"],
        ],
        sort_keys=True, ensure_ascii=True, separators=(",", ":"),
    )  # fmt: skip
    return hmac.digest(key, content.encode(), "sha256").hex()


def _seal(key: bytes, seq: int, mac: str) -> str:
    return hmac.digest(key, f"head:{seq}:{mac}".encode(), "sha256").hex()


# Written once: every read and every change ends here.
_HEAD = select(col(AuditHead.seq), col(AuditHead.mac)).where(col(AuditHead.id) == 1).with_for_update()
_APPEND = insert(AuditEntry)
_FIRST_HEAD = insert(AuditHead).values(id=1)
_MOVE_HEAD = update(AuditHead).where(col(AuditHead.id) == 1)

"""Every import is a run that says what it added and can be taken back as a whole, by whoever may import."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.erasure import forget
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, NotFound
from core.export.everything import about, owned_tables
from core.ingest.added import Added
from core.ingest.removal import remove, roll_up_again, touched
from core.language import _
from core.queries.prepared import change
from models import ImportPiece, ImportRun, Message, MessageThread, Patient, QuestionnaireResponse, new_id

# What everybody has from the day they are admitted, and what the application works out by itself from what came in.
_BY_ITSELF = frozenset({
    "patient", "message_thread", "care_relationship", "step_of_care", "observation_day", "signal_score",
    "signal_contribution",
})  # fmt: skip

_BEGUN, _PIECE = insert(ImportRun), insert(ImportPiece)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: values, single rows (questionnaires, messages), people. ``stayed``: people of this import
    who stay, because something else has been written about them since."""

    values: int
    rows: int
    people: int
    stayed: int


class Run:
    """A run while it goes on: each write's ``Added`` is kept beside it. The caller checked that the actor may
    import."""

    def __init__(self, session: Session, *, by: Actor, now: datetime, source_id: int, file: str, sha256: str) -> None:
        self._session, self._pieces = session, 0
        self._waiting: bytes | None = None
        self._row: dict[str, Any] = {
            "id": new_id(), "service_id": by.service_id, "source_id": source_id, "file": file[:200], "sha256": sha256,
            "started_at": now, "started_by": by.user_id, "counts": {},
        }  # fmt: skip

    def keep(self, added: Added) -> None:
        """Keep what one write added."""
        if not added:
            return
        self._write_piece()
        self._waiting = added.pack()

    def finish(self, counts: dict[str, object]) -> None:
        """Keep the numbers of the report; a run that added nothing is none."""
        self._row["counts"] = counts
        self._write_piece()
        if self._pieces > 1:
            this = col(ImportRun.id) == self._row["id"]
            self._session.execute(update(ImportRun).where(this).values(counts=counts))

    def _write_piece(self) -> None:
        """The piece that waits: most runs have one alone, which is written when they finish."""
        if self._waiting is None:
            return
        if not self._pieces:
            change(self._session, _BEGUN, **self._row)
        change(self._session, _PIECE, run_id=self._row["id"], number=self._pieces, keys=self._waiting)
        self._pieces, self._waiting = self._pieces + 1, None


def undo(session: Session, *, by: Actor, now: datetime, key: str, run_id: uuid.UUID) -> Undone | None:
    """Take one run back: its values and prompts, its questionnaires and messages, and the people it admitted of whom
    nothing else is known. Alerts that were raised stay, with what was done about them. ``None``: this press was
    carried out before.

    Raises ``AccessRefused``, ``NotFound``, ``ChangedMeanwhile`` where it was taken back already.
    """
    check(by, Permission.IMPORT_DATA)
    if already_done(session, key=key, by=by.user_id, action="import_undo"):
        return None
    run = session.get(ImportRun, run_id, with_for_update=True)
    if run is None or run.service_id != by.service_id:
        raise NotFound(_("There is no such import."))
    if run.undone_at is not None:
        raise ChangedMeanwhile(_("This import was taken back already."))
    run.undone_at, run.undone_by = now, by.user_id
    done = _take_back(session, run, now)
    session.execute(delete(ImportPiece).where(col(ImportPiece.run_id) == run.id))
    log.record(
        session, at=now, action="import_undone", actor_id=by.user_id, target=f"import:{run.id}",
        detail=asdict(done),
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="import_undo", now=now, target=run.id)
    return done


def _take_back(session: Session, run: ImportRun, now: datetime) -> Undone:
    values = rows = 0
    keys: set[int] = set()
    admitted: list[uuid.UUID] = []
    pieces = select(col(ImportPiece.keys)).where(col(ImportPiece.run_id) == run.id).order_by(col(ImportPiece.number))
    for packed in session.execute(pieces).scalars():
        added = Added.unpack(packed)
        values += remove(session, added, source_id=run.source_id)
        rows += _single_rows(session, added)
        keys |= touched(added)
        admitted += added.people
    people = session.execute(select(Patient).where(col(Patient.key).in_(keys))).scalars().all()
    roll_up_again(session, people)
    gone = [one for one in (session.get_one(Patient, number) for number in admitted) if _bare(session, one)]
    for patient in gone:
        forget(session, patient, now)
    return Undone(values, rows, len(gone), len(admitted) - len(gone))


def _single_rows(session: Session, added: Added) -> int:
    """Questionnaires and messages of a piece."""
    threads = select(col(Message.thread_id)).where(col(Message.id).in_(added.messages)).distinct()
    waiting = session.execute(threads).scalars().all()
    taken = 0
    for table, numbers in ((QuestionnaireResponse, added.responses), (Message, added.messages)):
        gone = session.execute(delete(table).where(col(table.id).in_(numbers)))
        taken += cast("CursorResult[Any]", gone).rowcount
    for thread in waiting:
        _settle(session, session.get_one(MessageThread, thread))
    return taken


def _settle(session: Session, thread: MessageThread) -> None:
    """What a thread waits for, from the messages that remain: the first since the team's last word."""
    m = Message
    there = select(func.max(col(m.sent_at))).where(col(m.thread_id) == thread.id)
    thread.last_at = session.execute(there).scalar_one()
    if thread.needs_reply_since is None:
        return
    answered = session.execute(there.where(~col(m.from_patient))).scalar_one()
    open_ones = select(func.min(col(m.sent_at))).where(
        col(m.thread_id) == thread.id, col(m.from_patient), col(m.sent_at) >= thread.needs_reply_since
    )
    open_ones = open_ones if answered is None else open_ones.where(col(m.sent_at) > answered)
    thread.needs_reply_since = session.execute(open_ones).scalar_one()
    session.flush()


def _bare(session: Session, patient: Patient) -> bool:
    """Whether nothing is known of a person but that they were admitted."""
    owned = owned_tables(log=False)
    others = [table for table in owned if table.name not in _BY_ITSELF]
    return not any(
        session.execute(select(func.count()).select_from(table).where(about(table, patient, owned))).scalar_one()
        for table in others
    )

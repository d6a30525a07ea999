"""The safety plan in seven parts, written together: either side changes it on the version that was seen, and every
version is kept. Source of the parts: clinical reference, "How safety is shown"."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput
from core.language import _, say_number, say_time
from core.vault import vault
from models import Patient, SafetyPlan, SafetyPlanVersion, User, new_id

PARTS = (
    "warning_signs", "own_coping", "distraction", "people_to_ask", "professionals", "safe_place", "reasons_for_living",
)  # fmt: skip
LONGEST = 2000  # (d) characters of one part


def write_safety_plan(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, parts: Mapping[str, str],
    version: int,
) -> int:  # fmt: skip
    """Keep the plan as ``parts`` (by ``PARTS``; a part left out stays as it is); returns its new version.

    ``version`` is the one that was seen, 0 for none: ``ChangedMeanwhile`` where the other side was faster. Raises
    ``InvalidInput`` for an unknown part or one that is too long.
    """
    check(by, Permission.SHARE_SAFETY_PLAN)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="write_safety_plan"):
        return version
    row = session.get(SafetyPlan, patient.id, populate_existing=True)
    _refuse_stale(session, patient, row, version)
    words = parts_of(session, patient, row) | _checked(parts)
    row = _keep(session, patient, row, words, by, now)
    log.record(
        session, at=now, action="write_safety_plan", actor_id=by.user_id, patient_id=patient.id, target=row.id,
        detail={"version": row.version, "parts": sum(bool(text) for text in words.values())},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="write_safety_plan", now=now, target=row.id)
    return row.version


def parts_of(session: Session, patient: Patient, row: SafetyPlan | SafetyPlanVersion | None) -> dict[str, str]:
    """The seven parts in words, an empty text where nothing stands yet."""
    found: dict[str, str] = {}
    if row is not None:
        place = str(row.__tablename__)
        found = json.loads(vault(session).open(session, patient.id, place, row.id, row.parts))
    return {part: found.get(part, "") for part in PARTS}


def _refuse_stale(session: Session, patient: Patient, row: SafetyPlan | None, version: int) -> None:
    if row is None or row.version == version:
        return
    who = session.exec(select(User.name).where(col(User.id) == row.changed_by)).first() or _("Somebody")
    at = say_time(row.changed_at, patient.time_zone)
    said = _("{name} changed this plan on {time}. Your words are still here: look at both and save again.")
    raise ChangedMeanwhile(said.format(name=who, time=at))


def _checked(parts: Mapping[str, str]) -> dict[str, str]:
    if set(parts) - set(PARTS):
        raise InvalidInput(_("The safety plan has no such part."))
    words = {part: text.strip().replace("\x00", "") for part, text in parts.items()}
    if any(len(text) > LONGEST for text in words.values()):
        raise InvalidInput(_("At most {most} characters fit into one part.").format(most=say_number(LONGEST, 0)))
    return words


def _keep(
    session: Session, patient: Patient, row: SafetyPlan | None, words: dict[str, str], by: Actor, now: datetime
) -> SafetyPlan:  # fmt: skip
    text, close = json.dumps(words, ensure_ascii=False), vault(session).close
    if row is None:
        row = SafetyPlan(
            patient_id=patient.id, parts=b"", changed_at=now, changed_by=by.user_id, version=1, id=new_id()
        )
    else:
        _keep_earlier(session, row)
        row.version, row.changed_at, row.changed_by = row.version + 1, now, by.user_id
    row.parts = close(session, patient.id, "safety_plan", row.id, text)
    kept = SafetyPlanVersion(
        id=new_id(), patient_id=patient.id, version=row.version, parts=b"", changed_at=now, changed_by=by.user_id
    )
    kept.parts = close(session, patient.id, "safety_plan_version", kept.id, text)
    session.add_all([row, kept])
    session.flush()
    return row


def _keep_earlier(session: Session, row: SafetyPlan) -> None:
    """A plan from before versions were kept gets its own before it changes."""
    v = SafetyPlanVersion
    mine = col(v.patient_id) == row.patient_id, col(v.version) == row.version
    if session.exec(select(v.id).where(*mine)).first() is None:
        words = vault(session).open(session, row.patient_id, "safety_plan", row.id, row.parts)
        kept = v(
            id=new_id(), patient_id=row.patient_id, version=row.version, parts=b"", changed_at=row.changed_at,
            changed_by=row.changed_by,
        )  # fmt: skip
        kept.parts = vault(session).close(session, row.patient_id, "safety_plan_version", kept.id, words)
        session.add(kept)
        session.flush()

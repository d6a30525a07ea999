"""A person's data out: a link that is good once and not for long, and what it leads to (GDPR articles 15 and 20)."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal, cast

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.access.sessions import digest
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import NotFound
from core.export.everything import everything
from core.export.fhir import as_bundle
from core.export.own import own_rows
from core.export.tables import as_zip
from core.language import _
from models import ExportLink, Patient

Form = Literal["fhir", "csv"]
HOLDS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: its name, kind and content."""

    name: str
    media_type: str
    content: bytes


def make_export_link(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, form: Form
) -> str | None:
    """A token that leads once, within half an hour and for who asked, to everything about a patient: the patient's own
    data, or, at the patient's request, those of a patient in reach. ``None`` on a second press of the same form."""
    check(by, Permission.EXPORT_RECORD)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="export_link"):
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        ExportLink(
            token_hash=digest(token), patient_id=patient.id, form=form, made_at=now, made_by=by.user_id,
            expires_at=now + HOLDS,
        )
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="export_link", now=now, target=patient.id)
    log.record(session, at=now, action="export_link", actor_id=by.user_id, patient_id=patient.id, detail={"form": form})
    session.flush()
    return token


def take_export(session: Session, *, by: Actor, now: datetime, token: str) -> Exported:
    """The file behind a link; the link is over then. Raises ``NotFound`` for one that is unknown, used, over or
    somebody else's."""
    check(by, Permission.EXPORT_RECORD)
    wanted = select(ExportLink).where(col(ExportLink.token_hash) == digest(token)).with_for_update()
    link = session.exec(wanted).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= now or link.made_by != by.user_id:
        raise NotFound(_("This link is over: it is good once and for half an hour. Ask for a new one."))
    patient = patient_in_reach(session, by=by, patient_id=link.patient_id, now=now)
    link.used_at = now
    log.record(
        session, at=now, action="export_record", actor_id=by.user_id, patient_id=patient.id, detail={"form": link.form}
    )
    session.flush()
    return _made(session, patient, cast("Form", link.form), now, own=by.user_id == patient.user_id)


def _made(session: Session, patient: Patient, form: Form, now: datetime, *, own: bool) -> Exported:
    """Both forms hold everything: the Bundle has the tables beside what FHIR has resources for."""
    beside = own_rows(session, patient.user_id) if own and patient.user_id else ()
    tables = as_zip(chain(everything(session, patient), beside), name=patient.name, made_at=now)
    stem = f"vincle-{now:%Y%m%d}"
    if form == "fhir":
        content = as_bundle(session, patient, made_at=now, tables=tables)
        return Exported(f"{stem}.json", "application/fhir+json", content)
    return Exported(f"{stem}.zip", "application/zip", tables)

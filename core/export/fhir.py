"""A person's data as a FHIR R4 Bundle that other systems can read, and that Vincle reads back: Patient, Observation,
QuestionnaireResponse, Communication. Codes of measures are our own (``urn:vincle:measure``) beside LOINC where there is
one."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from sqlmodel import Session, col, select

from core.clock import moment
from core.ingest.fhir_observation import LOINC, OWN_SYSTEM
from core.instruments.library import instruments
from core.measures import by_id
from core.vault import vault
from models import Message, Observation, Patient, QuestionnaireResponse, new_id

Resource = dict[str, Any]
_FIRST_CODE = {measure: code for code, measure in reversed(LOINC.items())}
_UNITS = {"h": "h", "min": "min", "bpm": "/min", "%": "%", "kg": "kg", "kg/m2": "kg/m2", "": "1"}


def as_bundle(session: Session, patient: Patient, *, made_at: datetime, tables: bytes) -> bytes:
    """The Bundle as JSON, checked against the standard's schema before it is handed out. What FHIR has no resource for
    that we speak comes as ``tables``, a zip, in a DocumentReference."""
    resources = [*_resources(session, patient), _document(patient, made_at, tables)]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "timestamp": made_at.isoformat(), "entry": entries}
    Bundle.model_validate(bundle)
    return json.dumps(bundle, ensure_ascii=False).encode()


def _resources(session: Session, patient: Patient) -> Iterator[Resource]:
    about = {"reference": f"Patient/{patient.id}"}
    yield _person(patient)
    o = Observation
    for row in session.exec(select(o).where(col(o.patient_key) == patient.key).order_by(col(o.at), col(o.measure_id))):
        yield _observation(row, about)
    q = QuestionnaireResponse
    for response in session.exec(select(q).where(col(q.patient_id) == patient.id).order_by(col(q.answered_at))):
        if response.answers:
            yield _response(response, about)
    m = Message
    for message in session.exec(select(m).where(col(m.patient_id) == patient.id).order_by(col(m.sent_at))):
        words = vault(session).open(session, patient.id, "message", message.id, message.body)
        yield _communication(message, about, words)


def _person(patient: Patient) -> Resource:
    name = {"family": patient.family_name or "–", "given": [patient.given_name or "–"]}
    person: Resource = {"resourceType": "Patient", "id": str(patient.id), "name": [name]}
    if patient.birth_date:
        person["birthDate"] = patient.birth_date.isoformat()
    if patient.sex in ("male", "female", "other", "unknown"):
        person["gender"] = patient.sex
    return person


def _observation(row: Observation, about: Resource) -> Resource:
    measure = by_id()[row.measure_id]
    codings = [{"system": OWN_SYSTEM, "code": measure.code, "display": measure.label}]
    if measure.code in _FIRST_CODE:
        codings.append({"system": "http://loinc.org", "code": _FIRST_CODE[measure.code]})
    unit = _UNITS.get(measure.unit, "1")
    return {
        "resourceType": "Observation", "id": f"o{row.patient_key}-{row.at}-{row.measure_id}-{row.source_id}",
        "status": "final", "code": {"coding": codings}, "subject": about,
        "effectiveDateTime": moment(row.at).isoformat(),
        "valueQuantity": {"value": row.value, "system": "http://unitsofmeasure.org", "code": unit},
    }  # fmt: skip


def _response(row: QuestionnaireResponse, about: Resource) -> Resource:
    definition = instruments().get(row.instrument)
    codes = {item.id: item.loinc for item in definition.items} if definition else {}
    items: list[Resource] = [
        {"linkId": f"/{codes[item]}" if codes.get(item) else item, "answer": [{"valueDecimal": answer}]}
        for item, answer in row.answers.items()
    ]
    if row.total is not None:
        items.append({"linkId": "total", "answer": [{"valueDecimal": row.total}]})
    return {
        "resourceType": "QuestionnaireResponse", "id": str(row.id), "status": "completed",
        "questionnaire": f"urn:vincle:instrument/{row.instrument}", "subject": about,
        "authored": row.answered_at.astimezone(UTC).isoformat(), "item": items,
    }  # fmt: skip


def _document(patient: Patient, made_at: datetime, tables: bytes) -> Resource:
    attachment = {
        "contentType": "application/zip", "title": "Everything as tables (CSV)", "data": b64encode(tables).decode(),
    }  # fmt: skip
    return {
        "resourceType": "DocumentReference", "id": str(new_id()), "status": "current",
        "subject": {"reference": f"Patient/{patient.id}"}, "date": made_at.isoformat(),
        "description": "Everything that is held about this person, one table a file.",
        "content": [{"attachment": attachment}],
    }  # fmt: skip


def _communication(message: Message, about: Resource, words: str) -> Resource:
    team = {"display": "The team"}
    return {
        "resourceType": "Communication", "id": str(message.id), "status": "completed", "subject": about,
        "sender": about if message.from_patient else team, "sent": message.sent_at.isoformat(),
        "payload": [{"contentString": words}],
    }  # fmt: skip

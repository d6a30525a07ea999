"""Somebody in the database with the entries, answers and ratings of a person of ``tests.factories.cohort``."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from core.clock import moment
from models import (
    AllianceRating,
    Informant,
    Observation,
    ObservationDay,
    Patient,
    Prompt,
    QuestionnaireResponse,
    Side,
)
from tests.factories.cast import Cast
from tests.factories.cohort import DAY
from tests.factories.trained import learned

ITEMS = {"phq-9": "9", "core-10": "6"}


def store_streams(session: Session, cast: Cast, patient: Patient, number: int) -> None:
    """Everything that is known of the person of this number in the cohort, as the patient's own."""
    own, connection = {"patient_key": patient.key}, session.connection()
    days = [row | own | {"n": int(row["n"]), "low": 0.0, "total_squares": 0.0} for row in _rows("days", number)]
    connection.execute(insert(ObservationDay), days)
    connection.execute(insert(Observation), [row | own | {"source_id": 1} for row in _rows("moments", number)])
    connection.execute(insert(Prompt), [_prompt(row) | own for row in _rows("prompts", number)])
    session.add_all(
        QuestionnaireResponse(
            patient_id=patient.id, instrument=row["instrument"], informant=Informant.PATIENT,
            answered_at=moment(row["at"]), total=row["total"],
            answers={ITEMS[row["instrument"]]: row["safety_item"]} if row["instrument"] in ITEMS else {},
        )
        for row in _rows("questionnaires", number)
    )  # fmt: skip
    session.add_all(
        AllianceRating(
            patient_id=patient.id, staff_id=cast.alice.staff_id, side=Side(row["side"]), instrument="wai-sr",
            rated_at=moment(row["at"]), rated_by=cast.alice.user_id, goal=row["goal"], task=row["task"],
            bond=row["bond"],
        )
        for row in _rows("ratings", number)
    )  # fmt: skip


def _rows(name: str, number: int) -> Iterator[dict[str, Any]]:
    frame = getattr(learned().cohort.streams, name)
    return frame.filter(frame["patient_key"] == number).iter_rows(named=True)


def _prompt(row: dict[str, Any]) -> dict[str, Any]:
    sent = row["day"] * DAY + row["hour"] * 3600
    return {
        "sent_at": sent, "kind": "momentary", "expires_at": sent + 5400, "answered_at": row["answered"], "source_id": 1,
    }  # fmt: skip

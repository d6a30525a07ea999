"""A whole small service to score in the night: the cohort of ``tests.factories.cohort`` in a database, and the models
trained on it in an installation that other processes find by the environment."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from core.settings import Settings
from core.signals import registry
from core.start import Installation
from models import (
    Patient,
    SignalContribution,
    SignalScore,
)
from tests.conftest import Database
from tests.factories.cast import Cast, make_cast
from tests.factories.cohort import START
from tests.factories.installation import use_environment
from tests.factories.lived import store_streams
from tests.factories.trained import learned

END = learned().cohort.until
NIGHT = END + timedelta(hours=9)
FIRST_KEY = 1000  # beside the cast's own patients


def make_night(database: Database, home: Path, patch: pytest.MonkeyPatch, people: int) -> Installation:
    """An installation with the cast, ``people`` of the cohort and the models; the environment points at it."""
    with database.calls(NIGHT).transaction() as session:
        cast = make_cast(session)
        for number in range(1, people + 1):
            _store(session, cast, number)
    settings = Settings(home=home)
    for signal, trained in learned().trained.items():
        registry.save(settings.models_folder, signal, trained.manifest, trained.files, key=database.keys.audit)
    use_environment(patch, home=home, url=database.url, keys=database.keys)
    return Installation(settings, database.keys, database.engine)


def _store(session: Session, cast: Cast, number: int) -> None:
    patient = Patient(
        key=FIRST_KEY + number, service_id=cast.service.id, team_id=cast.team.id, programme_id=cast.programme.id,
        given_name="Person", family_name=str(number), birth_date=cast.patient.birth_date, sex="female", pronoun="she",
        time_zone=cast.service.time_zone, locale="es", enrolled_on=START, simulated=True,
    )  # fmt: skip
    session.add(patient)
    session.flush()
    store_streams(session, cast, patient, number)


def scores_of(database: Database) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Everything that a night said: by patient and signal the answer and its factors, to nine decimals."""
    with database.calls(NIGHT).transaction() as session:
        parts: dict[object, list[tuple[object, ...]]] = {}
        for part in session.exec(select(SignalContribution).order_by(col(SignalContribution.feature))):
            parts.setdefault(part.score_id, []).append((part.feature, part.value, round(part.contribution, 9)))
        rows = session.exec(select(SignalScore)).all()
        found = {(row.patient_id, row.signal, row.as_of): (_said(row), parts.get(row.id, [])) for row in rows}
        assert len(found) == len(rows)
        assert not parts.keys() - {row.id for row in rows}
    return found


def _said(row: SignalScore) -> tuple[object, ...]:
    numbers = (row.estimate, row.lower, row.upper, row.usual, row.margin)
    return (row.model_version, row.abstained, row.reasons, row.coverage, row.course,
            [None if number is None else round(number, 9) for number in numbers])  # fmt: skip

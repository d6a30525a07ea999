"""How reads grow with the service: the same patients in a small database and in one a hundred times as large, the
reads taking turns, so that what is compared differs in size alone. SQLite."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from bench.figures import Figure, interleaved, ratio
from bench.grow import grow
from bench.people import therapist_of
from core.access.actor import Actor
from core.access.reach import reachable
from core.calls import Calls
from core.queries.case_review import case_review
from core.queries.observations import days_of, span_of
from core.queries.today import today
from core.settings import Settings
from core.start import open_installation
from models import CareKind, CareRelationship, Patient
from tests.factories.installation import command

ASKED, DAYS = 8, 90
LARGE, PEOPLE, CASELOAD = 20_000_000, 10_000, 60


def measure(folder: Path) -> list[Figure]:
    """Both screens of a therapist at two sizes, and the stream reads beside hand-written ones."""
    return [*_case_review(folder / "streams"), _today(folder / "people")]


def _case_review(folder: Path) -> list[Figure]:
    small = _seeded(folder / "small", patients=43, days=365)
    large = _grown(small, folder / "large", copies=LARGE // _observations(small))
    with open_installation(small) as few, open_installation(large) as many:
        by = therapist_of(few)
        patients = _in_care(few.calls(), by)
        quick, slow = interleaved(_reviews(few.calls(), by, patients), _reviews(many.calls(), by, patients))
        ours, plain = interleaved(_streams(many.calls(), patients), _select(large, patients))
    size = f"{_observations(large) / 1e6:.0f} M observations / at {_observations(small) / 1e3:.0f} k"
    return [
        ratio(f"case-review query at {size}", slow / quick, 1.3),
        ratio("case-review reads / one clustered SELECT of the same rows", ours / plain, 2),
    ]


def _today(folder: Path) -> Figure:
    """Today with 60 on the caseload, in a service of 120 and of 10,000."""
    small = _seeded(folder / "small", patients=120, days=180)
    with open_installation(small) as few:
        by = therapist_of(few)
        _fill_caseload(few.calls(), by)
    large = _grown(small, folder / "large", copies=PEOPLE // 120)
    with open_installation(small) as few, open_installation(large) as many:
        quick, slow = interleaved(
            lambda: few.calls().run(today, by=by), lambda: many.calls().run(today, by=by), rounds=15
        )
    return ratio("Today at 10,000 patients of the service, 60 on the caseload / at 120", slow / quick, 1.3)


def _fill_caseload(calls: Calls, by: Actor) -> None:
    """Give the therapist patients of colleagues until there are 60."""
    if by.staff_id is None:
        raise RuntimeError("the therapist is not staff")
    with calls.transaction() as session:
        began = calls.clock().date() - timedelta(days=1)
        own = set(session.exec(select(CareRelationship.patient_id).where(CareRelationship.staff_id == by.staff_id)))
        others = [one for one in session.exec(select(Patient.id).order_by(col(Patient.key))) if one not in own]
        session.add_all(
            CareRelationship(patient_id=one, staff_id=by.staff_id, kind=CareKind.CO_THERAPIST, starts_on=began)
            for one in others[: CASELOAD - len(own)]
        )


def _seeded(home: Path, *, patients: int, days: int) -> Settings:
    command(home, "seed", "--patients", str(patients), "--days", str(days))
    return Settings(home=home)


def _grown(small: Settings, home: Path, *, copies: int) -> Settings:
    """The same installation, its keys too, with everyone in it ``copies`` more times."""
    shutil.copytree(small.home, home)
    grow(home / "vincle.db", copies=copies, observations=LARGE)
    return Settings(home=home)


def _observations(settings: Settings) -> int:
    connection = sqlite3.connect(f"file:{settings.home / 'vincle.db'}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM observation").fetchone()[0])
    finally:
        connection.close()


def _in_care(calls: Calls, by: Actor) -> Sequence[Patient]:
    with calls.transaction() as session:
        within = col(Patient.id).in_(reachable(by, now=calls.clock()))
        return session.exec(select(Patient).where(within).order_by(col(Patient.key)).limit(ASKED)).all()


def _reviews(calls: Calls, by: Actor, patients: Sequence[Patient]) -> Callable[[], None]:
    def read() -> None:
        for patient in patients:
            calls.run(case_review, by=by, patient_id=patient.id, days=DAYS)

    return read


def _streams(calls: Calls, patients: Sequence[Patient]) -> Callable[[], None]:
    """What the case review reads of the streams, for each patient: the span and every day of the roll-up."""

    def read() -> None:
        with calls.transaction() as session:
            for patient in patients:
                first, last = span_of(session, patient=patient) or (0, 0)
                days_of(session, patient=patient, first=first, last=last)

    return read


def _select(settings: Settings, patients: Sequence[Patient]) -> Callable[[], None]:
    """The same rows by hand: one SELECT along the clustered key, fetched and left as it comes."""
    connection = sqlite3.connect(settings.home / "vincle.db")
    connection.execute("PRAGMA mmap_size=268435456")

    def read() -> None:
        for patient in patients:
            connection.execute(
                "SELECT day, measure_id, n, total, low, high FROM observation_day WHERE patient_key = ? "
                "ORDER BY day, measure_id",
                (patient.key,),
            ).fetchall()

    return read

"""How reads grow with the service: the same patients in a small database and in one a hundred times as large, the
reads taking turns, so that what is compared differs in size alone. SQLite."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
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
from core.settings import Settings
from core.start import open_installation
from models import Patient
from tests.factories.installation import command

ASKED, DAYS = 8, 90
SMALL, LARGE = 200_000, 20_000_000


def measure(folder: Path) -> list[Figure]:
    """Case review at two sizes, and its stream reads beside a hand-written one."""
    small, large = _two_sizes(folder, patients=24, days=365, observations=LARGE)
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


def _two_sizes(folder: Path, *, patients: int, days: int, observations: int) -> tuple[Settings, Settings]:
    """Two installations with the same keys: one as seeded, one grown to ``observations``."""
    small, large = folder / "small", folder / "large"
    command(small, "seed", "--patients", str(patients), "--days", str(days))
    shutil.copytree(small, large)
    settings = Settings(home=small), Settings(home=large)
    grow(large / "vincle.db", copies=max(1, observations // max(1, _observations(settings[0]))))
    return settings


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
                "SELECT day, measure_id, n, total, total_squares, low, high FROM observation_day WHERE patient_key = ? "
                "ORDER BY day, measure_id",
                (patient.key,),
            ).fetchall()

    return read

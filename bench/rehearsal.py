"""What a rehearsal costs: one rule over a year of a service of 120, and of 10,000 with its progress. SQLite."""

import shutil
import statistics
import time
from pathlib import Path

from sqlmodel import select

from bench.figures import ROUNDS, Figure
from bench.grow import grow
from core.access.actor import Actor
from core.rehearsal.rehearse import rehearse
from core.settings import Settings
from core.start import Installation, open_installation
from models import Role, Staff, User
from tests.factories.installation import command

SMALL, DAYS, PEOPLE = 120, 365, 10_000
TRIED = ("ewma_change", {"width": 3.0}), ("alliance_fall", {"own_sd": 2.0}), ("no_entries", {"task_hours": 96.0})


def measure(folder: Path) -> list[Figure]:
    """The slowest of three rules (days, ratings, silence), each the median of its rounds."""
    command(folder / "small", "seed", "--patients", str(SMALL), "--days", str(DAYS))
    with open_installation(Settings(home=folder / "small")) as opened:
        slowest = max(_median(opened, rule, tried) for rule, tried in TRIED)
    return [Figure(f"rehearsal of one rule, {SMALL} patients × 1 year", round(slowest, 3), 3.0, "lower", "s")]


def measure_large(folder: Path) -> list[Figure]:
    """The same over ten thousand, once for each rule."""
    command(folder / "small", "seed", "--patients", str(SMALL), "--days", str(DAYS))
    home = folder / "large"
    shutil.copytree(folder / "small", home)
    grow(home / "vincle.db", copies=PEOPLE // SMALL, observations=0)
    with open_installation(Settings(home=home)) as opened:
        slowest = max(_once(opened, rule, tried) for rule, tried in TRIED)
    return [Figure(f"rehearsal of one rule, {PEOPLE:,} patients × 1 year", round(slowest, 1), 60.0, "lower", "s")]


def _median(opened: Installation, rule: str, tried: dict[str, float]) -> float:
    return statistics.median(_once(opened, rule, tried) for _round in range(ROUNDS))


def _once(opened: Installation, rule: str, tried: dict[str, float]) -> float:
    by, shown = head_of_team(opened), list[int]()
    began = time.perf_counter()
    rehearse(opened.calls(), by=by, rule=rule, thresholds=tried, progress=lambda done, _all: shown.append(done))
    if not shown:
        raise RuntimeError("a rehearsal of nobody measures nothing")
    return time.perf_counter() - began


def head_of_team(opened: Installation) -> Actor:
    """A team lead of the demonstration."""
    with opened.calls().transaction() as session:
        user, staff = session.execute(
            select(User, Staff).join(Staff, Staff.user_id == User.id).where(User.role == Role.TEAM_LEAD)  # type: ignore[arg-type]
        ).first() or (None, None)
    if user is None or staff is None:
        raise RuntimeError("the demonstration has no team lead")
    return Actor(user.id, user.service_id, user.role, user.name, staff_id=staff.id, team_id=staff.team_id)

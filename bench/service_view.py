"""The director's view over a large service: what a page costs from the figures kept at night, in a process that just
started and in one that runs; and the night's work itself. SQLite."""

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from bench.figures import ROUNDS, Figure, interleaved
from bench.grow import grow
from core.access.actor import Actor
from core.actions.service_figures import make_figures
from core.queries.model_cards import model_cards
from core.queries.service_figures import service_figures
from core.settings import Settings
from core.start import Installation, open_installation
from models import Role, Service, User
from tests.factories.installation import command

ROOT = Path(__file__).parents[1]
SMALL, DAYS, PEOPLE = 120, 365, 10_000
COLD = "import sys; from bench.service_view import look_once; look_once(sys.argv[1])"


def measure(folder: Path) -> list[Figure]:
    """A service of 10,000 over a year: the view warm and cold, and how long the figures of a night take."""
    command(folder / "small", "seed", "--patients", str(SMALL), "--days", str(DAYS))
    home = folder / "large"
    shutil.copytree(folder / "small", home)
    grow(home / "vincle.db", copies=PEOPLE // SMALL, observations=0)
    with open_installation(Settings(home=home)) as opened:
        night = _night(opened)
        by = director_of(opened)
        (warm,) = interleaved(lambda: _look(opened, by))
    cold = sorted(_cold(home) for _round in range(ROUNDS - 2))[(ROUNDS - 2) // 2]
    size = f"{PEOPLE:,} patients × 1 year"
    return [
        Figure(f"director's view at {size}, warm", round(warm, 4), 1.0, "lower", "s"),
        Figure(f"director's view at {size}, cold (a new process, imports included)", round(cold, 3), 4, "lower", "s"),
        Figure(f"the night's figures at {size} (no goal in the issue; ours)", round(night, 1), 300, "lower", "s"),
    ]


def director_of(opened: Installation) -> Actor:
    """The director of the demonstration."""
    with opened.calls().transaction() as session:
        user = session.exec(select(User).where(User.role == Role.DIRECTOR)).first()
    if user is None:
        raise RuntimeError("the demonstration has no director")
    return Actor(user_id=user.id, service_id=user.service_id, role=user.role, name=user.name)


def look_once(home: str) -> None:
    """One look in a process of its own; prints the seconds from opening the installation to the drawn figures."""
    began = time.perf_counter()
    with open_installation(Settings(home=Path(home))) as opened:
        _look(opened, director_of(opened))
    sys.stdout.write(json.dumps(time.perf_counter() - began))


def _look(opened: Installation, by: Actor) -> None:
    """What the page asks for and draws: figures of the whole and of a programme, the models' cards, every chart."""
    from dashboard.charts import service as charts
    from dashboard.charts.palette import LIGHT
    from dashboard.wording import service as words

    view = opened.calls().run(service_figures, by=by)
    opened.calls().run(service_figures, by=by, programme_id=view.programmes[0].id)
    opened.calls().run(model_cards, by=by)
    words.headline(view)
    charts.funnel_figure(view, LIGHT)
    charts.weeks_figure(view["answered_by_week"], LIGHT, reference=None)
    for figure in view.figures.values():
        if figure.points:
            charts.trend_figure([figure], LIGHT).to_dict()


def _night(opened: Installation) -> float:
    began = time.perf_counter()
    with opened.calls().transaction() as session:
        make_figures(session, service_id=session.exec(select(Service.id)).one(), now=datetime.now(UTC))
    return time.perf_counter() - began


def _cold(home: Path) -> float:
    """Wall time of a new interpreter from its start to the figures."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", COLD, str(home)], cwd=ROOT, check=True, capture_output=True,
        env=os.environ | {"VINCLE_HOME": str(home)},
    )  # fmt: skip
    return time.perf_counter() - began

"""The night on a real Dask cluster of two processes: the same scores as in this process; a worker killed in the middle
loses nothing and doubles nothing."""

import multiprocessing
import os
import signal
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster
from sqlmodel import col, func, select

from core.errors import NotPossible, SettingsError
from core.signals import cluster, night
from core.signals.run import Engine, score_all
from core.start import Installation
from models import ScoringRun, ScoringShard, Signal, SignalContribution, SignalScore
from tests.conftest import Database
from tests.factories.night import NIGHT, make_night, scores_of

PEOPLE, SIZE, PARTS = 16, 2, 8


@pytest.fixture
def installation(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(night, "SHARD", SIZE)
    return make_night(database, tmp_path / "home", monkeypatch, PEOPLE)


def test_two_workers_one_of_them_killed_in_the_middle_say_what_one_process_says(
    database: Database, installation: Installation
) -> None:
    killed: list[int] = []

    def kill_one(done: int, _all: int) -> None:
        if done and not killed:
            victim = multiprocessing.active_children()[0]  # a worker of this test's own cluster
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)

    summary = score_all(installation, NIGHT, progress=kill_one, engine=Engine(workers=2))
    assert killed
    assert (summary.parts, summary.done_before, summary.patients) == (PARTS, 0, PEOPLE)
    assert summary.written == summary.scores == PEOPLE * len(Signal)
    by_cluster = scores_of(database)
    assert len(by_cluster) == PEOPLE * len(Signal)
    with database.calls(NIGHT).transaction() as session:
        assert session.exec(select(func.count()).select_from(ScoringShard)).one() == 0
        assert session.exec(select(func.count()).where(col(ScoringRun.finished_at).is_not(None))).one() == 1
        for table in (SignalContribution, SignalScore):
            session.connection().execute(table.__table__.delete())
    assert score_all(installation, NIGHT).written == summary.written
    assert scores_of(database) == by_cluster


def test_workers_have_one_thread_for_each_library_and_speak_tls() -> None:
    with cluster.local_cluster(1) as client:
        seen = client.run(threads_here)
        assert client.scheduler.address.startswith("tls://127.0.0.1:")
    assert list(seen.values()) == [(1, {"1"})]


def threads_here() -> tuple[int, set[str | None]]:
    import polars as pl

    from core.signals.cluster import PINNED

    return pl.thread_pool_size(), {os.environ.get(name) for name in PINNED}


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "http://127.0.0.1:8786", "somewhere"])
def test_a_scheduler_elsewhere_is_spoken_to_by_tls_only(address: str) -> None:
    with pytest.raises(SettingsError, match="tls://"), cluster.cluster_at(address):
        pass


def test_a_scheduler_without_workers_is_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FIRST_WORKER", 0.2)
    quiet = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with (
        dask.config.set({"distributed.scheduler.http.routes": []}),
        LocalCluster(n_workers=0, host="127.0.0.1", **quiet) as alone,
        pytest.raises(SettingsError, match="No worker has joined"),
        cluster.cluster_at(alone.scheduler_address),
    ):
        pass


def test_a_worker_that_cannot_open_its_installation_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINCLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VINCLE_MASTER_KEY", "no key at all")
    with cluster.local_cluster(1) as client, pytest.raises(NotPossible, match="could not open its installation"):
        list(cluster.done_by_cluster(client, [], NIGHT))

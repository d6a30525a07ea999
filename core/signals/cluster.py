"""The night on a Dask cluster: the parts are done by workers, in any order, by the same function. A worker that dies
has written its part wholly or not at all; the scheduler gives the part to another one.

A task carries numbers of patients and names of models. Keys, the database's address and the models themselves each
worker takes from its own environment. Between processes of this machine the cluster makes its own certificates; a
scheduler elsewhere is spoken to by TLS only, because whoever reaches a worker can make it run anything.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster, WorkerPlugin, as_completed, get_worker
from distributed.scheduler import KilledWorker

from core.errors import NotPossible, SettingsError
from core.language import _
from core.signals.night import Done, Task
from core.signals.place import Place, do, open_place
from core.start import load_settings, open_unprepared

# One thread for each worker, whatever library it is that would start more.
PINNED = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "ARROW_IO_THREADS"), "1"
)
PLUGIN = "vincle"
FIRST_WORKER = 30.0  # seconds in which the first worker of a scheduler has to be there
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Workplace(WorkerPlugin):
    """Opens the installation of the worker's environment when the worker starts, and closes it when it leaves."""

    name = PLUGIN

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.place: Place | None = None

    def setup(self, worker: Any) -> None:
        """See ``WorkerPlugin``."""
        self.place = open_place(open_unprepared(load_settings()), self.now)

    def teardown(self, worker: Any) -> None:
        """See ``WorkerPlugin``."""
        if self.place is not None:
            self.place.installation.engine.dispose()


def do_there(task: Task) -> Done:
    """One part, on the worker that was given it."""
    plugin: Any = get_worker().plugins[PLUGIN]
    if plugin.place is None:
        raise NotPossible(_("This worker has no installation."))
    return do(plugin.place, task)


def done_by_cluster(client: Client, tasks: Sequence[Task], now: datetime) -> Iterator[tuple[Task, Done]]:
    """Each part and what came of it, as they are finished.

    Raises ``NotPossible`` where a worker cannot open its installation, or a part went down with several workers; what
    was done before that is kept.
    """
    try:
        client.register_plugin(Workplace(now), name=PLUGIN)
    except Exception as error:  # whatever stops a worker comes as a plain Exception with its text
        told = _(
            "A worker could not open its installation ({why}). It needs this program, the models and keys of here and "
            "the database's address, from its own folder and environment."
        )
        raise NotPossible(told.format(why=error)) from error
    asked = {client.submit(do_there, task, key=f"{task.run_id}-{task.number}", pure=False): task for task in tasks}
    for future in as_completed(list(asked)):
        try:
            yield asked[future], future.result()
        except KilledWorker as error:
            client.cancel(list(asked))
            raise NotPossible(
                _("Several workers died on the same part; look at their memory, then start again.")
            ) from error
        finally:
            future.release()


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """A cluster of processes on this machine, one thread each, that only this process can talk to."""
    logging.getLogger("distributed").setLevel(logging.ERROR)
    own = {"distributed.nanny.pre-spawn-environ": PINNED, "distributed.scheduler.http.routes": []}
    with (
        dask.config.set(own),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            memory_limit=0, security=True, silence_logs=logging.ERROR, scheduler_kwargs={"dashboard": False},
        ) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        yield client


@contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """A scheduler that runs already. Certificates are those of Dask's own configuration (``distributed.comm.tls``).

    Raises ``SettingsError`` where the address is neither TLS nor this machine's own, nobody answers there, or nobody
    has come there to work.
    """
    parts = urlsplit(address)
    if parts.scheme != "tls" and not (parts.scheme == "tcp" and parts.hostname in _LOOPBACK):
        raise SettingsError(_("The scheduler's address must be tls://host:port (tcp:// only on this machine)."))
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise SettingsError(_("No Dask scheduler answers at {address}.").format(address=address)) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER)
        except TimeoutError as error:
            raise SettingsError(
                _("No worker has joined the scheduler at {address}.").format(address=address)
            ) from error
        yield client

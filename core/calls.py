"""One service call, one transaction. ``Calls`` runs a query or an action with the keys and the clock it needs;
a refused access is undone and then logged on its own."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core.access.actor import Actor
from core.audit import log
from core.clock import Clock, system_clock
from core.db import named, transaction
from core.errors import AccessRefused, NotFound
from core.keys import Keys
from core.vault import Vault

R = TypeVar("R")
logger = logging.getLogger(__name__)


class Calls:
    """Runs service calls against one database. A call is ``f(session, *, by, now, …)``."""

    def __init__(self, engine: Engine, keys: Keys, clock: Clock = system_clock) -> None:
        self.engine, self.keys, self.clock = engine, keys, clock

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction whose session carries the audit key and a vault."""
        with transaction(self.engine) as session:
            session.info["audit_key"] = self.keys.audit
            session.info["vault"] = Vault(self.keys.master)
            yield session

    def run(self, call: Callable[Concatenate[Session, ...], R], /, *, by: Actor, **arguments: Any) -> R:
        """Run ``call`` for ``by`` at the present moment; what it raises has left nothing written."""
        try:
            with self.transaction() as session:
                return call(session, by=by, now=self.clock(), **arguments)
        except (AccessRefused, NotFound) as refusal:
            self._log_refusal(call.__qualname__, by, refusal, arguments.get("patient_id"))
            raise

    def leaf_through(self, look: Callable[Concatenate[Connection, ...], R], /, **arguments: Any) -> R:
        """What a long read of several statements finds (``look(connection, …)``): a transaction that never waits for a
        writer and that no writer waits for. The caller checked and logged what is read."""
        try:
            with self.engine.connect().execution_options(vincle_read_only=True) as connection:
                return look(connection, **arguments)
        except DBAPIError as error:
            raise named(error) from error

    def _log_refusal(self, name: str, by: Actor, refusal: Exception, patient: object) -> None:
        with self.transaction() as session:
            log.record(
                session,
                at=self.clock(),
                action="refused",
                actor_id=by.user_id,
                patient_id=patient if isinstance(patient, uuid.UUID) else None,
                target=name,
                detail={"why": type(refusal).__name__},
            )

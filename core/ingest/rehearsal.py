"""Doing something for real and then undoing it: a dry run reads, checks and counts exactly what the real run would."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session


@contextmanager
def rehearsal(session: Session) -> Iterator[None]:
    """Whatever is written within is undone at its end, and what the caller's transaction did before stays."""
    trial = session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()

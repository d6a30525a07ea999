"""Of notes of the family: whether each agrees with the patient's own entries of those days. A part of other queries:
the caller checked reach."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlmodel import Session

from core.clock import EPOCH
from core.measures import by_id
from core.queries.observations import days_of
from core.queries.streams import Series, series_of
from core.rules.family_agreement import Agreement, Verdict, agreement_of, said_of
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import Domain, Patient

NEWEST = 40  # (d) notes that are compared; older ones stand on the time line without it
_AFFECT = [measure.id for measure in by_id().values() if measure.domain is Domain.NEGATIVE_AFFECT]


class Noted(Protocol):
    """What is known of a note."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def about_day(self) -> date: ...
    @property
    def days(self) -> int: ...
    @property
    def how(self) -> str | None: ...
    @property
    def noticed(self) -> Mapping[str, str]: ...


def agreements(session: Session, *, patient: Patient, notes: Sequence[Noted]) -> dict[uuid.UUID, Agreement]:
    """The agreement of the newest of ``notes`` by their id; those in which nothing was said of the days have none."""
    newest = sorted(notes, key=lambda note: note.about_day)[-NEWEST:]
    said = {note.id: of for note in newest if (of := said_of(note.how, note.noticed)) is not None}
    if not said:
        return {}
    first, last = ((day.about_day - EPOCH).days for day in (newest[0], newest[-1]))
    first -= REVIEW_DAYS + WINDOW_DAYS
    days = days_of(session, patient=patient, first=first, last=last, measures=_AFFECT)
    series = series_of(days, Domain.NEGATIVE_AFFECT, last=last)
    return {note.id: _agreement(note, said[note.id], series) for note in newest if note.id in said}


def _agreement(note: Noted, said: str, series: Series | None) -> Agreement:
    last = (note.about_day - EPOCH).days
    if series is None:
        return Agreement(Verdict.NO_ENTRIES, said, None, 0, note.days)
    span = series.high - series.low
    return agreement_of(series.day, series.value, said=said, last=last, days=note.days, span=span)

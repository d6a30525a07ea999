"""Reads of the narrow tables for a patient who was already reached: one range scan of the clustered key each, past
the ORM into numpy columns, so that the cost follows the rows that are shown and not the size of the table.

The caller (``core.queries.case_review``, the features of the signals) checked reach and wrote the audit entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from core.ingest.columns import NEVER, Real, Whole
from core.measures import PROMPTS_ANSWERED
from core.queries.prepared import ask
from models import Patient


@dataclass(frozen=True, slots=True)
class ValuesView:
    """Raw values in order of time; equally long columns, ``at`` in seconds since 1970-01-01 UTC."""

    at: Whole
    measure_id: Whole
    value: Real

    def of(self, measure_id: int) -> tuple[Whole, Real]:
        """Times and values of one measure."""
        rows = self.measure_id == measure_id
        return self.at[rows], self.value[rows]


@dataclass(frozen=True, slots=True)
class DaysView:
    """Daily roll-ups in order of day and measure; ``day`` in days since 1970-01-01 on the patient's calendar.

    Days without a value have no row: they are gaps, never zeros.
    """

    day: Whole
    measure_id: Whole
    n: Whole
    total: Real
    low: Real
    high: Real

    @property
    def mean(self) -> Real:
        """Mean of each day (for ``prompts_answered``: the share of prompts that were answered)."""
        return np.asarray(self.total / np.maximum(self.n, 1), np.float64)

    def of(self, measure_id: int) -> "DaysView":
        """The days of one measure."""
        rows = self.measure_id == measure_id
        return DaysView(
            self.day[rows], self.measure_id[rows], self.n[rows], self.total[rows], self.low[rows], self.high[rows]
        )


@dataclass(frozen=True, slots=True)
class PromptsView:
    """Prompts in order of time; ``answered_at`` is ``NEVER`` (-1) where there is no answer. Seconds since 1970 UTC."""

    sent_at: Whole
    expires_at: Whole
    answered_at: Whole
    kind: tuple[str, ...]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which were answered, in time or late."""
        return np.asarray(self.answered_at != NEVER, np.bool_)


def values_of(
    session: Session, *, patient: Patient, since: int, until: int, measures: Iterable[int] | None = None
) -> ValuesView:
    """Raw values with ``since <= at < until`` (seconds since 1970-01-01 UTC), all measures or the named ones."""
    at, measure, value = _columns(
        session,
        f"SELECT at, measure_id, value FROM observation WHERE patient_key = ? AND at >= ? AND at < ?"
        f"{_among(measures)} ORDER BY at, measure_id, source_id",
        (patient.key, since, until),
        3,
    )
    return ValuesView(_whole(at), _whole(measure), _real(value))


def days_of(
    session: Session, *, patient: Patient, first: int, last: int, measures: Iterable[int] | None = None
) -> DaysView:
    """Roll-ups with ``first <= day <= last`` (days since 1970-01-01), all measures or the named ones."""
    day, measure, n, total, low, high = _columns(
        session,
        "SELECT day, measure_id, n, total, low, high FROM observation_day "
        f"WHERE patient_key = ? AND day >= ? AND day <= ?{_among(measures)} ORDER BY day, measure_id",
        (patient.key, first, last),
        6,
    )
    return DaysView(_whole(day), _whole(measure), _whole(n), _real(total), _real(low), _real(high))


def prompts_of(session: Session, *, patient: Patient, since: int, until: int) -> PromptsView:
    """Prompts sent with ``since <= sent_at < until``, the unanswered ones too: silence is data."""
    sent, expires, answered, kind = _columns(
        session,
        f"SELECT sent_at, expires_at, coalesce(answered_at, {NEVER}), kind FROM prompt "
        "WHERE patient_key = ? AND sent_at >= ? AND sent_at < ? ORDER BY sent_at, kind",
        (patient.key, since, until),
        4,
    )
    return PromptsView(_whole(sent), _whole(expires), _whole(answered), tuple(kind))


def span_of(session: Session, *, patient: Patient) -> tuple[int, int] | None:
    """First and last day with any value or prompt (days since 1970-01-01), or ``None``; two looks at the key's ends."""
    found = []
    for way in ("ASC", "DESC"):
        (day,) = _columns(
            session,
            f"SELECT day FROM observation_day WHERE patient_key = ? ORDER BY day {way} LIMIT 1",
            (patient.key,),
            1,
        )
        found += day
    return (int(found[0]), int(found[1])) if found else None


def newest_days(session: Session, *, patient_keys: Sequence[int], since: int) -> dict[int, dict[int, int]]:
    """For each patient key the newest day of each measure with an entry, looking back to day ``since``: freshness.

    A day on which prompts went out and none was answered is not an entry.
    """
    if not patient_keys:
        return {}
    keys = ", ".join(str(int(key)) for key in patient_keys)
    patient, measure, day = _columns(
        session,
        f"SELECT patient_key, measure_id, max(day) FROM observation_day WHERE patient_key IN ({keys}) AND day >= ? "
        f"AND (measure_id <> {PROMPTS_ANSWERED} OR total > 0) GROUP BY patient_key, measure_id",
        (since,),
        3,
    )
    newest: dict[int, dict[int, int]] = {}
    for key, code, last in zip(patient, measure, day, strict=True):
        newest.setdefault(key, {})[code] = last
    return newest


def _among(measures: Iterable[int] | None) -> str:
    if measures is None:
        return ""
    numbers = ", ".join(str(int(number)) for number in measures)
    return f" AND measure_id IN ({numbers or 'NULL'})"


def _columns(session: Session, statement: str, values: tuple[int, ...], width: int) -> list[list[Any]]:
    """The columns of a result, fetched by the driver itself: a row object for each would cost as much again."""
    connection = session.connection()
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    told, _kinds = ask(connection, statement, values)
    columns = [list(column) for column in zip(*told, strict=True)]
    return columns or [[] for _ in range(width)]


def _whole(column: list[Any]) -> Whole:
    return np.asarray(column, np.int64)


def _real(column: list[Any]) -> Real:
    return np.asarray(column, np.float64)

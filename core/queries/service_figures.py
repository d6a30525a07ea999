"""The director's view: the service's figures for a programme, a team and a period. It reads a row that was worked out
at night, in which small groups are left out already; there is nobody in it, neither patients nor therapists."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.service_figures import key_of
from core.audit import log
from core.errors import InvalidInput, NotFound
from core.figures.catalogue import FIGURES, PERIODS, YEAR, Figure, Kind
from core.figures.estimates import Estimate, Limits, Sums, estimate, limits, together
from core.language import _
from models import Programme, Release, Service, ServiceFigures, Team


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a trend: the last day of its stretch, and the value over it."""

    day: date
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure. ``value`` is over the period, ``before`` over the period before it (``None`` where not known);
    ``points`` are gathered over ``weeks`` each, oldest first, with their usual range ``limits``; ``parts`` are its
    categories over the period. ``needs`` is the shortest period (weeks) for which there is a value; ``None`` where
    there are too few people for any."""

    code: str
    kind: Kind
    upwards: int
    value: Estimate | None
    before: Estimate | None
    points: tuple[Point, ...]
    limits: Limits | None
    weeks: int
    parts: Mapping[str, Estimate]
    needs: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A programme, or a team within one, that can be chosen."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something new in everybody's hands since ``day`` (``core.queries.releases``)."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """Everything on the page. ``last_day`` ends the newest week; ``teams`` are those of the chosen programme.
    ``made_at`` is ``None`` (and there are no figures) before the first night."""

    service: str
    time_zone: str
    simulated: bool
    made_at: datetime | None
    last_day: date | None
    weeks: int
    programme: Choice | None
    team: Choice | None
    programmes: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    releases: tuple[Mark, ...]
    figures: Mapping[str, FigureView]

    def __getitem__(self, code: str) -> FigureView:
        """The figure of that code."""
        return self.figures[code]


def service_figures(
    session: Session, *, by: Actor, now: datetime, weeks: int = YEAR, programme_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> ServiceView:  # fmt: skip
    """The figures of the reader's service over the last ``weeks`` (13, 26 or 52).

    Raises ``AccessRefused``; ``InvalidInput`` for another period; ``NotFound`` for a programme or team that is not
    there, is another service's, or of which nothing may be shown (all three read the same).
    """
    check(by, Permission.READ_SERVICE_FIGURES)
    if weeks not in PERIODS:
        raise InvalidInput(_("Choose 3, 6 or 12 months."))
    service = session.get_one(Service, by.service_id)
    kept = _kept(session, by.service_id)
    chosen = [one for one in (programme_id, team_id if programme_id else None) if one is not None]
    row = kept.get(key_of(*chosen))
    if row is None and (kept or chosen or team_id):
        raise NotFound(_("There is no such group, or too few people in it to be shown."))
    document = _document(session, by.service_id, key_of(*chosen)) if row else {}
    log.record(
        session, at=now, action="read_service_figures", actor_id=by.user_id, target=by.service_id,
        detail={"weeks": weeks, "group": key_of(*chosen)},
    )  # fmt: skip
    programmes = _names(session, Programme, {one[0] for one in kept.values() if one[0]})
    teams = _names(session, Team, {one[1] for one in kept.values() if one[1] and one[0] == programme_id})
    return ServiceView(
        service=service.name, time_zone=service.time_zone, simulated=service.simulated,
        made_at=row[3] if row else None, last_day=row[2] if row else None, weeks=weeks,
        programme=next((one for one in programmes if one.id == programme_id), None),
        team=next((one for one in teams if one.id == team_id), None), programmes=programmes, teams=teams,
        releases=_releases(session, service.id, (row[2] if row else now.date()) - timedelta(weeks=weeks)),
        figures={code: _view(figure, document.get(code), weeks, row[2] if row else now.date())
                 for code, figure in FIGURES.items()},
    )  # fmt: skip


def export_figures(
    session: Session, *, by: Actor, now: datetime, weeks: int = YEAR, programme_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> ServiceView:  # fmt: skip
    """The same figures on their way out of the house (as XLSX or PDF), with an entry of its own in the log."""
    view = service_figures(session, by=by, now=now, weeks=weeks, programme_id=programme_id, team_id=team_id)
    log.record(
        session, at=now, action="service_figures_exported", actor_id=by.user_id, target=by.service_id,
        detail={"weeks": weeks},
    )  # fmt: skip
    return view


Kept = tuple[uuid.UUID | None, uuid.UUID | None, date, datetime]


def _kept(session: Session, service_id: uuid.UUID) -> dict[str, Kept]:
    f = ServiceFigures
    columns: Any = select(f.group_key, f.programme_id, f.team_id, f.last_day, f.made_at)  # type: ignore[call-overload]
    rows = session.execute(columns.where(col(f.service_id) == service_id)).all()
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _document(session: Session, service_id: uuid.UUID, key: str) -> dict[str, Any]:
    row = session.get_one(ServiceFigures, (service_id, key))
    return row.figures


def _names(session: Session, table: type[Programme] | type[Team], ids: set[uuid.UUID]) -> tuple[Choice, ...]:
    rows = session.execute(select(table.id, table.name).where(col(table.id).in_(ids)).order_by(col(table.name))).all()
    return tuple(Choice(row[0], row[1]) for row in rows)


def _releases(session: Session, service_id: uuid.UUID, since: date) -> tuple[Mark, ...]:
    r = Release
    wanted = select(r).where(col(r.service_id) == service_id, col(r.released_on) > since)
    return tuple(Mark(one.released_on, one.name) for one in session.exec(wanted.order_by(col(r.released_on))))


def _view(figure: Figure, kept: dict[str, Any] | None, weeks: int, last: date) -> FigureView:
    if kept is None:
        return FigureView(figure.code, figure.kind, figure.upwards, None, None, (), None, 0, {}, None)
    gathered = int(kept["weeks"])
    parts = {
        part: {int(p[0]): Sums(p[1], p[2], p[3], tuple(p[5])) for p in kept["parts"][part]} for part in kept["parts"]
    }
    whole = parts.get("", {})
    points = _points(figure.kind, whole, gathered, weeks, last)
    counts = [whole[number].n for number in sorted(whole, reverse=True) if number < weeks // gathered]
    over = {part: _over(figure.kind, sums, 0, weeks // gathered) for part, sums in sorted(parts.items())}
    return FigureView(
        code=figure.code, kind=figure.kind, upwards=figure.upwards,
        value=over.get("") if gathered <= weeks else None,
        before=_over(figure.kind, whole, weeks // gathered, 2 * weeks // gathered) if 2 * weeks <= YEAR else None,
        points=points, limits=limits(figure.kind, [point.value for point in points], counts), weeks=gathered,
        parts={part: one for part, one in over.items() if part and one is not None},
        needs=next((period for period in PERIODS if period >= gathered), None),
    )  # fmt: skip


def _over(kind: Kind, stretches: Mapping[int, Sums], first: int, until: int) -> Estimate | None:
    """The value over the stretches from ``first`` up to ``until`` (0 is the newest) that may be shown."""
    chosen = [sums for number, sums in stretches.items() if first <= number < until]
    return estimate(kind, together(chosen)) if chosen else None


def _points(kind: Kind, whole: Mapping[int, Sums], gathered: int, weeks: int, last: date) -> tuple[Point, ...]:
    found = []
    for number in sorted(whole, reverse=True):
        one = estimate(kind, whole[number])
        if one is not None and number < weeks // gathered:
            found.append(Point(last - timedelta(weeks=number * gathered), one.value, one.low, one.high))
    return tuple(found)

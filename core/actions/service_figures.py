"""Works out the service's figures for the weeks up to last Sunday and keeps them, so that the director's view reads a
row. Run every night and by ``python -m dashboard figures``: nobody's action, so nobody's permission."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import delete
from sqlmodel import Session, col, select

from core.audit import log
from core.clock import day_date
from core.figures.catalogue import OUTCOME_TO
from core.figures.contributions import Window, contributions_of
from core.figures.records import Records, records_of
from core.figures.release import documents
from core.ingest.columns import day_number_of
from models import Service, ServiceFigures


@dataclass(frozen=True, slots=True)
class Made:
    """What was worked out: groups that can be looked at, up to which day."""

    groups: int
    last_day: date


def make_figures(session: Session, *, service_id: uuid.UUID, now: datetime) -> Made:
    """Replace the figures of a service by those of the 52 weeks that ended last Sunday (on the service's calendar)."""
    service = session.get_one(Service, service_id)
    window = Window(last_sunday(service, now))
    first_needed = window.first - OUTCOME_TO
    records = records_of(session, service_id, first_day=first_needed, last_day=window.last)
    found = documents(contributions_of(records, window), _places(records), window)
    session.execute(delete(ServiceFigures).where(col(ServiceFigures.service_id) == service_id))
    last_day = day_date(window.last)
    for group, figures in found.items():
        place = [uuid.UUID(one) for one in group]
        session.add(
            ServiceFigures(
                service_id=service_id, group_key=key_of(*place), programme_id=place[0] if place else None,
                team_id=place[1] if len(place) > 1 else None, last_day=last_day, made_at=now, figures=figures,
            )
        )  # fmt: skip
    session.flush()
    log.record(
        session, at=now, action="service_figures_made", actor_id=None, target=service_id,
        detail={"groups": len(found), "last_day": last_day.isoformat()},
    )  # fmt: skip
    return Made(len(found), last_day)


def make_due_figures(session: Session, *, now: datetime) -> int:
    """The figures of every service that has none of last week yet; how many services that were."""
    made = 0
    for service in session.exec(select(Service)).all():
        kept = select(col(ServiceFigures.last_day)).where(col(ServiceFigures.service_id) == service.id)
        newest = session.exec(kept.limit(1)).first()
        if newest is None or newest < day_date(last_sunday(service, now)):
            make_figures(session, service_id=service.id, now=now)
            made += 1
    return made


def last_sunday(service: Service, now: datetime) -> int:
    """Day number of the last Sunday that is over."""
    today = now.astimezone(ZoneInfo(service.time_zone)).date()
    return day_number_of(today - timedelta(days=today.weekday() + 1))


def key_of(programme_id: uuid.UUID | None = None, team_id: uuid.UUID | None = None) -> str:
    """The key of a group in ``ServiceFigures``."""
    return "/".join(one.hex for one in (programme_id, team_id) if one is not None) or "all"


def _places(records: Records) -> pl.DataFrame:
    """Where each key belongs: people by their record, offers without one by the offer."""
    columns = ("key", "programme", "team")
    own = records.people.select(columns)
    return pl.concat([own, records.offers.filter(pl.col("key") < 0).select(columns)])

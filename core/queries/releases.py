"""Releases of what was made together, with what people said of the product before and after: usability, satisfaction,
recommendation, and how the treatment fits one's own idea of change. Of the whole service, nothing from fewer than
eight people."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.analysis.small_cells import safe
from core.figures.catalogue import Kind
from core.figures.estimates import Estimate, Sums, estimate
from core.ideas.makers import maker_of
from models import Idea, Patient, QuestionnaireResponse, Release, Service

WINDOW = timedelta(days=90)  # (d) before, and after
ASKED = {"sus": Kind.MEAN, "vas-app": Kind.MEAN, "nps": Kind.NPS, "watoci": Kind.MEAN}


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One instrument around a release; ``None`` where fewer than eight people answered."""

    instrument: str
    before: Estimate | None
    after: Estimate | None


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One release, the needs of the ideas that came with it, and what was said before and after."""

    id: uuid.UUID
    name: str
    released_on: date
    ideas: tuple[str, ...]
    measured: tuple[BeforeAfter, ...]


@dataclass(frozen=True, slots=True)
class ReleasesView:
    """All releases, newest first, the service's own date, and whether its people are simulated."""

    today: date
    simulated: bool
    releases: tuple[ReleaseView, ...]


def releases(session: Session, *, by: Actor, now: datetime) -> ReleasesView:
    """All releases of the service; raises ``AccessRefused`` for whoever takes no part."""
    maker_of(session, by)
    service = session.get_one(Service, by.service_id)
    zone = ZoneInfo(service.time_zone)
    wanted = select(Release).where(col(Release.service_id) == by.service_id).order_by(col(Release.released_on).desc())
    return ReleasesView(
        today=now.astimezone(zone).date(), simulated=service.simulated,
        releases=tuple(_view(session, release, zone, now) for release in session.exec(wanted)),
    )  # fmt: skip


def _view(session: Session, release: Release, zone: ZoneInfo, now: datetime) -> ReleaseView:
    at = datetime.combine(release.released_on, time(), zone)
    needs = session.exec(select(Idea.need).where(col(Idea.release_id) == release.id).order_by(col(Idea.made_at)))
    measured = [
        BeforeAfter(
            code,
            _said(session, release, code, at - WINDOW, at),
            _said(session, release, code, at, min(at + WINDOW, now)),
        )
        for code in ASKED
    ]
    return ReleaseView(release.id, release.name, release.released_on, tuple(needs), tuple(measured))


def _said(session: Session, release: Release, code: str, since: datetime, until: datetime) -> Estimate | None:
    """Each person's newest answer within the window."""
    q = QuestionnaireResponse
    wanted = (
        select(q.patient_id, q.total)
        .join(Patient, col(Patient.id) == col(q.patient_id))
        .where(col(Patient.service_id) == release.service_id, col(q.instrument) == code, col(q.total).is_not(None))
        .where(col(q.answered_at) >= since, col(q.answered_at) < until)
        .order_by(col(q.answered_at))
    )
    newest = dict(session.exec(wanted).all())
    return summed(code, [float(total) for total in newest.values() if total is not None])


def summed(code: str, totals: Iterable[float]) -> Estimate | None:
    """The mean of totals (of the NPS: promoters minus detractors in points), if enough people stand behind it."""
    listed = list(totals)
    if not safe((len(listed),)):
        return None
    if ASKED[code] is Kind.NPS:
        promoters, detractors = sum(total >= 9 for total in listed), sum(total <= 6 for total in listed)
        return estimate(Kind.NPS, Sums(len(listed), promoters - detractors, promoters + detractors))
    return estimate(Kind.MEAN, Sums(len(listed), sum(listed), sum(total * total for total in listed)))

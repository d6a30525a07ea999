"""What a patient wrote, over time, for themselves: their own streams with their own usual, their ratings of working
together, their questionnaires as answered, and who else sees each. Nothing here is computed about them: no estimate, no
alert, no cut-off. The log tells of it as the patient's own reading."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.check_ins.plan import asks_about_eating
from core.clock import day_number
from core.measures import by_id
from core.queries.alliance import RatingView, ratings_of
from core.queries.consents import MEALS, MOOD, SLEEP, RelativeView, relatives_of
from core.queries.observations import days_of, span_of
from core.queries.outcomes import OutcomeView, answered, by_instrument
from core.queries.streams import Series, Unit, all_series, runs_without
from core.queries.therapist import therapist_of
from core.queries.timeline import LEAST_DAYS, PANELS
from models import Domain, Patient, Side, Team

SHARED_AS: Mapping[str, str] = MappingProxyType({"affect": MOOD, "meals": MEALS, "sleep": SLEEP})
EATING = ("urges", "meals")  # asked only where the programme is about eating
_SHOWN = {domain for _code, domains in PANELS for domain in domains}
_MEASURES = [measure.id for measure in by_id().values() if measure.domain in _SHOWN]


@dataclass(frozen=True, slots=True)
class StreamView:
    """One stream within the range: ``series`` on the person's calendar, ``gaps`` as (first, last) day without a value
    (two days or more; for what is counted each one, so that nothing written is not taken for none), ``days_with`` of
    ``days`` days since the stream's first. ``shared_as``: the stream of family consent it belongs to."""

    code: str
    series: tuple[Series, ...]
    gaps: tuple[tuple[int, int], ...]
    days_with: int
    days: int
    shared_as: str | None


@dataclass(frozen=True, slots=True)
class MyCourseView:
    """Day numbers ``first`` to ``last`` (today) of the patient. ``quiet``: streams with entries only before the range,
    with the newest day; ``never``: streams of their programme without any. ``ratings``: their own of working together
    that are complete."""

    patient_id: uuid.UUID
    time_zone: str
    now: datetime
    days: int | None
    first: int
    last: int
    streams: tuple[StreamView, ...]
    quiet: tuple[tuple[str, int], ...]
    never: tuple[str, ...]
    ratings: tuple[RatingView, ...]
    outcomes: tuple[OutcomeView, ...]
    therapist: str | None
    team: str
    relatives: tuple[RelativeView, ...]

    @property
    def nothing_yet(self) -> bool:
        """Whether there is nothing at all to show, in any range."""
        return not (self.streams or self.quiet or self.ratings or self.outcomes)


def my_course(session: Session, *, by: Actor, now: datetime, days: int | None) -> MyCourseView:
    """The signed-in patient's course of the last ``days`` days (``None``: all there is). Raises ``AccessRefused`` for
    every other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_own_course", actor_id=by.user_id, patient_id=patient.id)
    last = day_number(now, patient.time_zone)
    began, known = _known(session, patient, last)
    ratings, totals = _ratings(session, patient), answered(session, patient)
    first = _first(patient, last, days, began, [r.rated_at for r in ratings] + [at for _code, at, _total in totals])
    eating = asks_about_eating(session, patient)
    panels = [one for one in PANELS if eating or one[0] not in EATING or _newest(known, one[1]) is not None]
    streams = [_stream(code, domains, known, first, last) for code, domains in panels]
    newest = {code: _newest(known, domains) for code, domains in panels}
    return MyCourseView(
        patient_id=patient.id, time_zone=patient.time_zone, now=now, days=days, first=first, last=last,
        streams=tuple(stream for stream in streams if stream.series),
        quiet=tuple((code, day) for code, day in newest.items() if day is not None and day < first),
        never=tuple(code for code, day in newest.items() if day is None),
        ratings=tuple(rating for rating in ratings if day_number(rating.rated_at, patient.time_zone) >= first),
        outcomes=by_instrument([one for one in totals if day_number(one[1], patient.time_zone) >= first]),
        therapist=therapist_of(session, patient, now),
        team=session.get_one(Team, patient.team_id).name, relatives=relatives_of(session, patient),
    )  # fmt: skip


Known = Mapping[Domain, Series]


def _known(session: Session, patient: Patient, last: int) -> tuple[int | None, Known]:
    """The first day with anything, and every stream from it on."""
    span = span_of(session, patient=patient)
    if span is None:
        return None, {}
    values = days_of(session, patient=patient, first=span[0], last=last, measures=_MEASURES)
    return span[0], all_series(values, last=last)


def _newest(known: Known, domains: Sequence[Domain]) -> int | None:
    return max((int(known[d].day[-1]) for d in domains if d in known and len(known[d].day)), default=None)


def _first(patient: Patient, last: int, days: int | None, began: int | None, moments: Sequence[datetime]) -> int:
    """The first day of the range: not before anything happened, but two weeks at least."""
    happened = [day_number(at, patient.time_zone) for at in moments] + ([began] if began is not None else [])
    start = min(happened, default=last)
    return min(max(last - days + 1, start) if days else start, last - LEAST_DAYS + 1)


def _stream(code: str, domains: Sequence[Domain], known: Known, first: int, last: int) -> StreamView:
    whole = [known[domain] for domain in domains if domain in known]
    inside = tuple(one for series in whole if len((one := series.between(first, last)).day))
    since = max(first, min((int(series.day[0]) for series in whole), default=first))
    counted = bool(inside) and inside[0].unit in (Unit.MEALS, Unit.MINUTES, Unit.STEPS)
    gaps = runs_without(inside[0].day, first=since, last=last - 1, at_least=1 if counted else 2) if inside else ()
    return StreamView(
        code=code, series=inside, gaps=gaps, days_with=len(inside[0].day) if inside else 0, days=last - since + 1,
        shared_as=SHARED_AS.get(code),
    )  # fmt: skip


def _ratings(session: Session, patient: Patient) -> list[RatingView]:
    found = ratings_of(session, patient_ids=[patient.id]).get(patient.id, [])
    return [rating for rating in found if rating.side is Side.PATIENT and rating.mean is not None]

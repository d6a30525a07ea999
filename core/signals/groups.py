"""Who the people of a training table are, for judging only: sex, age band, programme, team, therapist. No model sees
any of it; the calibration is shown for each group so that it cannot be better for some and worse for others unseen."""

from datetime import date, datetime

import numpy as np
import polars as pl
from sqlmodel import Session, col, select

from core.signals.judge import Interval, Jury, Real, Whole, jury, number
from models import CareKind, CareRelationship, Patient, Programme, Team

BY = ("sex", "age", "programme", "team")
FEWEST = 8  # people held out; a smaller group is not shown (disclosure, and nothing could be said of it)
AGES = (18, 25, 35, 50, 65)
FEWEST_EVENTS = 5
UNKNOWN: Interval = {"value": None, "low": None, "high": None}
_YEAR = 365.25
SHAPE = {"patient_key": pl.Int64, **dict.fromkeys((*BY, "therapist"), pl.String)}


def groups_of(session: Session, now: datetime) -> pl.DataFrame:
    """patient_key, sex, age (band), programme, team (names), therapist (identifier of the lead, null without one)."""
    c = CareRelationship
    leads = select(c.patient_id, c.staff_id).where(col(c.kind) == CareKind.LEAD).order_by(col(c.starts_on))
    lead = {patient: str(staff) for patient, staff in session.exec(leads)}
    wanted = (
        select(Patient, Programme.name, Team.name)
        .join(Programme, col(Programme.id) == col(Patient.programme_id))
        .join(Team, col(Team.id) == col(Patient.team_id))
    )
    rows = [
        (p.key, p.sex, _band(now, p.birth_date), programme, team, lead.get(p.id))
        for p, programme, team in session.exec(wanted)
    ]
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _band(now: datetime, born: date | None) -> str | None:
    if born is None:
        return None
    years = (now.date() - born).days / _YEAR
    place = int(np.digitize(years, AGES))
    if place == 0:
        return f"<{AGES[0]}"
    return f"≥{AGES[-1]}" if place == len(AGES) else f"{AGES[place - 1]}–{AGES[place] - 1}"


def by_group(
    known: pl.DataFrame, patient: Whole, target: Real, estimate: Real, *, resamples: int, seed: int
) -> list[dict[str, object]]:
    """For each group of at least ``FEWEST`` people: people, rows, mean estimate, what happened, and the difference with
    its interval (above 0: it happened more often, or the points were higher, than said). No difference is given where
    fewer than ``FEWEST_EVENTS`` looks, or all but so few, had the event: resampling cannot show what it does not hold.
    """
    everyone = jury(target, patient, resamples=resamples, seed=seed)
    of_key = {row["patient_key"]: row for row in known.iter_rows(named=True)}
    found: list[dict[str, object]] = []
    for by in BY:
        names = np.asarray([str(of_key.get(int(key), {}).get(by)) for key in patient])
        for name in sorted(set(names.tolist()) - {"None"}):
            rows = names == name
            people = int(np.unique(patient[rows]).size)
            if people < FEWEST:
                continue
            found.append(
                {
                    "by": by, "name": name, "people": people, "rows": int(rows.sum()),
                    "estimate": number(float(estimate[rows].mean())), "observed": number(float(target[rows].mean())),
                    "difference": _difference(everyone.rows(rows), estimate[rows]),
                }
            )  # fmt: skip
    return found


def _enough(target: Real) -> bool:
    if not np.isin(target, (0.0, 1.0)).all():
        return True
    return bool(FEWEST_EVENTS <= target.sum() <= target.size - FEWEST_EVENTS)


def _difference(rows: Jury, estimate: Real) -> Interval:
    if not _enough(rows.target):
        return UNKNOWN

    def value(weight: Real) -> float:
        return float(weight @ (rows.target - estimate) / weight.sum()) if weight.sum() else float("nan")

    return rows.interval(value)

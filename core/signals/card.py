"""A model's card as facts, read from its manifest: what it learned from, how it did on people it never saw, beside
what, whether it earned its place, and what its plots show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.signals.questions import QUESTIONS
from models import Signal


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure on the people held out with its 90 % interval (``None`` where it cannot be computed)."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """A fifth of the looks held out: mean estimate with its mean interval, observed share with its interval, looks and
    people."""

    estimate: float
    lower: float
    upper: float
    observed: float
    low: float
    high: float
    n: int
    people: int


@dataclass(frozen=True, slots=True)
class Importance:
    """A feature's mean absolute contribution on the looks held out, and a sample of its contributions with the rank of
    the value (0 lowest, 1 highest, ``None`` missing). The largest features also have the ``values`` themselves and what
    they add up to by ``thirds`` (see ``core.signals.shown``)."""

    feature: str
    domain: str
    size: float
    contributions: tuple[float, ...]
    ranks: tuple[float | None, ...]
    values: tuple[float | None, ...]
    thirds: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Earned:
    """Whether the booster was kept: by how much less wrong than the regression it was on training people left out of
    each fold and on the people held out."""

    booster_kept: bool
    left_out: Metric
    held_out: Metric


@dataclass(frozen=True, slots=True)
class AtBudget:
    """What the highest estimates would be worth as alerts."""

    alerts: int
    precision: Metric
    found: Metric
    lead_days: Metric


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One group held out: what was said on average, what happened, and the difference (above 0: more than said)."""

    by: str
    name: str
    people: int
    estimate: float | None
    observed: float | None
    difference: Metric


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """The expected course on the people held out: share inside the band, mean error, and that of "as at the start"."""

    level: float
    answers: int
    coverage: Metric
    mae: Metric
    start_mae: Metric


@dataclass(frozen=True, slots=True)
class DriftView:
    """The newest night's look: features that moved (code, index, limit), and how many older estimates came true."""

    as_of: datetime
    people: int
    moved: tuple[tuple[str, float], ...]
    matured: int
    expected: float | None
    observed: float | None


@dataclass(frozen=True, slots=True)
class CardView:
    """One model. ``unavailable`` is a code where it cannot be used (``model_untrained`` comes with ``why``);
    ``metrics`` maps model, regression, booster, last_value, rule and base_rate to their figures; counts as in the
    manifest; ``disagreements`` counts the reasons of clinicians who saw an estimate differently."""

    signal: Signal
    probability: bool
    unavailable: str | None
    why: dict[str, Any]
    version: str | None
    kind: str | None
    made_at: datetime | None
    simulated: bool
    split_at: datetime | None
    resamples: int | None
    training: dict[str, int]
    evaluation: dict[str, int]
    earned: Earned | None
    metrics: dict[str, dict[str, Metric]]
    alliance_gain: Metric
    calibration: tuple[CalibrationGroup, ...]
    calibration_line: dict[str, Metric]
    groups_inside: int | None
    coverage: Metric
    level: float | None
    allowed: int | None
    share_positive: float | None
    budget: dict[str, AtBudget]
    subgroups: tuple[Subgroup, ...]
    course: CourseFigures | None
    importance: tuple[Importance, ...]
    drift: DriftView | None = None
    disagreements: tuple[tuple[str, int], ...] = ()


def card_of(signal: Signal, manifest: dict[str, Any], unavailable: str | None, **since: Any) -> CardView:
    """A card from a manifest (empty where there is none)."""
    budget = manifest.get("budget") or {}
    return CardView(
        signal=signal,
        probability=QUESTIONS[signal].probability,
        unavailable=unavailable,
        why=manifest.get("why", {}),
        version=manifest.get("version"),
        kind=manifest.get("kind"),
        made_at=datetime.fromisoformat(manifest["made_at"]) if "made_at" in manifest else None,
        simulated=bool(manifest.get("simulated")),
        split_at=datetime.fromtimestamp(manifest["split_at"], UTC) if manifest.get("split_at") else None,
        resamples=manifest.get("resamples"),
        training=manifest.get("training", {}),
        evaluation=manifest.get("evaluation", {}),
        earned=_earned(manifest.get("earned")),
        metrics={who: _metrics(found) for who, found in manifest.get("metrics", {}).items()},
        alliance_gain=Metric(**manifest.get("alliance", {}).get("gain", {})),
        calibration=tuple(CalibrationGroup(**group) for group in manifest.get("calibration_groups", ())),
        calibration_line=_metrics(manifest.get("calibration_line", {})),
        groups_inside=manifest.get("groups_inside"),
        coverage=_metric(manifest.get("coverage")),
        level=manifest.get("level"),
        allowed=budget.get("allowed"),
        share_positive=budget.get("share_positive"),
        budget={who: _at_budget(found) for who, found in budget.items() if isinstance(found, dict)},
        subgroups=tuple(_subgroup(row) for row in manifest.get("subgroups", ())),
        course=_course(manifest.get("course")),
        importance=tuple(_importance(row) for row in manifest.get("importance", ())),
        **since,
    )


def _metrics(found: Mapping[str, Any]) -> dict[str, Metric]:
    return {name: Metric(**metric) for name, metric in found.items()}


def _metric(found: Mapping[str, Any] | float | None) -> Metric:
    """Models made before a figure had an interval kept the figure alone."""
    return Metric(**found) if isinstance(found, Mapping) else Metric(found)


def _earned(kept: Mapping[str, Any] | None) -> Earned | None:
    if kept is None:
        return None
    return Earned(bool(kept["booster_kept"]), Metric(**kept["left_out"]), Metric(**kept["held_out"]))


def _at_budget(found: Mapping[str, Any]) -> AtBudget:
    return AtBudget(
        found["alerts"], Metric(**found["precision"]), Metric(**found["found"]), _metric(found["lead_days"])
    )  # fmt: skip


def _subgroup(row: Mapping[str, Any]) -> Subgroup:
    return Subgroup(
        row["by"], row["name"], row["people"], row["estimate"], row["observed"], Metric(**row["difference"])
    )


def _course(kept: Mapping[str, Any] | None) -> CourseFigures | None:
    if not kept or "coverage" not in kept:
        return None
    return CourseFigures(
        kept["level"], kept["evaluation"]["answers"], Metric(**kept["coverage"]), Metric(**kept["mae"]),
        Metric(**kept["start_mae"]),
    )  # fmt: skip


def _importance(row: Mapping[str, Any]) -> Importance:
    parts, ranks = tuple(row["contributions"]), tuple(row["ranks"])
    values, thirds = tuple(row.get("values") or ()), row.get("thirds") or {}
    return Importance(row["feature"], row["domain"], row["size"], parts, ranks, values, thirds)

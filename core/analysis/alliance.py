"""The trial's three questions on one's own service: how each side's alliance develops, whether the two sides agree, and
what goes with it. Pure: the service's figures in (``AllianceData``), estimates out. Whatever stands on fewer than eight
people is left out here, before anybody can draw it; counts are rounded where they are shown (``small_cells``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.analysis.agreement import BlandAltman, bland_altman, correlation, intraclass_correlation
from core.analysis.association import Association, adjusted, associations
from core.analysis.estimate import Estimate, Real, Why, unknown
from core.analysis.longitudinal import MixedModel, mixed_model
from core.analysis.small_cells import ROUNDED_TO, SMALLEST, rounded

OCCASIONS = {0: (-1.0, 45.0), 3: (46.0, 136.0), 6: (138.0, 228.0), 12: (305.0, 425.0)}  # months: days since enrolment
DAYS_A_MONTH = 365.25 / 12
SIDES = ("patient", "therapist")
OUTCOMES = ("patient_alliance", "therapist_alliance")
PREDICTORS = (
    "sus", "vas_app", "vas_platform", "age", "patient_messages", "therapist_messages", "message_share",
    "therapist_reply_hours", "patient_reply_hours",
)  # fmt: skip
TOOL = ("sus", "vas_app")
HELD_EQUAL = ("age", "weeks")
BINS = 5  # groups of pairs by level in the figure of agreement
Integers = NDArray[np.int64]
Say = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row for each rating: whose treatment (a number, no identity), which side (0 patient, 1 therapist), days since
    enrolment, mean of the item means of goal, task and bond (1–5)."""

    person: Integers
    side: Integers
    days: Real
    value: Real


@dataclass(frozen=True, slots=True)
class AllianceData:
    """A service's alliance without names. ``programmes`` has one name for each person; ``pairs`` are the two sides
    (patient, therapist) of the newest session that both rated, one row for each person (NaN where there is none);
    ``columns`` has one value for each person (NaN where unknown) by the names of ``OUTCOMES``, ``PREDICTORS``,
    ``HELD_EQUAL`` and ``watoci``.
    """

    as_of: date
    service: str
    simulated: bool
    programmes: tuple[str, ...]
    ratings: Ratings
    pairs: Real
    columns: Mapping[str, Real]

    @property
    def people(self) -> int:
        """How many people have a rating by either side."""
        return len(np.unique(self.ratings.person))


@dataclass(frozen=True, slots=True)
class Point:
    """The mean of one programme's ratings on one occasion with its 95 % interval, and the model's mean there."""

    programme: str
    months: int
    n: int
    mean: float
    lower: float
    upper: float
    model: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Development:
    """One side's alliance over the occasions: the model (time in months), the drawn means, and whether programmes were
    left out because fewer than eight people of theirs were rated."""

    side: str
    model: MixedModel
    points: tuple[Point, ...]
    left_out: bool


@dataclass(frozen=True, slots=True)
class Level:
    """Pairs of a like level: their number, the mean of both sides, the mean difference with its 95 % interval."""

    n: int
    level: float
    difference: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether two sides agree on the same session. ``d`` is the mean difference (patient minus therapist) over the
    pooled SD of both sides, ``levels`` the differences by level for the figure."""

    n: int
    icc: Mapping[str, Estimate]
    limits: BlandAltman
    r: Estimate
    d: float | None
    levels: tuple[Level, ...]
    reason: Why | None = None


@dataclass(frozen=True, slots=True)
class AllianceAnalysis:
    """All three answers, and the parameters by which they were made."""

    as_of: date
    service: str
    simulated: bool
    people: int
    development: tuple[Development, ...]
    agreement: Agreement
    associations: tuple[Association, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)


def analyse(data: AllianceData, say: Say = lambda _part, _share: None) -> AllianceAnalysis:
    """Answer the three questions; ``say`` hears which part is under way and the share done (0–1)."""
    programmes = set(data.programmes)
    data = of_large_programmes(data)
    development = []
    for place, side in enumerate(SIDES):
        say("development", 0.1 + 0.4 * place)
        development.append(developed(data, side, left_out=len(set(data.programmes)) < len(programmes)))
    say("agreement", 0.9)
    agreement = agreed(data.pairs)
    say("associations", 0.95)
    found = associated(data.columns)
    say("done", 1.0)
    return AllianceAnalysis(
        data.as_of, data.service, data.simulated, data.people, tuple(development), agreement, found, parameters(data)
    )


def of_large_programmes(data: AllianceData) -> AllianceData:
    """The same without the people of programmes in which fewer than eight were rated: were they in the totals, a small
    programme could be told from the difference."""
    rated = np.isin(np.arange(len(data.programmes)), data.ratings.person)
    names = np.asarray(data.programmes, dtype=object)
    large = [name for name in set(data.programmes) if int((rated & (names == name)).sum()) >= SMALLEST]
    stays = np.isin(names, large) if len(names) else np.array([], bool)
    place, ratings = np.cumsum(stays) - 1, data.ratings
    kept = stays[ratings.person] if len(ratings.person) else np.array([], bool)
    return replace(
        data, programmes=tuple(names[stays].tolist()), pairs=data.pairs[stays],
        columns={name: values[stays] for name, values in data.columns.items()},
        ratings=Ratings(place[ratings.person[kept]], ratings.side[kept], ratings.days[kept], ratings.value[kept]),
    )  # fmt: skip


def developed(data: AllianceData, side: str, *, left_out: bool = False) -> Development:
    """One side over time: of each person the rating nearest to the occasion within its window, programmes as arms;
    ``left_out`` says that some programmes are not in ``data`` any more."""
    person, months, value = _occasions(data.ratings, SIDES.index(side))
    programmes = np.asarray(data.programmes, dtype=object)[person] if len(person) else np.asarray([], dtype=object)
    counted = {name: len(np.unique(person[programmes == name])) for name in sorted(set(programmes.tolist()))}
    kept = [name for name, n in counted.items() if n >= SMALLEST]
    inside = np.isin(programmes, kept)
    person, months, value, programmes = person[inside], months[inside], value[inside], programmes[inside]
    model = mixed_model(value, months, person.tolist(), programmes.tolist())
    points = [
        point
        for name in kept
        for occasion in OCCASIONS
        if (point := _point(name, occasion, value[(programmes == name) & (months == occasion)], model)) is not None
    ]
    return Development(side, model, tuple(points), left_out or len(kept) < len(counted))


def _occasions(ratings: Ratings, side: int) -> tuple[Integers, Real, Real]:
    """(person, months, value): one rating for each person and occasion, the one nearest to its middle."""
    rows: list[tuple[int, float, float]] = []
    mine = ratings.side == side
    person, days, value = ratings.person[mine], ratings.days[mine], ratings.value[mine]
    for months, (first, last) in OCCASIONS.items():
        within = np.flatnonzero((days >= first) & (days <= last) & ~np.isnan(value))
        distance = np.abs(days[within] - months * DAYS_A_MONTH)
        order = within[np.lexsort((distance, person[within]))]
        newest = order[np.unique(person[order], return_index=True)[1]] if len(order) else order
        rows += [(int(person[i]), float(months), float(value[i])) for i in newest.tolist()]
    table = np.array(rows, float).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1], table[:, 2]


def _point(programme: str, months: int, values: Real, model: MixedModel) -> Point | None:
    n = len(values)
    if n < SMALLEST:
        return None
    mean = float(values.mean())
    half = float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))
    drawn = None if model.reason is not None else model.mean_at(months, programme)
    return Point(programme, months, n, mean, mean - half, mean + half, drawn)


def agreed(pairs: Real) -> Agreement:
    """Both sides of the same session: patient in the first column, therapist in the second."""
    n = int((~np.isnan(pairs).any(axis=1)).sum()) if pairs.size else 0
    if n < SMALLEST:
        nothing = unknown(Why.ONE_SIDE_MISSING if n == 0 and pairs.size else Why.SUPPRESSED)
        forms = dict.fromkeys(intraclass_correlation([]), nothing)
        return Agreement(0, forms, BlandAltman(0, reason=nothing.reason), nothing, None, (), nothing.reason)
    whole = pairs[~np.isnan(pairs).any(axis=1)]
    limits = bland_altman(whole[:, 0], whole[:, 1])
    pooled = float(np.sqrt(whole.var(axis=0, ddof=1).mean()))
    d = None if limits.bias is None or pooled == 0 else limits.bias / pooled
    return Agreement(n, intraclass_correlation(whole), limits, correlation(whole), d, _levels(whole))


def _levels(whole: Real) -> tuple[Level, ...]:
    """Quintiles of the pairs by the mean of both sides; fewer where they would stand on fewer than eight pairs each."""
    difference, level = whole[:, 0] - whole[:, 1], whole.mean(axis=1)
    bins = min(BINS, len(whole) // SMALLEST)
    found = []
    for part in np.array_split(np.argsort(level, kind="stable"), bins):
        values = difference[part]
        half = float(stats.t.ppf(0.975, len(part) - 1) * values.std(ddof=1) / np.sqrt(len(part)))
        mean = float(values.mean())
        found.append(Level(len(part), float(level[part].mean()), mean, mean - half, mean + half))
    return tuple(found)


def associated(columns: Mapping[str, Real]) -> tuple[Association, ...]:
    """Each side's alliance with every predictor, and WATOCI with what people think of the tool; adjusted together."""
    mine = associations(columns, outcomes=OUTCOMES, predictors=PREDICTORS, held_equal=HELD_EQUAL)
    tool = associations(columns, outcomes=("watoci",), predictors=TOOL, held_equal=HELD_EQUAL)
    people = len(next(iter(columns.values()), ()))
    return tuple(adjusted([_enough(association, people) for association in (*mine, *tool)]))


def _enough(association: Association, people: int) -> Association:
    """Nothing that stands on fewer than eight people."""
    rho, partial = association.rho, association.partial
    if 0 < rho.n < SMALLEST or people < SMALLEST:
        rho = unknown(Why.SUPPRESSED)
    if 0 < partial.n < SMALLEST or rho.reason is Why.SUPPRESSED:
        partial = unknown(Why.SUPPRESSED)
    return replace(association, rho=rho, partial=partial)


def parameters(data: AllianceData) -> dict[str, object]:
    """Everything another script needs in order to make the same analysis."""
    return {
        "as_of": data.as_of.isoformat(),
        "service": data.service,
        "simulated": data.simulated,
        "smallest_group": SMALLEST,
        "counts_rounded_to": ROUNDED_TO,
        "alliance": "mean of the item means of goal, task and bond (1-5), WAI-SR, patient and therapist forms",
        "occasions_days_since_enrolment": {f"{months} months": list(days) for months, days in OCCASIONS.items()},
        "development": {
            "model": "value ~ months * programme + (1 + months | pair), REML; random intercept alone where no slope",
            "intervals": "Student's t, pairs - 1 degrees of freedom",
            "implementation": "core.analysis.longitudinal (Bates et al. 2015)",
        },
        "agreement": {
            "pairs": "the newest session of each pair that both sides rated; patient minus therapist",
            "intraclass_correlation": "Shrout & Fleiss 1979, pingouin.intraclass_corr",
            "limits": "Bland & Altman 1986, 1999; 1.96 SD",
        },
        "associations": {
            "outcomes": list(OUTCOMES), "predictors": list(PREDICTORS), "watoci_with": list(TOOL),
            "held_equal": list(HELD_EQUAL), "method": "Spearman; partial Spearman, pingouin.partial_corr",
            "adjustment": "Benjamini & Hochberg 1995 over all associations that could be estimated",
        },
        "confidence": 0.95,
        "people": rounded(data.people),
        "ratings": rounded(len(data.ratings.value)),
        "pairs": rounded(int((~np.isnan(data.pairs).any(axis=1)).sum())) if data.pairs.size else 0,
    }  # fmt: skip

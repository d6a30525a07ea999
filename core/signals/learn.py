"""The long job of training: what this installation's database holds becomes one table for each signal, partition by
partition; then the models are trained, judged and kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from core.audit import log
from core.clock import day_number, seconds
from core.errors import NotPossible
from core.ingest.columns import day_number_of
from core.language import _
from core.signals import registry
from core.signals.abstain import speakable
from core.signals.build import build
from core.signals.questions import QUESTIONS
from core.signals.read import Person, Span, events_of, streams_of
from core.signals.run import Progress, _groups, _people, silent
from core.signals.standing import TRAINED, midnight
from core.signals.streams import Streams, points_of
from core.signals.targets import targets
from core.start import Installation
from models import Signal

if TYPE_CHECKING:
    from core.signals.material import Material
    from core.signals.train import Terms

# A site's own people with, and without, the event: (d) after Riley 2020 and Collins 2016, who ask for a hundred.
SITE_FEWEST = (100, 50)
QUICK = 200  # resamples of the first start, which must not wait; `python -m dashboard train` takes its time
TRAINING_STEP, TRAINING_FIRST = 7, 14  # days between the points of one patient, and before the first


@dataclass(frozen=True, slots=True)
class Materials:
    """The training tables of the four signals, and what all of them share."""

    tables: dict[Signal, pl.DataFrame]
    people: pl.DataFrame
    answers: pl.DataFrame

    def of(self, signal: Signal) -> "Material":
        """What one signal is trained on."""
        from core.signals.material import Material

        return Material(self.tables[signal], self.people, self.answers)


def train_all(
    installation: Installation, now: datetime, progress: Progress = silent, *, resamples: int | None = None,
    use: bool = True,
) -> list[dict[str, Any]]:  # fmt: skip
    """Train, judge, save and (``use``) put in use the four models; their manifests. ``resamples`` is how often the
    people held out are resampled for the intervals of the figures.

    Raises ``NotPossible`` where there are no patients.
    """
    from core.signals.judge import RESAMPLES
    from core.signals.train import Terms  # brings XGBoost and scipy

    people = _people(installation)
    if not people:
        raise NotPossible(_("There are no patients to train on. Seed a demonstration or import data first."))
    simulated = any(person.simulated for person in people)  # a little of it is enough to say so
    return _train(installation, people, Terms(now, simulated, resamples or RESAMPLES), progress, use=use)


def train_site(
    installation: Installation, now: datetime, progress: Progress = silent, *, resamples: int | None = None,
    use: bool = True,
) -> list[dict[str, Any]]:  # fmt: skip
    """Train on this site's own people, leaving simulated ones out. A signal with too few recorded events is refused:
    its manifest says how many there are, is not kept, and what was in use stays.

    Raises ``NotPossible``, with the counts, where none of the four can be trained.
    """
    from core.signals.judge import RESAMPLES
    from core.signals.train import Terms

    people = [person for person in _people(installation) if not person.simulated]
    terms = Terms(now, False, resamples or RESAMPLES, SITE_FEWEST)
    manifests = _train(installation, people, terms, progress, use=use, site=True) if people else []
    if not any(manifest["trained"] for manifest in manifests):
        raise NotPossible(_refusal(manifests, len(people)))
    return manifests


def _refusal(manifests: list[dict[str, Any]], people: int) -> str:
    counts = ", ".join(
        f"{manifest['signal']}: {manifest['why'].get('patients', 0)}/{manifest['why'].get('needed', 0)}"
        for manifest in manifests
    )
    return _(
        "Not trained: {people} people of this site's own, and for each signal at least {needed} with and {needed} "
        "without the event are needed among those who train, {held} among those held out. {counts}"
    ).format(people=people, needed=SITE_FEWEST[0], held=SITE_FEWEST[1], counts=counts).strip()  # fmt: skip


def _train(
    installation: Installation, people: Sequence[Person], terms: "Terms", progress: Progress, *, use: bool,
    site: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    from core.signals.train import train

    materials = material_of(installation, people, terms.now)
    folder, key = installation.settings.models_folder, installation.keys.audit
    manifests = []
    for done, signal in enumerate(Signal):
        progress(done, len(Signal))
        trained = train(signal, materials.of(signal), terms)
        if site and not trained.files:
            manifests.append(trained.manifest | {"signal": signal.value})
            continue
        manifests.append(registry.save(folder, signal, trained.manifest, trained.files, key=key, use=use))
    with installation.calls().transaction() as session:
        versions = {manifest["signal"]: manifest["version"] for manifest in manifests}
        log.record(session, at=terms.now, action=TRAINED, actor_id=None, detail=versions | {"in_use": use})
    progress(len(Signal), len(Signal))
    return manifests


def material_of(installation: Installation, people: Sequence[Person], now: datetime) -> Materials:
    """For each signal the features and targets of all looks whose follow-up was observed, and what they are judged
    by."""
    from core.signals.course import answers
    from core.signals.groups import groups_of

    parts: dict[Signal, list[pl.DataFrame]] = {signal: [] for signal in Signal}
    courses = []
    for group in _groups(people):
        first_day = min(day_number_of(person.enrolled_on) for person in group)
        span = Span(tuple(person.key for person in group), first_day, day_number(now, "UTC") + 1)
        with installation.calls().transaction() as session:
            streams, events = streams_of(session, span), events_of(session, span)
        for signal, table in tables_of(group, streams, events, now).items():
            parts[signal].append(table)
        courses.append(answers(streams))
    with installation.calls().transaction() as session:
        known = groups_of(session, now)
    return Materials({signal: pl.concat(found) for signal, found in parts.items()}, known, pl.concat(courses))


def tables_of(
    people: Sequence[Person], streams: Streams, events: pl.DataFrame, now: datetime
) -> dict[Signal, pl.DataFrame]:
    """The training table of each signal for one partition: pure."""
    from core.signals.alarms import alarms

    points = points_of([point for person in people for point in _training_points(person, now)])
    built = build(streams, points)
    alarm = alarms(streams.days, points)
    found = {}
    for signal in Signal:
        wanted = targets(signal, streams, events, points, until=seconds(now))
        table = speakable(signal, built).join(wanted, on="point").join(alarm, on="point", how="left")
        found[signal] = table.join(_leads(signal, events, points), on="point", how="left").drop("point")
    return found


def _leads(signal: Signal, events: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """point, lead: days from the look to the next event of the signal's kind (for the expected course, to week 12)."""
    kind = QUESTIONS[signal].event
    happened = events.filter(pl.col("kind") == (kind.value if kind else "")).select("patient_key", "at")
    later = points.join(happened, on="patient_key").filter(pl.col("at") >= pl.col("as_of"))
    days = (pl.col("at") - pl.col("as_of")).min() / 86_400
    return later.group_by("point").agg(lead=days)


def _training_points(person: Person, now: datetime) -> Iterator[tuple[int, int, int]]:
    """Midnights of the patient's calendar every week of treatment."""
    day = person.enrolled_on + timedelta(days=TRAINING_FIRST)
    last = now if person.left_on is None else min(now, midnight(person.left_on, person.time_zone))
    while (start := midnight(day, person.time_zone)) <= last:  # a midnight also after the clocks were changed
        yield person.key, seconds(start), day_number_of(day)
        day += timedelta(days=TRAINING_STEP)

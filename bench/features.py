"""Building features beside the same numbers in hand-written DuckDB (``features.sql``), from the same columns in memory:
a simulated service, copied to about a thousand people, each looked at as of seven moments as a night does. Both
answers are compared first; a number that differs stops the measurement."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from bench.figures import Figure, interleaved, ratio
from core.clock import day_number, seconds
from core.settings import Settings
from core.signals.build import build
from core.signals.features import LONGEST_LOOK_BACK, SERIES, feature_codes
from core.signals.read import Person, Span, people_of, streams_of
from core.signals.score import USUAL_POINTS
from core.signals.streams import SHAPES, Streams, points_of
from core.start import open_installation
from tests.factories.installation import command

SEEDED, DAYS, COPIES, ROUNDS = 120, 160, 8, 5
TOLERANCE = 1e-6
QUERIES = (Path(__file__).parent / "features.sql").read_text()
ITEMS = {"phq9": "phq9_item9.last", "core10": "core10_item6.last"}


def measure(folder: Path) -> list[Figure]:
    """Speed of ours as a share of DuckDB's, and what a thousand people cost."""
    people, streams = _service(folder)
    points = _points(people)
    connection = _connection(streams, points)
    ours, theirs = build(streams, points), _wide(_asked(connection), points)
    _same(ours, theirs)
    built, queried = interleaved(lambda: build(streams, points), lambda: _asked(connection), rounds=ROUNDS, warm=1)
    return [
        ratio("speed of feature building / hand-written DuckDB, same numbers", queried / built, 0.7, higher=True),
        Figure("features of 1,000 patients at 7 moments (no goal in the issue; ours)",
               round(1000 * built / len(people), 2), 3, "lower", "s"),
    ]  # fmt: skip


def _service(folder: Path) -> tuple[list[Person], Streams]:
    """People of a simulated service and what is known of them, each copied with a key of their own."""
    home = folder / "home"
    command(home, "seed", "--patients", str(SEEDED), "--days", str(DAYS))
    with open_installation(Settings(home=home)) as installation, installation.calls().transaction() as session:
        people = people_of(session)
        last = day_number(datetime.now(UTC), "UTC") + 1
        first = last - LONGEST_LOOK_BACK - USUAL_POINTS[-1].days - 2
        streams = streams_of(session, Span(tuple(person.key for person in people), first, last))
    span = max(person.key for person in people) + 1
    many = [
        Person(person.key + copy * span, person.id, person.time_zone, person.enrolled_on, person.left_on, True)
        for copy in range(COPIES)
        for person in people
    ]
    return many, Streams(**{name: _copied(getattr(streams, name), span) for name in SHAPES if name != "points"})


def _copied(frame: pl.DataFrame, span: int) -> pl.DataFrame:
    return pl.concat(
        frame.with_columns(patient_key=pl.col("patient_key") + copy * span) for copy in range(COPIES)
    ).rechunk()  # fmt: skip


def _points(people: list[Person]) -> pl.DataFrame:
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return points_of([
        (person.key, seconds(now - back), day_number(now - back, person.time_zone))
        for person in people for back in (timedelta(0), *USUAL_POINTS)
    ])  # fmt: skip


def _connection(streams: Streams, points: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """DuckDB with everything in tables of its own, which it reads faster than anybody else's."""
    connection = duckdb.connect()
    belongs = pl.DataFrame(
        [(one.code, number, one.scale, one.made.value, one.limit) for one in SERIES for number in one.measures],
        schema=["series", "measure_id", "scale", "made", "edge"], orient="row",
    )  # fmt: skip
    frames = {name: getattr(streams, name) for name in SHAPES if name != "points"}
    for name, frame in (frames | {"points": points, "belongs": belongs}).items():
        connection.register("given", frame.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM given")
        connection.unregister("given")
    return connection


def _asked(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return [connection.execute(query).fetchnumpy() for query in QUERIES.split(";")]


def _wide(answers: list[dict[str, Any]], points: pl.DataFrame) -> pl.DataFrame:
    """The answers as features, a row for each point."""
    wide = points.select("point")
    for answer in answers:
        frame = pl.DataFrame({name: _column(values) for name, values in answer.items()})
        parts = frame.partition_by("series", as_dict=True).items() if "series" in frame.columns else [((), frame)]
        for (*series,), part in parts:
            named = part.rename({name: _feature(str(series[0]), name) for name in part.columns if name != "point"}
                                if series else {})  # fmt: skip
            wanted = [name for name in named.columns if name in feature_codes()]
            wide = wide.join(named.select("point", *wanted), on="point", how="left")
    return wide


def _column(values: Any) -> pl.Series:
    if values.dtype == object:
        return pl.Series(values.tolist())
    plain = np.ma.filled(values.astype(np.float64), np.nan) if values.dtype.kind == "f" else np.ma.getdata(values)
    missing = np.ma.getmaskarray(values)
    return pl.Series(plain).to_frame("v").with_columns(pl.when(~pl.Series(missing)).then("v"))["v"]


def _feature(series: str, statistic: str) -> str:
    return ITEMS.get(series, "") if statistic == "item" else f"{series}.{statistic}"


def _same(ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    """Raises ``RuntimeError`` with the features that differ."""
    theirs = theirs.sort("point")
    wrong = []
    for code in feature_codes():
        mine = ours[code].to_numpy().astype(np.float64)
        other = theirs[code].cast(pl.Float64).to_numpy() if code in theirs.columns else np.full(len(mine), np.nan)
        if not np.allclose(mine, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
            wrong.append(code)
    if wrong:
        raise RuntimeError(f"DuckDB says something else of {', '.join(wrong)}")

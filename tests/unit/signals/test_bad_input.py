"""Whatever comes in, a score is a number that adds up or a silence with its reason; what is no number, came twice or
lies in the future is as if it had not come; training gets by without a stream."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import day_number, seconds
from core.signals import registry
from core.signals.build import build
from core.signals.explain import REST, answer
from core.signals.features import feature_codes, features
from core.signals.model import Model, predict
from core.signals.score import ADDS_UP, Score, score
from core.signals.streams import Streams, points_of
from dashboard.wording.signals import abstention_sentence
from models import Signal
from tests.factories.cohort import DAY
from tests.factories.trained import learned

KEY = b"k" * 32
END = learned().cohort.until
PERSON = learned().cohort.people[0]
SPOILED = ("days", "moments", "prompts", "questionnaires", "ratings")
MEASURED = {"days": ("total", "high"), "moments": ("value",), "questionnaires": ("total",),
            "ratings": ("goal", "task", "bond")}  # fmt: skip
DATED = ("day", "at", "answered", "answered_day")
INFINITE, MINUS_INFINITE, NO_NUMBER = float("inf"), float("-inf"), float("nan")


@cache
def models() -> dict[Signal, Model]:
    with TemporaryDirectory() as home:
        for signal, trained in learned().trained.items():
            registry.save(Path(home), signal, trained.manifest, trained.files, key=KEY)
        return {signal: registry.load(Path(home), signal, key=KEY, now=END) for signal in Signal}


@cache
def known() -> Streams:
    """What is known of the first person."""
    own = pl.col("patient_key") == PERSON.key
    whole = learned().cohort.streams
    return Streams(**{field.name: getattr(whole, field.name).filter(own) for field in fields(Streams)})


def scores_of(streams: Streams) -> list[Score]:
    return score([PERSON], streams, models(), as_of=END)


def measured(rows: pl.DataFrame, name: str, value: float) -> pl.DataFrame:
    return rows.with_columns(pl.lit(value).alias(column) for column in MEASURED.get(name, ()))


def later(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    """The same, so many days later."""
    moved = [column for column in DATED if column in rows.columns]
    return rows.with_columns(
        pl.col(column) + (days if "day" in column else days * DAY) for column in moved
    )  # fmt: skip


SPOILT: dict[str, Callable[[pl.DataFrame, str], pl.DataFrame]] = {
    "as it was": lambda rows, _name: rows,
    "nothing": lambda rows, _name: rows.clear(),
    "one entry": lambda rows, _name: rows.tail(1),
    "constant": lambda rows, name: measured(rows, name, 3.0),
    "infinite": lambda rows, name: measured(rows, name, INFINITE),
    "beyond all measure": lambda rows, name: measured(rows, name, 1e12),
    "below all measure": lambda rows, name: measured(rows, name, -1e12),
    "no numbers": lambda rows, name: measured(rows, name, NO_NUMBER),
    "twice": lambda rows, _name: pl.concat([rows, rows]),
    "backwards": lambda rows, _name: rows.reverse(),
    "an hour earlier again": lambda rows, _name: rows.with_columns(
        pl.col(column) - 3600 for column in ("at", "answered") if column in rows.columns
    ),
    "in the future": lambda rows, _name: later(rows, 4000),
}


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(SPOILED, st.sampled_from(sorted(SPOILT)))))
def test_whatever_comes_in_there_is_a_number_that_adds_up_or_a_silence_with_its_reason(ways: dict[str, str]) -> None:
    spoilt = replace(known(), **{name: SPOILT[way](getattr(known(), name), name) for name, way in ways.items()})
    found = scores_of(spoilt)
    assert [one.signal for one in found] == list(Signal)
    for one in found:
        json.dumps([one.course, one.coverage, list(one.reasons)], allow_nan=False)
        if one.reasons:
            assert (one.estimate, one.margin, one.contributions) == (None, None, ())
            assert all(abstention_sentence(reason) for reason in one.reasons)
            continue
        chance = one.signal is not Signal.QUALITY_OF_LIFE
        assert one.estimate == pytest.approx(answer(one.margin, probability=chance), abs=1e-6)
        assert 0 <= one.lower <= one.estimate <= one.upper <= (1 if chance else 100)
        whole = one.base_margin + sum(part.contribution for part in one.contributions)
        assert abs(whole - one.margin) <= ADDS_UP
        assert all(np.isfinite(part.value) for part in one.contributions if part.value is not None)


def test_the_person_as_they_were_is_spoken_of() -> None:
    assert {one.signal for one in scores_of(known()) if not one.reasons} >= {Signal.SAFETY, Signal.QUALITY_OF_LIFE}


def test_small_factors_are_kept_in_the_sum_of_their_domain() -> None:
    look = points_of([(PERSON.key, seconds(END), day_number(END, PERSON.time_zone))])
    values = build(known(), look).select(feature_codes()).to_numpy().astype(float)
    for one in scores_of(known()):
        if one.reasons:
            continue
        parts = predict(models()[one.signal], values).contributions[0]
        domains = [feature.domain.value for feature in features()]
        for domain in set(domains):
            stored = sum(part.contribution for part in one.contributions if part.domain == domain)
            exact = sum(part for part, of in zip(parts, domains, strict=True) if of == domain)
            assert stored == pytest.approx(exact, abs=1e-9)
        small = [
            part for part in one.contributions if not part.feature.endswith(REST) and abs(part.contribution) < 0.05
        ]
        assert not small


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_dated_in_the_future_changes_no_score(name: str) -> None:
    rows = getattr(known(), name)
    changed = replace(known(), **{name: pl.concat([rows, later(measured(rows, name, 7.0), 140)])})
    assert scores_of(changed) == scores_of(known())


@pytest.mark.parametrize("name", ["days", "moments", "questionnaires", "ratings"])
def test_what_came_twice_in_any_order_changes_no_score(name: str) -> None:
    rows = getattr(known(), name)
    twice = pl.concat([rows.reverse(), rows])
    assert scores_of(replace(known(), **{name: twice})) == scores_of(known())


@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from(sorted(MEASURED)), bad=st.sampled_from([INFINITE, MINUS_INFINITE, NO_NUMBER]),
    share=st.integers(2, 9),
)  # fmt: skip
def test_what_is_no_number_is_as_if_it_had_not_come(name: str, bad: float, share: int) -> None:
    rows = getattr(known(), name).with_row_index()
    spoilt = pl.col("index") % share == 0
    kept = rows.filter(~spoilt).drop("index")
    hurt = pl.concat([kept, measured(rows.filter(spoilt).drop("index"), name, bad)])
    found = scores_of(replace(known(), **{name: hurt}))
    expected = scores_of(replace(known(), **{name: kept}))
    if name == "questionnaires":  # the answer to the item on safety beside a total that is no number still counts
        found, expected = ([one for one in of if one.signal is Signal.QUALITY_OF_LIFE] for of in (found, expected))
    assert [(one.reasons, one.estimate, one.usual) for one in found] == [
        (one.reasons, one.estimate, one.usual) for one in expected
    ]


def test_a_patient_with_one_entry_gets_four_reasons() -> None:
    nothing = {name: getattr(known(), name).clear() for name in SPOILED}
    found = scores_of(replace(known(), **(nothing | {"days": known().days.sort("day").tail(1)})))
    assert all(one.reasons and one.estimate is None for one in found)
    assert {one.reasons[0]["code"] for one in found} <= {"few_days", "past_week_10", "too_early"}


def test_training_gets_by_where_a_stream_is_missing_and_another_never_varies() -> None:
    table = learned().materials[Signal.QUALITY_OF_LIFE].table
    gone = [code for code in feature_codes() if code.startswith(("sleep", "nights", "messages"))]
    same = [code for code in feature_codes() if code.startswith(("mood_low", "entries"))]
    spoilt = table.with_columns(pl.lit(None, pl.Float64).alias(code) for code in gone).with_columns(
        pl.lit(2.0).alias(code) for code in same
    )
    manifest = learned().train_on(Signal.QUALITY_OF_LIFE, spoilt, resamples=20).manifest
    assert manifest["trained"]
    assert manifest["metrics"]["model"]["mae"]["value"] < manifest["metrics"]["base_rate"]["mae"]["value"]
    json.dumps(manifest, allow_nan=False)
    assert not {row["feature"] for row in manifest["importance"]} & {*gone, *same}

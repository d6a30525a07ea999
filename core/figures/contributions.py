"""What each person adds to each figure, on which day: ``figure, part, key, day, n, k, q``. ``n`` is what is counted
of, ``k`` what is counted (or the value), ``q`` the square that an interval needs. Figures are sums of these."""

from dataclasses import dataclass

import polars as pl

from core.figures.catalogue import (
    BASELINE_TO,
    MONTH,
    NO_ANSWER_AFTER,
    OUTCOME_DAY,
    OUTCOME_FROM,
    OUTCOME_TO,
    QUARTER,
    STARTED_WITHIN,
    TREATMENT_WEEKS,
    USING_DAYS,
    USING_SHARE,
    YEAR,
)
from core.figures.records import Records
from core.instruments import instrument
from core.instruments.definition import CutOff

SHAPE: dict[str, pl.DataType] = {
    "figure": pl.String(), "part": pl.String(), "key": pl.Int64(), "day": pl.Int64(), "n": pl.Float64(),
    "k": pl.Float64(), "q": pl.Float64(),
}  # fmt: skip
KEY, DAY_OF = pl.col("key"), pl.col("day")
_EXACT = 1e-9  # scales in tenths: a change of exactly the instrument's own error counts


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at; ``last`` ends the newest week."""

    last: int
    weeks: int = YEAR

    @property
    def first(self) -> int:
        """The first of these days."""
        return self.last - 7 * self.weeks + 1

    def weekly(self, every: int = 1) -> pl.DataFrame:
        """``start`` and ``day`` (its last one) of each stretch of ``every`` weeks, newest first."""
        lasts = [self.last - 7 * every * n for n in range(self.weeks // every)]
        return pl.DataFrame({"start": [day - 7 * every + 1 for day in lasts], "day": lasts})


def contributions_of(records: Records, window: Window) -> pl.DataFrame:
    """All contributions within the window; also those of offers to people without a record (negative keys)."""
    made = [
        *_reach(records, window), *_entries(records, window), *_messages(records, window), *_alliance(records, window),
        *_asked(records), *_steps(records, window), *_outcome(records), *_alerts(records, window),
    ]  # fmt: skip
    return pl.concat(made).filter(DAY_OF.is_between(window.first, window.last))


def _put(
    frame: pl.DataFrame, figure: str, *, n: pl.Expr | float = 1.0, k: pl.Expr | float = 0.0, q: pl.Expr | float = 0.0,
    part: pl.Expr | str = "",
) -> pl.DataFrame:  # fmt: skip
    def of(value: pl.Expr | float) -> pl.Expr:
        return (value if isinstance(value, pl.Expr) else pl.lit(value)).cast(pl.Float64)

    named = pl.lit(part) if isinstance(part, str) else part
    return frame.select(
        pl.lit(figure).alias("figure"), named.cast(pl.String).alias("part"), KEY.cast(pl.Int64),
        DAY_OF.cast(pl.Int64), of(n).alias("n"), of(k).alias("k"), of(q).alias("q"),
    )  # fmt: skip


def _in_treatment(records: Records, window: Window, every: int = 1) -> pl.DataFrame:
    """Each person in each stretch in which they were in treatment to its end or left within it."""
    stretches = window.weekly(every)
    ended = pl.col("left").is_null() | (pl.col("left") >= pl.col("start"))
    return records.people.join(stretches, how="cross").filter((pl.col("enrolled") <= pl.col("start")) & ended)


def _reach(records: Records, window: Window) -> list[pl.DataFrame]:
    offers = records.offers.with_columns(day=pl.col("offered"))
    settled = offers.filter(
        pl.col("answered").is_not_null() | (pl.col("offered") + NO_ANSWER_AFTER <= window.last)
    )  # fmt: skip
    wait = pl.col("answered") - pl.col("offered")
    first = records.entries.filter(pl.col("answered") > 0).group_by("key").agg(first=DAY_OF.min())
    people = records.people.filter(pl.col("enrolled") >= window.first - OUTCOME_TO).join(first, on="key", how="left")
    waited = pl.col("first") - pl.col("enrolled")
    known = people.filter(pl.col("enrolled") >= window.first)
    started = known.with_columns(day=pl.col("enrolled") + STARTED_WITHIN)
    gone = (pl.col("left") < pl.col("enrolled") + OUTCOME_DAY).fill_null(False)
    return [
        _put(settled, "accepted", k=pl.col("accepted")),
        _put(offers.filter(pl.col("accepted")), "days_to_accept", k=wait),
        _put(started, "started", k=(waited <= STARTED_WITHIN).fill_null(False)),
        _put(known.filter(waited.is_not_null()).with_columns(day=pl.col("first")), "days_to_start", k=waited),
        *(_using_at(records, people, code) for code in USING_DAYS),
        _put(people.with_columns(day=pl.col("enrolled") + OUTCOME_DAY), "left_early", k=gone),
    ]


def _using_at(records: Records, people: pl.DataFrame, code: str) -> pl.DataFrame:
    """Who answered at least half of what they were asked in the two weeks, of those who once began."""
    since, until = USING_DAYS[code]
    entries = records.entries.join(people.select("key", "enrolled"), on="key")
    asked = entries.filter((DAY_OF - pl.col("enrolled")).is_between(since, until)).group_by("key").agg(uses=_uses())
    began = people.filter(pl.col("first").is_not_null()).with_columns(day=pl.col("enrolled") + until)
    return _put(began.join(asked, on="key", how="left"), code, k=pl.col("uses").fill_null(False))


def _uses() -> pl.Expr:
    return pl.col("answered").sum() >= USING_SHARE * pl.col("sent").sum()


def _entries(records: Records, window: Window) -> list[pl.DataFrame]:
    entries = records.entries.join(records.people.select("key", "enrolled"), on="key")
    week = ((DAY_OF - pl.col("enrolled")) // 7 + 1).clip(1, TREATMENT_WEEKS + 1)
    weekly = entries.with_columns(day=window.last - (window.last - DAY_OF) // 7 * 7)
    used = weekly.group_by("key", "day").agg(uses=_uses())
    here = _in_treatment(records, window).join(used, on=["key", "day"], how="left")
    sent, answered = pl.col("sent"), pl.col("answered")
    return [
        _put(here, "using", k=pl.col("uses").fill_null(False)),
        _put(entries, "answered", n=sent, k=answered),
        _put(
            entries.filter(pl.col("enrolled") <= DAY_OF), "answered_by_week", n=sent, k=answered,
            part=week.cast(pl.String).str.zfill(2),
        ),
    ]  # fmt: skip


def _messages(records: Records, window: Window) -> list[pl.DataFrame]:
    """Messages for each person-week, and how long the first of a stretch waits for the other side."""
    people, theirs = _in_treatment(records, window), pl.col("theirs")
    messages = records.messages.sort("key", "hour").with_columns(day=(pl.col("hour") // 24).cast(pl.Int64))
    turns = messages.filter((theirs != theirs.shift().over("key")).fill_null(True)).with_columns(
        wait=pl.col("hour").shift(-1).over("key") - pl.col("hour")
    )
    answered = turns.filter(pl.col("wait").is_not_null())
    made = [
        _put(answered.filter(theirs), "reply_team", k=pl.col("wait")),
        _put(answered.filter(~theirs), "reply_patient", k=pl.col("wait")),
    ]
    for code, side in (("messages_in", theirs), ("messages_out", ~theirs)):
        made += [_put(messages.filter(side), code, n=0.0, k=1.0), _put(people, code)]
    return made


def _alliance(records: Records, window: Window) -> list[pl.DataFrame]:
    ratings, mean = records.ratings, pl.col("mean")
    sides = {code: ratings.filter(pl.col("side") == code) for code in ("patient", "therapist")}
    both = sides["patient"].join(sides["therapist"], on=["key", "appointment"], suffix="_own")
    gap = mean - pl.col("mean_own")
    made = [_put(sides[code], f"alliance_{code}", k=mean, q=mean * mean) for code in sides]
    made.append(_put(both, "alliance_gap", k=gap, q=gap * gap))
    rated = _within(both, window, MONTH).with_columns(rated=pl.lit(True))
    met = _within(records.held, window, MONTH).join(rated, on=["key", "day"], how="left")
    return [*made, _put(met, "coverage", k=pl.col("rated").fill_null(False))]


def _within(frame: pl.DataFrame, window: Window, every: int) -> pl.DataFrame:
    """Each person once in each stretch in which ``frame`` has a row of theirs."""
    day = window.last - (window.last - DAY_OF) // (7 * every) * (7 * every)
    return frame.filter(window.last >= DAY_OF).select("key", day=day).unique()


def _asked(records: Records) -> list[pl.DataFrame]:
    total = pl.col("total")
    named = {"usability": "sus", "satisfied_app": "vas-app", "satisfied_platform": "vas-platform"}
    made = [
        _put(records.totals.filter(pl.col("instrument") == code), figure, k=total, q=total * total)
        for figure, code in named.items()
    ]
    promotes, detracts = total >= 9, total <= 6
    answers = records.totals.filter(pl.col("instrument") == "nps")
    made.append(
        _put(
            answers, "nps", k=promotes.cast(pl.Float64) - detracts.cast(pl.Float64),
            q=(promotes | detracts).cast(pl.Float64),
        )
    )  # fmt: skip
    return made


def _steps(records: Records, window: Window) -> list[pl.DataFrame]:
    """Of the people in treatment in a quarter, who went up or down at least once."""
    moves = records.steps.sort("key", "started").with_columns(
        change=pl.col("step") - pl.col("step").shift().over("key"), day=pl.col("started")
    )
    here, made = _in_treatment(records, window, QUARTER), []
    for code, chosen in (("steps_up", pl.col("change") > 0), ("steps_down", pl.col("change") < 0)):
        moved = _within(moves.filter(chosen), window, QUARTER).with_columns(moved=pl.lit(True))
        of = here.join(moved, on=["key", "day"], how="left")
        made.append(_put(of, code, k=pl.col("moved").fill_null(False)))
    return made


def _outcome(records: Records) -> list[pl.DataFrame]:
    """Change on the programme's outcome from the first answer to the last around week 12, beyond measurement error."""
    course = DAY_OF - pl.col("enrolled")
    answers = records.totals.join(records.people, on="key").filter(pl.col("instrument") == pl.col("outcome"))
    first = answers.filter(course.is_between(0, BASELINE_TO)).sort("day").group_by("key").agg(
        before=pl.col("total").first()
    )  # fmt: skip
    last = answers.filter(course.is_between(OUTCOME_FROM, OUTCOME_TO)).sort("day").group_by("key").agg(
        after=pl.col("total").last()
    )  # fmt: skip
    judged = records.people.join(first, on="key").join(last, on="key").with_columns(
        day=pl.col("enrolled") + OUTCOME_TO
    )  # fmt: skip
    made = []
    for code in judged["outcome"].unique().to_list():
        made += _outcome_on(judged.filter(pl.col("outcome") == code), code)
    return made


def _outcome_on(judged: pl.DataFrame, code: str) -> list[pl.DataFrame]:
    form = instrument(code)
    cut = next((one for one in form.cut_offs if one.subscale is None), None)  # of the total, as the answers are
    if form.reliable_change is None or cut is None:
        return []
    better = (pl.col("after") - pl.col("before")) * form.better
    enough = form.reliable_change.value - _EXACT
    ill, still = (_on_side(cut, pl.col(name)) for name in ("before", "after"))
    return [
        _put(judged, "improved", k=better >= enough),
        _put(judged.filter(ill), "recovered", k=~still & (better >= enough)),
        _put(judged, "worse", k=-better >= enough),
    ]


def _on_side(cut: CutOff, score: pl.Expr) -> pl.Expr:
    """Whether scores lie on the cut-off's side: ``CutOff.reached`` for a column."""
    sides = {"at_least": score >= cut.value, "at_most": score <= cut.value, "below": score < cut.value}
    return sides[cut.side]


def _alerts(records: Records, window: Window) -> list[pl.DataFrame]:
    alerts = records.alerts.with_columns(day=(pl.col("opened") // 24).cast(pl.Int64))
    ended = pl.col("ended").is_null() | (pl.col("ended") > pl.col("start"))
    at_work = (
        records.leads.join(window.weekly(), how="cross")
        .filter((pl.col("started") <= pl.col("day")) & ended)
        .group_by("staff", "day")
        .agg(shared=pl.len(), key=KEY)
        .explode("key")
    )
    due = alerts.filter(pl.col("due") // 24 <= window.last).with_columns(day=(pl.col("due") // 24).cast(pl.Int64))
    return [
        _put(alerts, "alerts", n=0.0, k=1.0),
        _put(at_work, "alerts", n=1.0 / pl.col("shared")),
        _put(alerts.filter(pl.col("useful").is_not_null()), "useful", k=pl.col("useful")),
        _put(due, "kept", k=(pl.col("answered") <= pl.col("due")).fill_null(False)),
    ]

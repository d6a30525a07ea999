"""The analysis as tables for a spreadsheet or another script: one long table, a row for each figure with its n, and the
parameters by which it was made. Counts are to the nearest five and figures to a few decimals, so that nobody can be
worked back from two exports. Words that a spreadsheet would take for a formula are made harmless; numbers stay
numbers."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from core.analysis.alliance import AllianceAnalysis, Development
from core.analysis.estimate import Estimate
from core.analysis.small_cells import rounded
from core.export.sheets import Cell, neutral, to_xlsx

HEADER = (
    "part", "side", "programme", "figure", "with", "months", "n", "value", "lower", "upper", "statistic", "p", "q",
    "reason",
)  # fmt: skip
DECIMALS = {"value": 3, "lower": 3, "upper": 3, "statistic": 2, "p": 4, "q": 4}
Row = dict[str, Cell]


def rows(analysis: AllianceAnalysis) -> list[Row]:
    """Every figure of the analysis, one row each; what is suppressed or cannot be estimated has a reason, no value."""
    return [_coarse(row) for row in (*_development(analysis), *_agreement(analysis), *_associations(analysis))]


def _coarse(row: Row) -> Row:
    """The row as it may be taken away."""
    coarse = dict(row)
    for name, decimals in DECIMALS.items():
        value = row.get(name)
        coarse[name] = round(float(value), decimals) if isinstance(value, int | float) else None
    count = row.get("n")
    return coarse | {"n": rounded(count) if isinstance(count, int) else None}


def as_csv(analysis: AllianceAnalysis) -> bytes:
    """The table as CSV (UTF-8 with a mark, so that a spreadsheet reads it as such)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\r\n")
    writer.writeheader()
    for row in rows(analysis):
        writer.writerow({name: neutral(row.get(name)) for name in HEADER})
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(analysis: AllianceAnalysis) -> bytes:
    """The table on one sheet for each part, and the parameters on the last."""
    table = rows(analysis)
    sheets: dict[str, list[list[Cell]]] = {
        part: [list(HEADER), *([row.get(name) for name in HEADER] for row in table if row["part"] == part)]
        for part in ("development", "agreement", "associations")
    }
    parameters = [[name, value] for name, value in _flat(dict(analysis.parameters))]
    return to_xlsx({**sheets, "parameters": [["parameter", "value"], *parameters]})


def as_json(analysis: AllianceAnalysis) -> bytes:
    """The parameters of the analysis."""
    return json.dumps(dict(analysis.parameters), ensure_ascii=False, indent=1).encode()


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _flat(below, f"{name}.{key}" if name else str(key))
    else:
        yield name, ", ".join(map(str, value)) if isinstance(value, list) else value


def _row(part: str, figure: str, **fields: Any) -> Row:
    return {"part": part, "figure": figure, **fields}


def _estimate(estimate: Estimate) -> Row:
    return {
        "n": estimate.n, "value": estimate.value, "lower": estimate.lower, "upper": estimate.upper,
        "statistic": estimate.F, "p": estimate.p, "reason": estimate.reason,
    }  # fmt: skip


def _development(analysis: AllianceAnalysis) -> Iterator[Row]:
    for development in analysis.development:
        for point in development.points:
            drawn = {"side": development.side, "programme": point.programme, "months": point.months, "n": point.n}
            mean = {"value": point.mean, "lower": point.lower, "upper": point.upper}
            yield _row("development", "mean", **drawn, **mean)
            if point.model is not None:
                value, lower, upper = point.model
                yield _row("development", "model mean", **drawn, value=value, lower=lower, upper=upper)
        yield from _model(development)


def _model(development: Development) -> Iterator[Row]:
    model, side = development.model, development.side
    if model.reason is not None:
        yield _row("development", "model", side=side, n=model.groups, reason=model.reason)
        return
    for term, estimate in model.effects.items():
        yield _row("development", f"effect {term}", side=side, **_estimate(estimate))
    for name in ("between_sd", "slope_sd", "correlation", "residual_sd", "criterion", "residual_skew"):
        value = getattr(model, name)
        reason = model.slope_reason if value is None else None
        yield _row("development", name, side=side, n=model.groups, value=value, reason=reason)


def _agreement(analysis: AllianceAnalysis) -> Iterator[Row]:
    found = analysis.agreement
    for form, estimate in found.icc.items():
        yield _row("agreement", form, **_estimate(estimate))
    limits = found.limits
    ends = {"bias": limits.bias_interval, "lower limit": limits.lower_interval, "upper limit": limits.upper_interval}
    for name, value in (("bias", limits.bias), ("lower limit", limits.lower), ("upper limit", limits.upper)):
        low, high = ends[name] or (None, None)
        yield _row("agreement", name, n=limits.n, value=value, lower=low, upper=high, reason=limits.reason)
    yield _row("agreement", "sd of differences", n=limits.n, value=limits.sd, reason=limits.reason)
    yield _row("agreement", "shapiro-wilk of differences", n=limits.n, p=limits.normal_p, reason=limits.reason)
    if limits.slope is not None:
        yield _row("agreement", "difference with level, r", **_estimate(limits.slope))
    yield _row("agreement", "r", **_estimate(found.r))
    yield _row("agreement", "d", n=found.n, value=found.d, reason=found.reason)


def _associations(analysis: AllianceAnalysis) -> Iterator[Row]:
    for found in analysis.associations:
        pair = {"side": found.outcome, "with": found.predictor}
        yield _row("associations", "spearman", **pair, **_estimate(found.rho), q=found.q)
        held = f"partial spearman ({', '.join(found.held_equal)})"
        yield _row("associations", held, **pair, **_estimate(found.partial), q=found.partial_q)

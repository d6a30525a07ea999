"""The analysis as tables for a spreadsheet or another script: one long table, a row for each figure with its n, and the
parameters by which it was made. Words that a spreadsheet would take for a formula are made harmless; numbers stay
numbers."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook

from core.analysis.alliance import AllianceAnalysis, Development
from core.analysis.estimate import Estimate

HEADER = (
    "part", "side", "programme", "figure", "with", "months", "n", "value", "lower", "upper", "statistic", "df1", "df2",
    "p", "q", "reason",
)  # fmt: skip
Row = dict[str, str | float | int | None]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(analysis: AllianceAnalysis) -> list[Row]:
    """Every figure of the analysis, one row each; what is suppressed or cannot be estimated has a reason, no value."""
    return [*_development(analysis), *_agreement(analysis), *_associations(analysis)]


def as_csv(analysis: AllianceAnalysis) -> bytes:
    """The table as CSV (UTF-8 with a mark, so that a spreadsheet reads it as such)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\r\n")
    writer.writeheader()
    for row in rows(analysis):
        writer.writerow({name: harmless(row.get(name)) for name in HEADER})
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(analysis: AllianceAnalysis) -> bytes:
    """The table on one sheet for each part, and the parameters on the last."""
    book = Workbook()
    book.remove(book.active)
    for part in ("development", "agreement", "associations"):
        sheet = book.create_sheet(part)
        sheet.append(HEADER)
        for row in rows(analysis):
            if row["part"] == part:
                sheet.append([harmless(row.get(name)) for name in HEADER])
    sheet = book.create_sheet("parameters")
    for name, value in _flat(dict(analysis.parameters)):
        sheet.append([harmless(name), harmless(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(analysis: AllianceAnalysis) -> bytes:
    """The parameters of the analysis."""
    return json.dumps(dict(analysis.parameters), ensure_ascii=False, indent=1).encode()


def harmless(value: Any) -> Any:
    """Words that begin like a formula get an apostrophe before them; numbers pass."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value


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
        "statistic": estimate.F, "df1": estimate.df1, "df2": estimate.df2, "p": estimate.p, "reason": estimate.reason,
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

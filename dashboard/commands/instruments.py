"""The instruments: list them, show one with its keys and sources, score answers, load official wording. None of it
opens the database."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from core.errors import InvalidInput
from core.instruments import Scored, instrument, instruments, score
from core.instruments.checks import span
from core.instruments.definition import Definition, Item, Range, Score
from core.instruments.fhir import RESPONSE, score_response
from core.instruments.wording import load_wording, wordings
from core.language import _
from core.start import load_settings

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Code = Annotated[str, typer.Argument(help="The instrument's code, as `list` gives it.")]


@app.callback()
def instruments_command() -> None:
    """The instruments."""


@app.command("list")
def list_instruments(as_json: AsJson = False) -> None:
    """Every instrument with its items, range and what is not verified."""
    loaded = wordings(load_settings().home)
    rows = [_summary(definition, sorted(loaded.get(code, {}))) for code, definition in instruments().items()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(
        Column("code", no_wrap=True), "name", "items", "score", "by", "wording", "to verify", box=None, pad_edge=False
    )
    for row in rows:
        wording = ", ".join(row["official_wording"]) or "own"
        low, high = row["range"] or (None, None)
        scale = "no score" if low is None else f"{low:g}–{high:g}"
        table.add_row(
            row["code"], row["name"], str(row["items"]), scale, row["informant"], wording, str(len(row["unverified"]))
        )
    Console().print(table)


@app.command("show")
def show(code: Code, as_json: AsJson = False) -> None:
    """One instrument: items, keys, sub-scales, missing rule, cut-offs, licence, sources, what is not verified."""
    definition = instrument(code)
    official = sorted(wordings(load_settings().home).get(code, {}))
    if as_json:
        whole = definition.model_dump(mode="json") | {"official_wording": official}
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    for line in _lines(definition, official):
        typer.echo(line)


@app.command("score")
def score_answers(
    code: Code,
    answers: Annotated[
        str, typer.Option(help='Answers as {"1": 2, "2": 0}, a FHIR QuestionnaireResponse, or a file of either.')
    ],
    version: Annotated[str | None, typer.Option(help="The version that was answered (default: in force).")] = None,
    as_json: AsJson = False,
) -> None:
    """Score answers; an impossible one is refused by the name of its item."""
    given = _parsed(answers)
    if given.get("resourceType") == RESPONSE:
        response = score_response(given, code)
        stated: dict[str, Any] = {"stated_total": response.stated_total, "answers": response.answers}
        result = _result(response.scored, response.answers) | stated
    else:
        result = _result(score(code, given, version=version), given)
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else _sentence(result))


@app.command("load-wording")
def load(
    file: Annotated[Path, typer.Argument(help="A FHIR R4 Questionnaire (JSON) or our YAML.")], as_json: AsJson = False
) -> None:
    """Load official wording that you have the right to use, in the file's language."""
    wording = load_wording(file, load_settings().home)
    if as_json:
        typer.echo(json.dumps(asdict(wording), ensure_ascii=False))
        return
    name = instrument(wording.instrument).name
    typer.echo(f"{name}: official wording loaded for {wording.locale}, {len(wording.items)} items.")


def _parsed(text: str) -> dict[str, Any]:
    file = Path(text) if not text.lstrip().startswith("{") else None
    try:
        given = json.loads(
            file.read_text(encoding="utf-8-sig") if file is not None else text, object_pairs_hook=_each_once
        )
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(_("The answers must be JSON such as {example}.").format(example='{"1": 2}')) from error
    if not isinstance(given, dict):
        raise InvalidInput(_("The answers must be JSON such as {example}.").format(example='{"1": 2}'))
    return given


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An item that is answered twice has no answer that could be believed."""
    names = [name for name, _value in pairs]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise InvalidInput(_("{name} stands twice in the answers.").format(name=double))
    return dict(pairs)


def _result(scored: Scored, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What scoring gave, with the cut-offs that were reached and the item means (by which forms compare)."""
    definition = instrument(scored.instrument)
    values = {**scored.subscales, "total": scored.total}
    reached = [
        {"on": cut.subscale or "total", "side": cut.side, "value": cut.value, "meaning": cut.meaning}
        for cut in definition.cut_offs
        if (value := values[cut.subscale or "total"]) is not None and cut.reached(value)
    ]
    return asdict(scored) | {
        "answered": sum(answer is not None for answer in answers.values()), "items": len(definition.items),
        "item_means": {name: _mean(definition, name, value) for name, value in values.items() if value is not None},
        "cut_offs": reached, "version": definition.version,
    }  # fmt: skip


def _mean(definition: Definition, name: str, value: float) -> float:
    part = definition.scores()[name]
    items = 1 if part.formula == "mean" else len(definition.items_of(part))
    return round(value / part.factor / items, 10)


def _sentence(result: Mapping[str, Any]) -> str:
    def said(value: float | None) -> str:
        return "no score" if value is None else f"{value:g}"

    parts = [f"{instrument(result['instrument']).name}: {said(result['total'])}"]
    parts += [f"{name} {said(value)}" for name, value in result["subscales"].items()]
    parts += [f"band {result['band']}"] if result["band"] else []
    parts += [f"missing {', '.join(result['missing'])}"] if result["missing"] else []
    parts += [f"{flag['code']} (item {flag['item']}: {flag['value']:g})" for flag in result["flags"]]
    if result.get("stated_total") is not None:
        parts.append(f"the response itself states {result['stated_total']:g}")
    return "; ".join(parts) + "."


def _summary(definition: Definition, official: list[str]) -> dict[str, Any]:
    return {
        "code": definition.code, "version": definition.version, "name": definition.name,
        "measures": definition.measures, "informant": definition.informant, "items": len(definition.items),
        "range": span(definition, definition.total) if definition.total else None,
        "subscales": list(definition.subscales), "official_wording": official, "licence": definition.licence,
        "unverified": list(definition.unverified),
    }  # fmt: skip


def _lines(definition: Definition, official: list[str]) -> list[str]:
    wording = f"official wording loaded: {', '.join(official)}" if official else "own short labels, no official wording"
    lines = [
        f"{definition.name} ({definition.code}, version {definition.version}): {definition.measures}, "
        f"answered by the {definition.informant}, {definition.window}",
        wording,
        f"An answer is {definition.answers_are}.",
        f"Missing: {definition.missing_rule}.",
        "",
        *(_item_line(definition, item) for item in definition.items),
        "",
    ]
    lines += [_score_line(definition, name, part) for name, part in definition.scores().items()]
    if definition.triage:
        lines.append("No score: the answers ask for a response time (now, same_day, next_working_day).")
    lines += [f"from {band.start:g}: {band.code}" for band in definition.bands]
    lines += [
        f"cut-off {cut.side} {cut.value:g} on {cut.subscale or 'total'}: {cut.meaning}" for cut in definition.cut_offs
    ]
    change = definition.reliable_change
    if change is not None:
        lines.append(
            f"reliable change: {change.value:g} ({change.source})" + ("" if change.verified else " NOT VERIFIED")
        )
    lines += ["", f"Licence: {definition.licence}", *(f"Source: {source}" for source in definition.sources)]
    lines += [f"Not verified: {what}" for what in definition.unverified]
    return lines + [f"Retired version {version}: {why}" for version, why in definition.retired.items()]


def _item_line(definition: Definition, item: Item) -> str:
    options = definition.options_of(item)
    if isinstance(options, Range):
        key = f"{options.low:g}–{options.high:g}"
    else:
        key = " ".join(f"{option.answer:g}→{option.score:g}" for option in options)
    notes = [item.loinc or "", "never imputed" if item.never_imputed else ""]
    notes.append(f"asked if item {item.asked_if.item} ≥ {item.asked_if.at_least:g}" if item.asked_if else "")
    return "  ".join(part for part in (f"{item.id:>3} {item.label}", key, *notes) if part)


def _score_line(definition: Definition, name: str, part: Score) -> str:
    low, high = span(definition, part)
    made = ", ".join(part.items) if part.items else " + ".join(part.parts)
    factor = f" × {part.factor:g}" if part.factor != 1 else ""
    return f"{name}: {part.formula} of {made}{factor}, {low:g}–{high:g}, {part.missing} may be missing"

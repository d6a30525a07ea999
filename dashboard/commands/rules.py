"""The rules: list them with what they rest on, look for cues in a text, run those that time alone triggers."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from core.rules.catalogue import RULES, Rule
from core.rules.cues.scan import scan as look_for_cues
from core.rules.in_force import Refusal, as_set, refusals
from core.rules.rounds import watch_everyone
from core.start import open_installation
from dashboard.wording.alerts import limit, title

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class Language(StrEnum):
    """The languages whose cues are known."""

    EN = "en"
    ES = "es"
    CA = "ca"


class Informant(StrEnum):
    """Whose words a text holds."""

    PATIENT = "patient"
    RELATIVE = "relative"


@app.command()
def scan(
    text: Annotated[str, typer.Option(help="What was written.")],
    lang: Annotated[Language | None, typer.Option(help="Its language; without it, all three are read.")] = None,
    informant: Annotated[Informant, typer.Option(help="Who wrote it.")] = Informant.PATIENT,
    as_json: AsJson = False,
) -> None:
    """Quote the cues in a text and the response they ask for. None found says nothing about the person."""
    found = look_for_cues(text, language=lang.value if lang else None, informant=informant.value)
    if as_json:
        answer = {"response": found.response, "cues": [asdict(cue) for cue in found.cues]}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    typer.echo(f"Response asked for: {found.response or 'none; this rules nothing out'}")
    for cue in found.cues:
        typer.echo(f"  “{cue.words}” ({cue.code}, {cue.language}): {cue.response}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every rule with its response, thresholds, source and limits; what a service or programme set; what is refused."""
    with open_installation() as installation, installation.calls().transaction() as session:
        refused, configured = refusals(session), as_set(session)
    listed = [_row(rule, configured.get(code, {})) for code, rule in RULES.items()]
    if as_json:
        whole = {"rules": listed, "refused": [asdict(one) for one in refused]}
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    for row in listed:
        _print(row)
    for one in refused:
        typer.echo(_refused(one), err=True)


@app.command()
def run(as_json: AsJson = False) -> None:
    """Run the rules that time alone triggers for everyone in treatment; a repeated run opens nothing twice."""
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        calls, task = installation.calls(), bar.add_task("Looking", total=None)
        with calls.transaction() as session:
            refused = refusals(session)
        made = watch_everyone(
            calls, datetime.now(UTC), lambda done, total: bar.update(task, completed=done, total=total)
        )  # fmt: skip
    for one in refused:
        typer.echo(_refused(one), err=True)
    if as_json:
        typer.echo(json.dumps(made.as_json() | {"refused": [one.rule for one in refused]}))
        return
    typer.echo(f"{made.patients} patients looked at, {sum(made.opened.values())} alerts opened.")
    for rule, count in sorted(made.opened.items()):
        typer.echo(f"  {rule}: {count}")
    if made.unowned:
        typer.echo(f"For {made.unowned} patients nobody could own an alert: name a lead or a team lead.", err=True)
    if made.failed:
        typer.echo(f"For {made.failed} patients the look failed; the log names the kind of error.", err=True)


def _row(rule: Rule, configured: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": rule.code, "title": title(rule.code), "response": rule.response.value, "stands_on": rule.ground.value,
        "thresholds": dict(rule.thresholds), "defaults": sorted(rule.defaults), "source": rule.source,
        "limits": [limit(one) for one in rule.limits], "may_be_changed": rule.may_be_switched_off,
        "configured": configured,
    }  # fmt: skip


def _print(row: dict[str, Any]) -> None:
    """One rule in a few lines; (d) marks a default of ours."""
    typer.echo(f"{row['code']}  {row['response'].replace('_', ' ')}, stands on what was {_STANDS_ON[row['stands_on']]}")
    marked = (f"{name} {value:g}{' (d)' * (name in row['defaults'])}" for name, value in row["thresholds"].items())
    typer.echo(f"    thresholds: {', '.join(marked) or 'none'}")
    for where, values in row["configured"].items():
        typer.echo(f"    set for {where}: {values}")
    typer.echo(f"    source: {row['source']}")
    typer.echo(f"    limits: {'; '.join(row['limits'])}")


_STANDS_ON = {"said": "said", "statistical": "seen in numbers", "process": "left undone", "measured": "measured"}


def _refused(one: Refusal) -> str:
    return f"{one.rule} is refused ({one.where}): {one.why}."

"""Import other people's values: a CSV export with its mapping, FHIR resources, exports of devices."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlmodel import Session

from core.access.accounts import operator
from core.actions.import_runs import undo
from core.actions.imports import Request, import_csv
from core.actions.intake import Way, source_name, take_in
from core.calls import Calls
from core.errors import InvalidInput
from core.ingest.devices import Device, read_export
from core.ingest.devices.clock import known_zone
from core.ingest.fhir import read_fhir
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Item
from core.ingest.load import load_mapping
from core.ingest.placement import Wish, service_named
from core.ingest.reader import file_hash
from core.ingest.report import Report
from core.ingest.words import say_reason
from core.language import _, say_time
from core.queries.import_runs import import_runs
from core.start import complete_catalogue, open_installation
from dashboard.wording import imports as words

app = typer.Typer(no_args_is_help=True)
R = TypeVar("R")
SHOWN = 20  # rejected cells on screen; all of them are in the JSON


@app.callback()
def import_() -> None:
    """Import other people's values."""


@app.command("csv")
def csv_file(
    file: Annotated[Path, typer.Argument(help="The export, a CSV file.")],
    mapping: Annotated[Path, typer.Option(help="What its columns mean: a file, or bringmann2013, fried2021, m-path.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and compare everything, write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    ending: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Move all days so that the last one is this date.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Name of the service (default: the first).")] = None,
    team: Annotated[str | None, typer.Option(help="Name of the team (default: the first, or the therapist's).")] = None,
    therapist: Annotated[str | None, typer.Option(help="User name or name of the treating therapist.")] = None,
    programme: Annotated[str | None, typer.Option(help="Code of a programme that exists (default: as mapped).")] = None,
) -> None:
    """Import a CSV file: all of it or, where it is interrupted, nothing; a second time changes nothing."""
    request = Request(
        file=file,
        mapping=load_mapping(mapping),
        wish=Wish(team=team, therapist=therapist, programme=programme),
        ending=None if ending is None else ending.date(),
        dry_run=dry_run,
    )
    with open_installation() as installation:
        report = _run(installation.calls(), request, service, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(as_plain(report), ensure_ascii=False))
    else:
        show(report, Console())


@app.command("fhir")
def fhir_file(
    file: Annotated[Path, typer.Argument(help="A FHIR R4 resource, a Bundle, or NDJSON.")],
    source: Annotated[str, typer.Option(help="The name of the sending system: its people are known by it.")] = "fhir",
    patient: Annotated[uuid.UUID | None, typer.Option(help="Everything is about this person of Vincle.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and compare everything, write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    service: Annotated[str | None, typer.Option(help="Name of the service (default: the first).")] = None,
    team: Annotated[str | None, typer.Option(help="Name of the team (default: the first, or the therapist's).")] = None,
    therapist: Annotated[str | None, typer.Option(help="User name or name of the treating therapist.")] = None,
) -> None:
    """Import FHIR: observations, questionnaire responses and communications of patients."""
    wish = Wish(team=team, therapist=therapist)
    way = Way(source=source_name(source), kind="fhir", name=source, wish=wish, patient_id=patient, dry_run=dry_run)
    with open_installation() as installation:
        report = _take_in(installation.calls(), way, file, read_fhir(file), service, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(intake_as_plain(report), ensure_ascii=False))
    else:
        show(report, Console())


@app.command("device")
def device_export(
    file: Annotated[Path, typer.Argument(help="The export: a file, or the folder it was unpacked to.")],
    kind: Annotated[Device, typer.Option(help="What kind of export it is.")],
    person: Annotated[str, typer.Option(help="The person's number at the source.")] = "",
    patient: Annotated[uuid.UUID | None, typer.Option(help="The person of Vincle that it belongs to.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone of clock times without one.")] = "Europe/Madrid",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and compare everything, write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    service: Annotated[str | None, typer.Option(help="Name of the service (default: the first).")] = None,
    therapist: Annotated[str | None, typer.Option(help="User name or name of the treating therapist.")] = None,
) -> None:
    """Import the export of a device or another EMA tool: one person's steps, sleep, heart rate, answers."""
    way = Way(
        source=kind.value, kind="device", name=kind.value, wish=Wish(therapist=therapist), patient_id=patient,
        dry_run=dry_run,
    )  # fmt: skip
    if not person and patient is None:
        raise InvalidInput(_("Say whose export this is: --person (a number at the source) or --patient."))
    with open_installation() as installation:
        items = read_export(kind, file, person=person or "1", zone=known_zone(zone))
        report = _take_in(installation.calls(), way, file, items, service, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(intake_as_plain(report), ensure_ascii=False))
    else:
        show(report, Console())


def _take_in(
    calls: Calls, way: Way, file: Path, items: Iterable[Item], service: str | None, *, quiet: bool
) -> IntakeReport:
    def work(session: Session, *, progress: Callable[[int], None], **arguments: Any) -> IntakeReport:
        sha256 = file_hash(file) if file.is_file() else ""
        return take_in(
            session, way=way, items=items, file=file.name, sha256=sha256, progress=progress, **arguments
        )  # fmt: skip

    return _with_progress(calls, work, service, quiet=quiet)


def _run(calls: Calls, request: Request, service: str | None, *, quiet: bool) -> Report:
    def work(session: Session, *, progress: Callable[[int], None], **arguments: Any) -> Report:
        return import_csv(session, request=request, progress=progress, **arguments)

    return _with_progress(calls, work, service, quiet=quiet)


def _with_progress(calls: Calls, work: Callable[..., R], service: str | None, *, quiet: bool) -> R:
    """Run ``work`` as the operator of the service, with a bar that counts what was read."""
    complete_catalogue(calls)  # an installation that was never started may lack measures
    with calls.transaction() as session:
        service_id = service_named(session, service)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task(_("Reading"), total=None)

        def progress(read: int) -> None:
            bar.update(task, description=_("{n} read").format(n=f"{read:,}"))

        def call(session: Session, **arguments: Any) -> R:
            return work(session, progress=progress, **arguments)

        return calls.run(call, by=operator(service_id))


def intake_as_plain(report: IntakeReport) -> dict[str, Any]:
    """The report as JSON has it: the counts, every flagged total and everything that was not taken."""
    lists = {
        "flagged": [asdict(one) for one in report.flagged],
        "rejected": [asdict(one) for one in report.rejected],
        "first_day": str(report.first_day or "") or None,
        "last_day": str(report.last_day or "") or None,
        "source": report.source,
        "dry_run": report.dry_run,
    }
    return report.counts | lists


def as_plain(report: Report) -> dict[str, Any]:
    """The report as JSON has it: the counts, and every rejected cell with its reason as code and in words."""
    cells = [asdict(cell) | {"reason": cell.reason.value, "why": say_reason(cell)} for cell in report.rejected]
    return report.counts | {"rejected": cells}


def show(report: words.AnyReport, console: Console) -> None:
    """The report on screen: what the file holds, what of it is new, the first of what was not taken."""
    console.print(words.title(report), markup=False)
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("", _("in the file"), _("new")):
        table.add_column(heading, justify="left" if not heading else "right")
    for row in words.rows(report):
        table.add_row(*row)
    console.print(table)
    for line in words.remarks(report):
        console.print(line, markup=False, highlight=False)
    refused = words.not_taken(report)
    for where, why in refused[:SHOWN]:
        console.print(f"{where}: {why}", markup=False, highlight=False)
    if len(refused) > SHOWN:
        console.print(words.more(len(refused) - SHOWN), markup=False, highlight=False)


@app.command("runs")
def runs(
    sent: Annotated[bool, typer.Option(help="Those that devices and partners sent by token.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    service: Annotated[str | None, typer.Option(help="Name of the service (default: the first).")] = None,
) -> None:
    """The newest imports, with the number under which each can be taken back."""
    with open_installation() as installation:
        found = _as_operator(installation.calls(), import_runs, service)
    listed = found.sent if sent else found.runs
    if as_json:
        typer.echo(json.dumps([asdict(run) for run in listed], default=str, ensure_ascii=False))
        return
    table = Table(show_edge=False, pad_edge=False)
    for heading in (_("Number"), _("When"), _("File"), _("Brought"), _("Taken back")):
        table.add_column(heading)
    for run in listed:
        gone = "" if run.undone_at is None else say_time(run.undone_at, found.time_zone)
        table.add_row(
            str(run.id),
            say_time(run.at, found.time_zone),
            (run.file or run.source).replace("[", "("),
            words.brought(run),
            gone,
        )
    Console().print(table)


@app.command("undo")
def undo_run(
    run: Annotated[uuid.UUID, typer.Argument(help="The number of the import (import runs).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was taken back as JSON.")] = False,
    service: Annotated[str | None, typer.Option(help="Name of the service (default: the first).")] = None,
) -> None:
    """Take one import back: what it brought, and the people it admitted of whom nothing else is known."""
    with open_installation() as installation:
        done = _as_operator(installation.calls(), undo, service, key=uuid.uuid4().hex, run_id=run)
    if done is not None:
        typer.echo(json.dumps(asdict(done)) if as_json else words.undone(done))


def _as_operator(calls: Calls, work: Callable[..., R], service: str | None, **arguments: Any) -> R:
    with calls.transaction() as session:
        service_id = service_named(session, service)
    return calls.run(work, by=operator(service_id), **arguments)

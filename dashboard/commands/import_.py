"""Import other people's values: a CSV export with its mapping, FHIR resources, exports of devices."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlmodel import Session

from core.access.accounts import operator
from core.actions.imports import Request, import_csv
from core.actions.intake import Way, source_name, take_in
from core.calls import Calls
from core.ingest.devices.apple_health import read_apple_health
from core.ingest.devices.clock import known_zone
from core.ingest.devices.fitbit import read_fitbit
from core.ingest.devices.mindlamp import read_mindlamp
from core.ingest.devices.open_mhealth import read_open_mhealth
from core.ingest.fhir import read_fhir
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Item
from core.ingest.load import load_mapping
from core.ingest.placement import Wish, service_named
from core.ingest.reader import file_hash
from core.ingest.report import Report
from core.ingest.words import say_reason
from core.language import _, ngettext
from core.start import open_installation

app = typer.Typer(no_args_is_help=True)
R = TypeVar("R")
SHOWN = 20  # rejected cells on screen; all of them are in the JSON


@app.callback()
def import_() -> None:
    """Import other people's values."""


@app.command("csv")
def csv_file(
    file: Annotated[Path, typer.Argument(help="The export, a CSV file.")],
    mapping: Annotated[Path, typer.Option(help="What its columns mean: a YAML file, or bringmann2013 or fried2021.")],
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
        show_intake(report, Console())


class Device(StrEnum):
    """Exports that are known by themselves, without a mapping."""

    FITBIT = "fitbit"
    APPLE_HEALTH = "apple-health"
    OPEN_MHEALTH = "open-mhealth"
    MINDLAMP = "mindlamp"


_READ = {
    Device.FITBIT: read_fitbit, Device.APPLE_HEALTH: read_apple_health, Device.OPEN_MHEALTH: read_open_mhealth,
    Device.MINDLAMP: read_mindlamp,
}  # fmt: skip


@app.command("device")
def device_export(
    file: Annotated[Path, typer.Argument(help="The export: a file, or the folder it was unpacked to.")],
    kind: Annotated[Device, typer.Option(help="What kind of export it is.")],
    person: Annotated[str, typer.Option(help="The person's number at the source.")] = "1",
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
    items = _READ[kind](file, person=person, zone=known_zone(zone))
    with open_installation() as installation:
        report = _take_in(installation.calls(), way, file, items, service, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(intake_as_plain(report), ensure_ascii=False))
    else:
        show_intake(report, Console())


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


def show_intake(report: IntakeReport, console: Console) -> None:
    """The report on screen."""
    title = _("{file}: would be imported as {source}") if report.dry_run else _("{file}: imported as {source}")
    console.print(title.format(file=report.file, source=report.source), markup=False)
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("", _("in the file"), _("new")):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_row(_("patients"), f"{report.patients:,}", f"{report.new_patients:,}")
    table.add_row(_("observations"), f"{report.observations:,}", f"{report.new_observations:,}")
    table.add_row(_("questionnaires"), f"{report.responses:,}", f"{report.new_responses:,}")
    table.add_row(_("messages"), f"{report.messages:,}", f"{report.new_messages:,}")
    table.add_row(_("there before"), f"{report.duplicates:,}", "")
    console.print(table)
    for flag in report.flagged[:SHOWN]:
        words = _("{where}: states {stated:g}, its answers give {computed}.")
        computed = "–" if flag.computed is None else f"{flag.computed:g}"
        console.print(words.format(where=flag.resource, stated=flag.stated, computed=computed), markup=False)
    for refused in report.rejected[:SHOWN]:
        console.print(f"{refused.resource}: {refused.reason}", markup=False, highlight=False)
    if len(report.rejected) > SHOWN:
        words = _("… and {n} more; --json lists them all.")
        console.print(words.format(n=f"{len(report.rejected) - SHOWN:,}"))


def as_plain(report: Report) -> dict[str, Any]:
    """The report as JSON has it: the counts, and every rejected cell with its reason as code and in words."""
    cells = [asdict(cell) | {"reason": cell.reason.value, "why": say_reason(cell)} for cell in report.rejected]
    return report.counts | {"rejected": cells}


def show(report: Report, console: Console) -> None:
    """The report on screen: what the file holds, what of it is new, the first rejected cells."""
    table = Table(title=_title(report), title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("", _("in the file"), _("new")):
        table.add_column(heading, justify="left" if not heading else "right")
    table.add_row(_("rows"), f"{report.rows:,}", "")
    table.add_row(_("patients"), f"{report.patients:,}", f"{report.new_patients:,}")
    table.add_row(_("prompts"), f"{report.prompts:,}", f"{report.new_prompts:,}")
    table.add_row(_("of them unanswered"), f"{report.unanswered:,}", "")
    table.add_row(_("observations"), f"{report.observations:,}", f"{report.new_observations:,}")
    table.add_row(_("duplicates"), f"{report.duplicates + report.duplicate_prompts:,}", "")
    table.add_row(_("rejected cells"), f"{len(report.rejected):,}", "")
    console.print(table)
    for line in _remarks(report):
        console.print(line, markup=False, highlight=False)


def _title(report: Report) -> str:
    words = _("{file}: would be imported as {source}") if report.dry_run else _("{file}: imported as {source}")
    return words.format(file=report.file.replace("[", "("), source=report.source)


def _remarks(report: Report) -> list[str]:
    lines = []
    if report.first_day and report.last_day:
        lines.append(_("From {first} to {last}.").format(first=report.first_day, last=report.last_day))
    if report.shift_days:
        lines.append(_("All days were moved by {n} days.").format(n=report.shift_days))
    for count, words in (
        (report.blank_rows, _("{n} rows without a time and without answers were passed over.")),
        (report.padding, _("{n} rows of days that were not asked were passed over.")),
        (report.repeated, _("{n} repeated values were taken once for their day or person.")),
    ):
        if count:
            lines.append(words.format(n=f"{count:,}"))
    if report.ignored_columns or report.unknown_columns:
        names = ", ".join([*report.ignored_columns, *report.unknown_columns])
        lines.append(_("Columns not read: {names}.").format(names=names))
    return lines + _rejections(report)


def _rejections(report: Report) -> list[str]:
    lines = [
        _("line {line}, {column}: {why}").format(line=cell.line, column=cell.column, why=say_reason(cell))
        for cell in report.rejected[:SHOWN]
    ]
    more = len(report.rejected) - SHOWN
    if more > 0:
        words = ngettext("… and {n} more rejected cell; --json lists it.",
                         "… and {n} more rejected cells; --json lists them all.", more)  # fmt: skip
        lines.append(words.format(n=f"{more:,}"))
    return lines

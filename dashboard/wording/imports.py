"""What an import found and did, in words and rows: the same on the page and at the command line."""

from collections.abc import Iterable

from core.actions.import_runs import Undone
from core.ingest.intake_report import IntakeReport
from core.ingest.report import Report
from core.ingest.suggestion import Use
from core.ingest.words import say_reason
from core.language import _, ngettext, say_date, say_number
from core.queries.import_runs import RunView

AnyReport = Report | IntakeReport


def title(report: AnyReport) -> str:
    """What became of the file."""
    words = _("{file}: would be imported as {source}") if report.dry_run else _("{file}: imported as {source}")
    return words.format(file=report.file, source=report.source)


def rows(report: AnyReport) -> list[tuple[str, str, str]]:
    """What was counted: of what, how many in the file, how many of them new."""
    if isinstance(report, Report):
        return _rows(
            (_("rows"), report.rows, None),
            (_("patients"), report.patients, report.new_patients),
            (_("prompts"), report.prompts, report.new_prompts),
            (_("of them unanswered"), report.unanswered, None),
            (_("observations"), report.observations, report.new_observations),
            (_("there before"), report.duplicates + report.duplicate_prompts, None),
            (_("rejected cells"), len(report.rejected), None),
        )
    return _rows(
        (_("patients"), report.patients, report.new_patients),
        (_("observations"), report.observations, report.new_observations),
        (_("questionnaires"), report.responses, report.new_responses),
        (_("messages"), report.messages, report.new_messages),
        (_("there before"), report.duplicates, None),
        *([(_("corrected"), report.corrected, None)] if report.corrected else []),
        (_("not taken"), len(report.rejected), None),
    )


def _rows(*counted: tuple[str, int, int | None]) -> list[tuple[str, str, str]]:
    return [
        (name, say_number(number, 0), "" if new is None else say_number(new, 0)) for name, number, new in counted
    ]  # fmt: skip


def remarks(report: AnyReport) -> list[str]:
    """What else is worth knowing of the file."""
    lines = []
    if report.first_day and report.last_day:
        span = _("From {first} to {last}.")
        first, last = (say_date(day, "d MMM y") for day in (report.first_day, report.last_day))
        lines.append(span.format(first=first, last=last))
    if not any((report.new_observations, getattr(report, "new_prompts", 0), getattr(report, "new_responses", 0),
                getattr(report, "new_messages", 0))):  # fmt: skip
        lines.append(_("Nothing of it is new."))
    return lines + (_of_table(report) if isinstance(report, Report) else _flags(report))


def _of_table(report: Report) -> list[str]:
    lines = []
    if report.shift_days:
        lines.append(_("All days were moved by {n} days.").format(n=report.shift_days))
    for count, words in (
        (report.blank_rows, _("{n} rows without a time and without answers were passed over.")),
        (report.padding, _("{n} rows of days that were not asked were passed over.")),
        (report.repeated, _("{n} repeated values were taken once for their day or person.")),
    ):
        if count:
            lines.append(words.format(n=say_number(count, 0)))
    if report.ignored_columns or report.unknown_columns:
        names = ", ".join([*report.ignored_columns, *report.unknown_columns])
        lines.append(_("Columns not read: {names}.").format(names=names))
    return lines


def _flags(report: IntakeReport) -> list[str]:
    words = _("{where}: states {stated}, its answers give {computed}.")
    return [
        words.format(
            where=flag.resource, stated=say_number(flag.stated, 1),
            computed="–" if flag.computed is None else say_number(flag.computed, 1),
        )
        for flag in report.flagged
    ]  # fmt: skip


def not_taken(report: AnyReport) -> list[tuple[str, str]]:
    """Everything that was not taken: where it stands, and why."""
    if isinstance(report, IntakeReport):
        return [(refused.resource, refused.reason) for refused in report.rejected]
    where = _("line {line}, {column}")
    return [(where.format(line=cell.line, column=cell.column), say_reason(cell)) for cell in report.rejected]


def more(rest: int) -> str:
    """How many are not listed here."""
    words = ngettext("… and {n} more; --json lists it.", "… and {n} more; --json lists them all.", rest)
    return words.format(n=say_number(rest, 0))


def uses() -> dict[Use, str]:
    """What a column can be."""
    return {
        Use.NOTHING: _("not read"),
        Use.PERSON: _("whose entry"),
        Use.TIME: _("when (date and time)"),
        Use.ANSWERED: _("when answered"),
        Use.DATE: _("when (date)"),
        Use.CLOCK: _("when (time)"),
        Use.OFFSET: _("seconds to UTC"),
        Use.VALUE: _("a measure"),
    }


def lacking(names: Iterable[str]) -> str:
    """What a proposal still needs before it can be tried."""
    return _("Still to be said: {what}.").format(what=", ".join(names))


def brought(run: RunView) -> str:
    """What one import brought."""
    counts = run.counts
    people, values, prompts, responses, messages = (
        int(counts.get(f"new_{name}", 0)) for name in ("patients", "observations", "prompts", "responses", "messages")
    )
    parts = (
        (people, ngettext("{n} person", "{n} people", people)),
        (values, ngettext("{n} value", "{n} values", values)),
        (prompts, ngettext("{n} prompt", "{n} prompts", prompts)),
        (responses, ngettext("{n} questionnaire", "{n} questionnaires", responses)),
        (messages, ngettext("{n} message", "{n} messages", messages)),
    )
    return ", ".join(words.format(n=say_number(number, 0)) for number, words in parts if number) or "–"


def undo_explained(run: RunView) -> str:
    """What taking back does, before it is done."""
    words = _(
        "Everything this import brought goes: {what}. People it admitted are forgotten, unless something else has been "
        "written about them since. Alerts that were raised stay."
    )
    return words.format(what=brought(run))


def undone(done: Undone) -> str:
    """What was taken back."""
    said = _("Taken back: {values} values, {rows} questionnaires and messages, {people} people.").format(
        values=say_number(done.values, 0), rows=say_number(done.rows, 0), people=say_number(done.people, 0)
    )
    if not done.stayed:
        return said
    stayed = ngettext(
        "{n} person stays, because something has been written about them since.",
        "{n} people stay, because something has been written about them since.", done.stayed,
    )  # fmt: skip
    return f"{said} {stayed.format(n=done.stayed)}"

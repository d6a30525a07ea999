"""What a whole file tells: that the mapping cannot be meant for it, and values that contradict each other."""

from collections import Counter

from core.errors import ImportRefused
from core.ingest.moments import Fault, Reason
from core.ingest.report import Report
from core.ingest.rows import Batch, Rows
from core.ingest.words import say_reason
from core.language import _

_ENOUGH = 20  # cells of a column that all fail before the mapping is doubted
_OF_VALUE = {Reason.NOT_A_NUMBER, Reason.OUT_OF_RANGE, Reason.NOT_WHOLE}


def refuse_if_mismapped(rows: Rows, file: str) -> None:
    """Raise ``ImportRefused`` where no row has a moment, or a column has given nothing but rejected cells."""
    report = rows.report
    if report.rows and report.rows == report.rejected_rows + report.blank_rows:
        raise ImportRefused(_no_moment(report, file))
    failed = Counter(cell.column for cell in report.rejected if cell.reason in _OF_VALUE)
    for column, count in failed.items():
        if count >= _ENOUGH and not rows.taken[column]:
            first = next(cell for cell in report.rejected if cell.column == column and cell.reason in _OF_VALUE)
            words = _("{file}: none of the {n} values of column {column} can be taken (line {line}: {why}). "
                      "Mend this column in the mapping.")  # fmt: skip
            raise ImportRefused(words.format(file=file, n=count, column=column, line=first.line, why=say_reason(first)))


def _no_moment(report: Report, file: str) -> str:
    if not report.rejected:
        return _("{file} holds no answers: all {n} rows are empty under this mapping.").format(file=file, n=report.rows)
    first = report.rejected[0]
    words = _("{file}: none of the {n} rows can be placed in time (line {line}, column {column}: {why}). "
              "Mend the mapping, or take the one that belongs to this file.")  # fmt: skip
    return words.format(file=file, n=report.rows, line=first.line, column=first.column, why=say_reason(first))


def reject_contradictions(batch: Batch, report: Report) -> None:
    """Of values for the same person, moment and measure within a batch the first holds; others that differ from it
    are listed and taken out."""
    first: dict[tuple[int, int, int], float] = {}
    kept = []
    for row in batch.values:
        place, at, measure, value, line, column = row
        if first.setdefault((place, at, measure), value) == value:
            kept.append(row)
        else:
            report.observations -= 1
            report.reject(line, Fault(column, Reason.DIFFERS, value))
    batch.values = kept

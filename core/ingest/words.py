"""Why a cell was not taken, in words that say what is wrong with it; never with the words that stood in it."""

from core.ingest.moments import Reason
from core.ingest.report import Rejection
from core.language import _, say_number


def say_reason(cell: Rejection) -> str:
    """The reason as part of a sentence, with the cell's number where it is one."""
    number = "" if cell.number is None else say_number(cell.number, 6)
    return _words(cell.reason).format(number=number)


def _words(reason: Reason) -> str:
    words = {
        Reason.NOT_A_NUMBER: _("not a number"),
        Reason.OUT_OF_RANGE: _("{number} is outside the accepted range"),
        Reason.NOT_WHOLE: _("{number} is not one of the categories"),
        Reason.DIFFERS: _("differs from what was taken for the same moment, day or person"),
        Reason.NO_ID: _("no id: nobody to give the row to"),
        Reason.UNREADABLE_ID: _("the id does not have the stated form"),
        Reason.SHORT_ROW: _("the row ends here, after {number} cells"),
        Reason.LONG_ROW: _("the row goes on after this column: {number} cells"),
        Reason.NO_MOMENT: _("an answer without a moment: see the row's rejected time, id or length"),
        Reason.MISSING_TIME: _("no time"),
        Reason.UNREADABLE_TIME: _("not a date or time in the stated order"),
        Reason.IMPOSSIBLE_TIME: _("no such date, time or study day"),
        Reason.UNKNOWN_ZONE: _("the time zone is not known: name it under zones"),
        Reason.ZONE_CONTRADICTS: _("the zone's name does not fit its clock on that day"),
        Reason.SKIPPED_BY_CLOCK_CHANGE: _("this clock time did not exist: the clocks were put forward"),
        Reason.TWICE_BY_CLOCK_CHANGE: _("this clock time existed twice: the clocks were put back"),
        Reason.UNKNOWN_PERIOD: _("this period has no date in the mapping"),
        Reason.UNKNOWN_BEEP: _("this beep has no clock time in the mapping"),
        Reason.OUTSIDE_DATES: _("outside the dates that are possible for this study"),
    }
    return words[reason]

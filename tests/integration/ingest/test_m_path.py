"""An export of m-Path: semicolons, a byte order mark, seconds on the participant's own clock with what leads to UTC.
One person travels, passes a question over, and answers once when the request was over."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from core.actions.imports import Request, import_csv
from core.calls import Calls
from core.clock import moment, seconds
from core.ingest.load import fitting, load_mapping
from core.ingest.sniff import glance
from core.measures import catalogue
from models import Observation, Prompt
from tests.factories.cast import Cast

HEADER = "alias;timeStampSent;timeStampStop;timeZoneOffset;cheerful;relaxed;irritated;anxious;sad;remark\r\n"


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC)


def row(sent: datetime, stop: datetime | None, offset: int, *answers: object) -> str:
    """``sent`` and ``stop`` as the participant's clock showed them, written down as if it were that of UTC."""
    clock = [str(seconds(at)) if at else "" for at in (sent, stop)]
    return ";".join(["ana", *clock, str(offset), *map(str, answers), '"warm; =1+1"']) + "\r\n"


def test_entries_stand_where_they_were_in_utc_and_what_was_not_answered_is_a_prompt(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    home = row(utc(1, 9), utc(1, 9, 4), -7200, 6, 5, 1, 2, "")
    away = row(utc(2, 9), utc(2, 12, 30), 14400, 4, 4, 2, 2, 3)
    silent = row(utc(3, 9), None, -7200, "", "", "", "", "")
    file = tmp_path / "basic.csv"
    file.write_bytes(("\ufeff" + HEADER + home + away + silent).encode())
    assert fitting(glance(file).header) == "m-path"
    report = calls.run(import_csv, by=cast.administrator, request=Request(file, load_mapping(Path("m-path"))))
    assert (report.new_observations, report.new_prompts, report.unanswered, report.rejected) == (9, 3, 1, [])
    with calls.transaction() as session:
        prompts = session.exec(select(Prompt).order_by(col(Prompt.sent_at))).all()
        cheerful = session.exec(
            select(Observation.at).where(col(Observation.measure_id) == catalogue()["cheerful"].id)
        ).all()
    assert [moment(one.sent_at) for one in prompts] == [
        utc(1, 7), utc(2, 13),
        utc(3, 7),
    ]  # fmt: skip
    assert sorted(map(moment, cheerful)) == [
        utc(1, 7, 4), utc(2, 16, 30),
    ]  # fmt: skip
    assert [one.answered_at is None for one in prompts] == [False, False, True]

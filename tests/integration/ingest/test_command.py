"""``python -m dashboard import csv``: the report on screen and as JSON, and refusals as one sentence."""

import json
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col

from dashboard.__main__ import main
from models import Measure
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.exports import SIMPLE, csv_file, study
from tests.factories.installation import stamp, use_environment
from tests.factories.narrow import contents

HEADER = "who,day,clock,sad,calm,note\n"


@pytest.fixture
def installed(database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the cast in it, found by the environment; a folder to work in."""
    stamp(database.engine)
    use_environment(monkeypatch, home=tmp_path / "home", url=database.url, keys=database.keys)
    (tmp_path / "mapping.yaml").write_text(SIMPLE)
    return tmp_path


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    try:
        main(["import", "csv", *(str(argument) for argument in arguments)])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    else:
        code = 0
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_report_as_json_is_complete(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"a,{day}/9/2026,8:00,9,50,hello\n" for day in range(1, 31)) + "a,1/9/2026,9:00,3,50,hello\n"
    file = csv_file(installed, HEADER + rows)
    code, out, _err = command(capsys, file, "--mapping", installed / "mapping.yaml", "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["rows"], report["patients"], report["prompts"], report["observations"]) == (31, 1, 31, 32)
    assert (report["unanswered"], report["duplicates"], report["unknown_columns"]) == (0, 0, ["note"])
    assert len(report["rejected"]) == 30
    assert report["rejected"][0] == {
        "line": 2, "column": "sad", "reason": "out_of_range", "number": 9.0, "why": "9 is outside the accepted range",
    }  # fmt: skip


def test_an_installation_that_was_never_started_gets_its_measures(
    installed: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.calls().transaction() as session:
        session.execute(delete(Measure).where(col(Measure.code) == "sad"))
    file = csv_file(installed, HEADER + "a,1/9/2026,8:00,4,50,x\n" * 30)
    code, out, _err = command(capsys, file, "--mapping", installed / "mapping.yaml", "--json")
    assert (code, json.loads(out)["new_observations"]) == (0, 2)


def test_the_screen_shows_the_counts_and_the_first_rejected_cells(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"a,{day}/9/2026,8:00,9,50,x\n" for day in range(1, 31)) + "a,1/9/2026,9:00,3,50,x\n"
    file = csv_file(installed, HEADER + rows)
    code, out, _err = command(capsys, file, "--mapping", installed / "mapping.yaml")
    assert code == 0
    for words in (
        "imported as simple",
        "rejected cells",
        "line 2, sad: 9 is outside",
        "… and 10 more",
        "note",
    ):
        assert words in out
    assert "line 30" not in out


def test_a_dry_run_says_so_and_writes_nothing(
    installed: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database.calls())
    file = csv_file(installed, HEADER + "a,1/9/2026,8:00,3,50,x\n")
    _code, out, _err = command(capsys, file, "--mapping", installed / "mapping.yaml", "--dry-run")
    assert "would be imported" in out
    assert contents(database.calls()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.csv", "--mapping", "mapping.yaml"], "absent.csv cannot be read: No such file"),
        (["mapping.yaml", "--mapping", "mapping.yaml"], "lacks the columns"),
        (["mapping.yaml", "--mapping", "absent.yaml"], "The mapping absent.yaml cannot be read"),
        (["mapping.yaml", "--mapping", "mapping.yaml", "--service", "Elsewhere"], "no service Elsewhere"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_one(
    installed: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(installed)
    code, _out, err = command(capsys, *arguments)
    assert code == 1
    assert said in err
    assert "Traceback" not in err


def test_a_study_that_comes_with_the_project_is_imported_by_its_name(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = command(capsys, study("fried2021/ema.csv"), "--mapping", "fried2021", "--json")
    assert code == 0
    assert json.loads(out)["new_observations"] == 70958

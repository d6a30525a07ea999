"""What imports added was kept in another form up to version 0013: it is packed anew, and can still be taken back."""

import io
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from sqlalchemy import Engine, insert, select
from sqlmodel import Session, col

from core.ingest.added import Added
from core.migrate import FOLDER, head, migrate
from models import ImportPiece, ImportRun, Service, Source
from tests.integration.test_migrate import empty as empty

VALUES = [[7, 1_700_000_000, 3], [7, 1_700_000_000, 4], [9, 1_700_003_600, 3]]
RESPONSE = uuid.UUID(int=5)


def before(version: str, folder: Path) -> Path:
    """Our migrations as they were before ``version``."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "versions").glob("[0-9]*.py"):
        if file.name >= version:
            file.unlink()
    return folder


def old_piece() -> bytes:
    out, arrays = io.BytesIO(), {"values": np.asarray(VALUES, np.int64), "responses": np.asarray([RESPONSE.hex], "U32")}
    with ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, array, allow_pickle=False)
            archive.writestr(f"{name}.npy", one.getvalue())
    return out.getvalue()


def rows_of_an_import() -> Iterator[tuple[type, dict[str, object]]]:
    now, service, run = datetime(2026, 11, 1, tzinfo=UTC), uuid.UUID(int=1), uuid.UUID(int=2)
    yield Service, {
        "id": service, "name": "Old", "time_zone": "UTC", "country": "ES", "locale": "en", "simulated": False,
        "crisis_contacts": [], "settings": {},
    }  # fmt: skip
    yield Source, {"id": 1, "code": "import:watch", "kind": "file", "name": "watch", "created_at": now}
    yield ImportRun, {
        "id": run, "service_id": service, "source_id": 1, "file": "", "sha256": "", "started_at": now,
        "started_by": uuid.UUID(int=3), "counts": {},
    }  # fmt: skip
    yield ImportPiece, {"run_id": run, "number": 0, "keys": old_piece()}


def test_an_older_import_keeps_what_it_added(empty: Engine, tmp_path: Path) -> None:
    migrate(empty, back_up=lambda _revision: None, folder=before("0014", tmp_path / "before"))
    with empty.begin() as connection:
        for table, row in rows_of_an_import():
            connection.execute(insert(table), row)
    assert migrate(empty, back_up=lambda _revision: None)
    assert head() >= "0014"
    with Session(empty) as session:
        added = Added.unpack(session.execute(select(col(ImportPiece.keys))).scalar_one())
    assert added.values.tolist() == VALUES
    assert added.responses == [RESPONSE]
    assert (len(added.prompts), len(added.late), added.people) == (0, 0, [])


@pytest.mark.parametrize("kinds", [[], ["momentary", "sleep"]], ids=["nothing", "everything"])
def test_what_was_added_is_read_as_it_was_packed(kinds: list[str]) -> None:
    given = Added(responses=[RESPONSE] * len(kinds), people=[uuid.UUID(int=n) for n in range(len(kinds))])
    given.note_values((key, 5, 1) for key in range(len(kinds)))
    given.note_prompts((key, 5, kind) for key, kind in enumerate(kinds))
    given.note_prompts(((key, 6, kind) for key, kind in enumerate(kinds)), late=True)
    read = Added.unpack(given.pack())
    assert bool(read) == bool(kinds)
    for name in ("values", "prompts", "prompt_kinds", "late", "late_kinds"):
        mine, theirs = getattr(read, name), getattr(given, name)
        assert (mine.tolist(), mine.shape, mine.dtype) == (theirs.tolist(), theirs.shape, theirs.dtype), name
    assert (read.responses, read.messages, read.people) == (given.responses, [], given.people)

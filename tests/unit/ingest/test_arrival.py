"""Uploaded and packed files: never outside their folder, never more than they should be, gone at the end."""

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import ImportRefused
from core.ingest import arrival
from core.ingest.arrival import arrived, unpacked


def packed(folder: Path, entries: dict[str, bytes]) -> Path:
    file = folder / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def test_an_uploaded_file_is_there_for_the_block_and_gone_after_it(tmp_path: Path) -> None:
    with arrived(tmp_path, "day.csv", b"id,sad\n") as path:
        assert path.read_bytes() == b"id,sad\n" and path.name == "day.csv"
        assert path.parent.parent == tmp_path / "incoming"
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "..", "", "a\0b.csv", "x" * 300])
def test_no_name_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    with arrived(tmp_path, name, b"x") as path:
        assert path.resolve().is_relative_to((tmp_path / "incoming").resolve())


def test_a_folder_in_a_zip_is_unpacked_and_gone_after(tmp_path: Path) -> None:
    with unpacked(packed(tmp_path, {"fitbit/sleep.json": b"[]", "fitbit/deep/steps.json": b"[1]"})) as folder:
        assert (folder / "fitbit/deep/steps.json").read_bytes() == b"[1]"
    assert not folder.exists()


def test_what_is_no_zip_stays_itself(tmp_path: Path) -> None:
    (tmp_path / "sleep.json").write_text("[]")
    with unpacked(tmp_path / "sleep.json") as same, unpacked(tmp_path) as folder:
        assert (same, folder) == (tmp_path / "sleep.json", tmp_path)


@pytest.mark.parametrize("name", ["../outside.json", "/etc/outside.json", "a/../../outside.json", "C:\\outside.json"])
def test_threat_36_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportRefused, match="outside itself"), unpacked(packed(tmp_path, {name: b"x"})):
        pass


def test_threat_36_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="far more"), unpacked(packed(tmp_path, {"big.json": b"0" * 50_000_000})):
        pass


def test_threat_36_an_archive_that_lies_about_its_size_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "LARGEST", 1000)
    monkeypatch.setattr(arrival, "_check", lambda *_: None)  # the sizes it states are believed
    with pytest.raises(ImportRefused, match="far more"), unpacked(packed(tmp_path, {"big.json": b"0" * 5000})):
        pass
    assert [found.name for found in tmp_path.iterdir()] == ["export.zip"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    out, entry = io.BytesIO(), zipfile.ZipInfo("link.json")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    (tmp_path / "export.zip").write_bytes(out.getvalue())
    with unpacked(tmp_path / "export.zip") as folder:
        assert list(folder.iterdir()) == []


def test_a_damaged_archive_is_a_sentence(tmp_path: Path) -> None:
    whole = packed(tmp_path, {"a.json": bytes(range(256)) * 40}).read_bytes()
    broken = bytearray(whole)
    broken[60:90] = b"\xff" * 30
    (tmp_path / "export.zip").write_bytes(bytes(broken))
    with pytest.raises(ImportRefused, match="damaged"), unpacked(tmp_path / "export.zip"):
        pass

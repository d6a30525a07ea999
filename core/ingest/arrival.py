"""A file on its way in: an uploaded one gets a place of its own for as long as it is read, a packed one is unpacked
with care. Nothing of it stays on disk."""

import contextlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from core.errors import ImportRefused
from core.language import _

MOST_FILES = 20_000
LARGEST = 4_000_000_000  # bytes of everything unpacked
RATIO = 200  # times as large as packed: an export of numbers reaches 30
_BLOCK = 1 << 20
_MAGIC = b"PK\x03\x04"


@contextmanager
def arrived(home: Path, name: str, content: bytes | memoryview) -> Iterator[Path]:
    """``content`` as a file below ``home``, under the last part of the name it came with, until the block ends."""
    incoming = home / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    last = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")
    with tempfile.TemporaryDirectory(dir=incoming) as folder:
        path = Path(folder) / (last[-120:] if last not in ("", ".", "..") else "file")
        path.write_bytes(content)
        yield path


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Says as ``ImportRefused`` why ``path`` cannot be read: damaged or locked as an archive, or as a file."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ImportRefused(_("{file} is damaged or locked. Export it again.").format(file=path.name)) from error
    except OSError as error:
        words = _("{file} cannot be read: {why}.")
        raise ImportRefused(words.format(file=path.name, why=error.strerror)) from error


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder in a zip, or ``path`` itself where it is none; raises ``ImportRefused`` for an archive that is
    damaged, locked, unpacks to far more than an export does, or names places outside itself."""
    if path.is_dir() or not zipfile.is_zipfile(path):
        _refuse_cut_off(path)
        yield path
        return
    beside = path.parent if os.access(path.parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        place = Path(folder) / path.name  # so that a refusal names what was given
        with readable(path), zipfile.ZipFile(path) as archive:
            _check(archive, path)
            _extract(archive, place, path)
        yield place


def _refuse_cut_off(path: Path) -> None:
    """A zip whose end is missing is none to the library, and its beginning says what it was."""
    with contextlib.suppress(OSError), path.open("rb") as raw:
        if raw.read(len(_MAGIC)) == _MAGIC:
            raise ImportRefused(_("{file} is damaged or locked. Export it again.").format(file=path.name))


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_FILES or size > min(LARGEST, RATIO * max(packed, 10_000)):
        raise ImportRefused(_("{file} unpacks to far more than an export does. It is not read.").format(file=path.name))
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
            words = _("{file} names places outside itself. It is not read.")
            raise ImportRefused(words.format(file=path.name))


def _extract(archive: zipfile.ZipFile, folder: Path, path: Path) -> None:
    """What an entry says of its size is not believed: the bytes are counted."""
    left = LARGEST
    folder.mkdir()
    for entry in archive.infolist():
        if entry.is_dir() or (entry.external_attr >> 28) == 0xA:  # a link leads elsewhere
            continue
        target = folder / entry.filename.replace("\\", "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("wb") as out:
            while block := packed.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    words = _("{file} unpacks to far more than an export does. It is not read.")
                    raise ImportRefused(words.format(file=path.name))
                out.write(block)

"""A file closed with the installation's master key, written and read as a stream: AES-256-GCM in pieces of 1 MiB, each
bound to its place and to whether it is the last, so that a cut, reordered or changed file does not open."""

import io
import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import InvalidInput
from core.language import _

MAGIC = b"VINCLE BACKUP 1\n"
_SALT, _PIECE = 16, 1024 * 1024
_TAG = 16


def _cipher(master_key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"vincle backup").derive(master_key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


class SealedWriter(io.RawIOBase):
    """Write a sealed file at ``path`` (0600; must not exist). Nothing is complete before ``close``."""

    def __init__(self, path: Path, master_key: bytes) -> None:
        salt = os.urandom(_SALT)
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._cipher, self._held, self._count = _cipher(master_key, salt), bytearray(), 0
        self._file.write(MAGIC + salt)

    def writable(self) -> bool:
        """A stream to write to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes; whole pieces go to the file."""
        self._held += data
        while len(self._held) > _PIECE:  # one piece is always held back: it may be the last
            self._put(bytes(self._held[:_PIECE]), last=False)
            del self._held[:_PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece and make the file durable."""
        if self.closed:
            return
        self._put(bytes(self._held), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count), piece, b"last" if last else b"more"))
        self._count += 1


class SealedReader(io.RawIOBase):
    """Read a sealed file from ``source``; raises ``InvalidInput`` where it is not ours, was cut or changed, or was
    closed with another key."""

    def __init__(self, source: BinaryIO, master_key: bytes) -> None:
        start = source.read(len(MAGIC) + _SALT)
        if len(start) != len(MAGIC) + _SALT or not start.startswith(MAGIC):
            raise InvalidInput(_("This file is not a Vincle backup."))
        self._source, self._count, self._held = source, 0, b""
        self._cipher = _cipher(master_key, start[len(MAGIC) :])
        self._next = source.read(_PIECE + _TAG)
        self._ended = False

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill ``buffer`` with opened bytes; 0 at the end."""
        if not self._held and not self._ended:
            self._held = self._open()
        taken = self._held[: len(buffer)]
        buffer[: len(taken)] = taken
        self._held = self._held[len(taken) :]
        return len(taken)

    def _open(self) -> bytes:
        piece, self._next = self._next, self._source.read(_PIECE + _TAG)
        self._ended = not self._next
        try:
            opened = self._cipher.decrypt(_nonce(self._count), piece, b"last" if self._ended else b"more")
        except (InvalidTag, ValueError) as error:
            raise InvalidInput(
                _("This backup does not open: it was closed with another master key, or the file was cut or changed.")
            ) from error
        self._count += 1
        return opened

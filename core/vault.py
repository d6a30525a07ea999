"""A patient's words, encrypted field by field: AES-256-GCM with a key for each patient, wrapped by the master key.

The associated data are table, row and patient, so that a text moved to another row does not open. Erasing a person
is deleting the wrapped key.
"""

import os
import uuid
from datetime import datetime
from functools import cached_property
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, select

from core.errors import KeyMissing
from models import PatientKey

_NONCE = 12
_SOME = select(col(PatientKey.patient_id), col(PatientKey.wrapped)).limit(5)


class Vault:
    """Opens and closes the words of patients within one session; unwrapped keys live as long as it does."""

    def __init__(self, master_key: bytes) -> None:
        self._master_key = master_key
        self._keys: dict[uuid.UUID, AESGCM] = {}

    @cached_property
    def _master(self) -> AESGCM:
        """Most transactions open nothing."""
        return AESGCM(self._master_key)

    def close(self, session: Session, patient_id: uuid.UUID, table: str, row: uuid.UUID, words: str) -> bytes:
        """Encrypt ``words`` for one field of one row."""
        nonce = os.urandom(_NONCE)
        sealed = self._key(session, patient_id).encrypt(nonce, words.encode(), _place(table, row, patient_id))
        return nonce + sealed

    def open(self, session: Session, patient_id: uuid.UUID, table: str, row: uuid.UUID, sealed: bytes) -> str:
        """Decrypt one field; raises ``KeyMissing`` where the key was erased or the text was moved or changed."""
        try:
            key = self._key(session, patient_id)
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, row, patient_id)).decode()
        except InvalidTag as error:
            raise KeyMissing("This text cannot be opened: its key is not the one it was written with.") from error

    def new_key(self, patient_id: uuid.UUID, *, at: datetime) -> PatientKey:
        """Make and wrap a key for a new patient (the caller adds the row)."""
        raw, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
        self._keys[patient_id] = AESGCM(raw)
        return PatientKey(
            patient_id=patient_id,
            wrapped=nonce + self._master.encrypt(nonce, raw, patient_id.bytes),
            made_at=at,
        )

    def fits(self, session: Session) -> bool:
        """Whether the master key is the one that the patients' keys here were wrapped with (a few are tried, so that
        one damaged row is not taken for another key); also where there are none yet."""
        tried = session.execute(_SOME).all()
        return not tried or any(self._unwraps(patient_id, wrapped) for patient_id, wrapped in tried)

    def _unwraps(self, patient_id: uuid.UUID, wrapped: bytes) -> bool:
        try:
            self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], patient_id.bytes)
        except InvalidTag:
            return False
        return True

    def seal(self, table: str, row: uuid.UUID, owner: uuid.UUID, words: str) -> bytes:
        """Encrypt what is no patient's (an address with its token) with the installation's key."""
        nonce = os.urandom(_NONCE)
        return nonce + self._master.encrypt(nonce, words.encode(), _place(table, row, owner))

    def unseal(self, table: str, row: uuid.UUID, owner: uuid.UUID, sealed: bytes) -> str:
        """Decrypt the same; raises ``KeyMissing`` where it was moved, changed, or sealed with another key."""
        try:
            return self._master.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, row, owner)).decode()
        except InvalidTag as error:
            raise KeyMissing("This cannot be opened: its key is not the one it was written with.") from error

    def _key(self, session: Session, patient_id: uuid.UUID) -> AESGCM:
        if patient_id not in self._keys:
            row = session.get(PatientKey, patient_id)
            if row is None:
                raise KeyMissing("This person's words were erased.")
            raw = self._master.decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], patient_id.bytes)
            self._keys[patient_id] = AESGCM(raw)
        return self._keys[patient_id]


def _place(table: str, row: uuid.UUID, patient_id: uuid.UUID) -> bytes:
    return f"{table}:{row}:{patient_id}".encode()


def vault(session: Session) -> Vault:
    """The vault of this session (put there by ``core.calls``)."""
    return cast(Vault, session.info["vault"])

"""Passwords: what is accepted, how it is kept, how it is compared. Length is what counts; common ones are refused.

A password is normalised (Unicode NFC, so that the same word typed on another keyboard is the same), hashed with
SHA-256 and only then given to bcrypt, which by itself ignores or refuses what comes after its 72nd byte (threat 16).
"""

import base64
import hashlib
import re
import secrets
import unicodedata
from functools import lru_cache

import bcrypt

from core.errors import InvalidInput
from core.language import _

SHORTEST, LONGEST = 15, 256
ROUNDS = 12
NO_SIGN_IN = "!"
_OWN_CHARACTERS = 6
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "password", "passwort", "contraseña", "contrasena", "contrasenya", "letmein", "welcome", "bienvenido", "benvingut",
    "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "iloveyou", "tequiero", "testimo", "trustno",
    "correcthorsebatterystaple", "princess", "princesa",
    "football", "baseball", "barcelona", "sunshine", "superman", "batman", "monkey",
    "dragon", "shadow", "master", "secret", "changeme", "default", "administrator", "admin", "hospital", "clinic",
    "clinica", "therapist", "therapy", "terapia", "patient", "paciente", "vincle", "login", "access", "guest", "hello",
    "whatever", "jesus", "michael", "january", "february", "september", "october", "november", "december", "spring",
    "summer", "autumn", "winter", "monday", "friday",
)  # fmt: skip
_LEET = str.maketrans("013457@$!", "oleastasi")


def hash_password(password: str, *, rounds: int = ROUNDS) -> str:
    """The text kept for ``password`` (bcrypt, 60 characters); ``rounds`` is bcrypt's cost, log2 of its iterations."""
    return bcrypt.hashpw(_digest(password), bcrypt.gensalt(rounds)).decode()


def verify_password(password: str, kept: str) -> bool:
    """Whether ``password`` is exactly the one that ``kept`` was made from.

    An account without sign-in (``"!"``) costs the same time as any other and is never matched.
    """
    if kept == NO_SIGN_IN:
        bcrypt.checkpw(_digest(password), nobody(ROUNDS))
        return False
    try:
        return bcrypt.checkpw(_digest(password), kept.encode())
    except ValueError:
        return False


@lru_cache(maxsize=4)
def nobody(rounds: int) -> bytes:
    """A hash nobody has the password of: compared where there is no such user, so that the answer takes as long."""
    return bcrypt.hashpw(base64.b64encode(secrets.token_bytes(32)), bcrypt.gensalt(rounds))


def _digest(password: str) -> bytes:
    normal = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hashlib.sha256(normal).digest())


def check_policy(password: str, *, username: str) -> None:
    """Raise ``InvalidInput`` unless ``password`` is long enough, not endless, and not one that is guessed first."""
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST:
        raise InvalidInput(
            _("A password needs at least {n} characters; a short sentence is a good one.").format(n=SHORTEST)
        )
    if length > LONGEST:
        raise InvalidInput(_("A password can have at most {n} characters.").format(n=LONGEST))
    if _is_common(password, username):
        raise InvalidInput(
            _("This password is one of the first that are guessed. Take a few words that do not belong together.")
        )


def _is_common(password: str, username: str) -> bool:
    """Whether little of its own is left once guessable words, the user's name, sequences and repeats are taken out."""
    lower = unicodedata.normalize("NFC", password).lower()
    return any(len(_own(text, username)) < _OWN_CHARACTERS for text in (lower, lower.translate(_LEET)))


def _own(text: str, username: str) -> str:
    parts = [part for part in re.split(r"\W+", username.lower()) if len(part) > 2]
    for word in (*_COMMON, *parts):
        text = text.replace(word, " ")
    text = re.sub(r"(.{1,6}?)\1+", r"\1", text)  # aaaa, 123123
    kept = [c for before, c in zip(" " + text, text, strict=False) if not _follows(before, c)]
    return "".join(dict.fromkeys(c for c in kept if not c.isspace()))


def _follows(before: str, after: str) -> bool:
    return before.isalnum() and after.isalnum() and abs(ord(after) - ord(before)) == 1


def generate_password() -> str:
    """A random password of four groups that can be read aloud (about 99 bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _i in range(5)) for _g in range(4))

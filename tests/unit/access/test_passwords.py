"""Passwords are compared exactly, whatever they are made of, and the first ones guessed are refused."""

import unicodedata

import pytest

from core.access.passwords import check_policy, generate_password, hash_password, verify_password
from core.errors import InvalidInput


@pytest.mark.parametrize(
    "password",
    [
        "x" * 73,
        "q" * 64,
        "quatre gats i un núvol ñandú 🦔",
        "ends with a space ",
        " starts with one",
        "a\0b and the rest",
    ],
)
def test_threat_16_a_password_is_verified_exactly(password: str) -> None:
    kept = hash_password(password, rounds=4)
    assert verify_password(password, kept)
    for other in (password[:-1], password + " ", password + "x", password.strip() + "!", password.swapcase()):
        if other != password:
            assert not verify_password(other, kept)


def test_threat_16_bytes_after_the_72nd_count() -> None:
    assert not verify_password("x" * 72 + "b", hash_password("x" * 72 + "a", rounds=4))


def test_the_same_word_typed_on_another_keyboard_is_the_same_password() -> None:
    composed = "un cafè sense sucre"
    kept = hash_password(unicodedata.normalize("NFD", composed), rounds=4)
    assert verify_password(composed, kept)


@pytest.mark.parametrize("kept", ["!", "", "plain text", "$2b$04$short"])
def test_what_is_not_a_hash_is_never_matched(kept: str) -> None:
    assert not verify_password(kept, kept)


@pytest.mark.parametrize(
    "password",
    [
        "short one", "fourteen chars", "passwordpassword", "Password123456789!", "P@ssw0rdP@ssw0rd",
        "aaaaaaaaaaaaaaaaaaaa", "qwertyuiopasdfghjkl", "12345678901234567890", "abcdefghijklmnopqrs",
        "laia.puig laia.puig", "contraseña12345678", "correcthorsebatterystaple", "x" * 257,
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(InvalidInput, match="password"):
        check_policy(password, username="laia.puig")


@pytest.mark.parametrize(
    "password", ["seven quiet herons", "el gat menja sopa blava", "wS9#kQ2!mZ7$pL4", "ñ" * 3 + " okapi turquesa"]
)
def test_words_that_do_not_belong_together_are_taken(password: str) -> None:
    check_policy(password, username="laia.puig")


def test_generated_passwords_are_taken_and_differ() -> None:
    made = {generate_password() for _i in range(200)}
    assert len(made) == 200
    for password in made:
        check_policy(password, username="laia")

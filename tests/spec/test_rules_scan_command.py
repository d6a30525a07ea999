"""``rules scan``: a sentence in, the response it asks for and the words that ask for it out, in three languages."""

import json

import pytest
from typer.testing import CliRunner

from core.rules.cues.definition import LANGUAGES
from dashboard.__main__ import build
from tests.spec.test_cues import NOTHING, rows


def scanned(text: str, *arguments: str) -> dict:
    made = CliRunner().invoke(build("rules"), ["rules", "scan", "--text", text, *arguments, "--json"])
    assert made.exit_code == 0, made.output
    return json.loads(made.stdout)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_answers_the_table(language: str) -> None:
    wrong = [
        (sentence, found)
        for response, sentence in rows(language)[::6]  # each sentence is in the test of the rules themselves
        if (found := scanned(sentence, "--lang", language)["response"]) != (None if response == NOTHING else response)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "text", "response"),
    [
        # idiom
        ("es", "Me muero de risa", None),
        ("es", "me muero de ganas de verte y de hambre", None),
        ("en", "I was dying of boredom in that class", None),
        ("en", "this homework is killing me", None),
        ("ca", "Em moro de riure", None),
        ("ca", "em moro de gana", None),
        # plain
        ("en", "I want to die", "same-day"),
        ("es", "Quiero morirme", "same-day"),
        ("ca", "Em vull morir", "same-day"),
        ("en", "I am going to kill myself tonight", "now"),
        ("es", "Esta noche me voy a matar", "now"),
        ("ca", "Aquesta nit em mataré", "now"),
        # negation
        ("en", "I do not want to die", None),
        ("es", "No quiero morirme", None),
        ("ca", "No em vull morir", None),
        # a negation that denies something else
        ("en", "I can't stop thinking about killing myself", "same-day"),
        ("es", "No puedo dejar de pensar en matarme", "same-day"),
        ("ca", "No puc deixar de pensar a matar-me", "same-day"),
        # third person
        ("en", "My uncle wants to die", None),
        ("es", "El personaje quiere suicidarse", None),
        ("ca", "El seu germà es vol morir", None),
        # quotation
        ("en", 'The song goes "I want to die"', None),
        ("es", 'La canción dice "quiero morir"', None),
        ("ca", 'La cançó diu "vull morir"', None),
        # misspelling
        ("en", "i wnat to kil myself", "now"),
        ("es", "kiero morirme", "same-day"),
        ("ca", "em vui morir", "same-day"),
        # missing accents
        ("es", "pense en suicidarme ayer", "same-day"),
        ("ca", "aquesta nit em matare", "now"),
    ],
)
def test_idiom_negation_third_person_quotation_and_slips_through_the_command(
    language: str, text: str, response: str | None
) -> None:
    found = scanned(text, "--lang", language)
    assert found["response"] == response
    assert bool(found["cues"]) == (response is not None)


def test_a_cue_quotes_the_words_where_they_stand_and_gives_no_number() -> None:
    text = "Hola. No quiero vivir así, y quiero morirme ya"
    found = scanned(text, "--lang", "es")
    assert set(found) == {"response", "cues"}
    for cue in found["cues"]:
        assert set(cue) == {"code", "response", "start", "end", "words", "language"}
        assert text[cue["start"] : cue["end"]] == cue["words"]


def test_a_familys_words_are_read_as_theirs() -> None:
    said = "My daughter says she wants to die"
    assert scanned(said, "--lang", "en")["response"] is None
    assert scanned(said, "--lang", "en", "--informant", "relative")["response"] == "same-day"


def test_a_language_that_is_not_known_is_refused() -> None:
    made = CliRunner().invoke(build("rules"), ["rules", "scan", "--text", "a", "--lang", "fr", "--json"])
    assert made.exit_code == 2


def test_emptiness_asks_for_nothing() -> None:
    assert scanned("") == {"response": None, "cues": []}

"""What sentences ask for, in three languages: the tables in ``tests/spec/cues``, what a family says about somebody, and
what a cue quotes."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.rules.cues import scan
from core.rules.cues.definition import FOLDER, LANGUAGES, read_set

TABLES = Path(__file__).parent / "cues"
NOTHING = "nothing"


def rows(language: str) -> list[tuple[str, str]]:
    """The rows of a table: response, sentence."""
    lines = (TABLES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" | ", 1) for line in lines if line and not line.startswith("#"))
    return [(response, sentence) for response, sentence in pairs]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_table_asks_for_its_response(language: str) -> None:
    wrong = [
        f"{sentence}: {found or NOTHING}, not {response}"
        for response, sentence in rows(language)
        if (found := scan(sentence, language=language).response) != (None if response == NOTHING else response)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_hold_enough_of_each_kind(language: str) -> None:
    kinds = [response for response, _sentence in rows(language)]
    assert min(kinds.count("now"), kinds.count("same-day"), kinds.count(NOTHING)) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_shouting_and_missing_accents_change_nothing(language: str) -> None:
    for response, sentence in rows(language):
        expected = None if response == NOTHING else response
        assert scan(sentence.upper(), language=language).response == expected, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_asks_for_a_response_does_so_between_other_sentences_too(language: str) -> None:
    calm = {"en": "The week was long.", "es": "La semana ha sido larga.", "ca": "La setmana ha estat llarga."}[language]
    for response, sentence in rows(language):
        if response != NOTHING:
            assert scan(f"{calm} {sentence}. {calm}", language=language).response is not None, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_language_each_sentence_is_read_in_the_one_it_is_written_in(language: str) -> None:
    wrong = [
        f"{sentence}: {found or NOTHING}, not {response}"
        for response, sentence in rows(language)
        if (found := scan(sentence).response) != (None if response == NOTHING else response)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_idiom_is_whole_or_it_is_none(language: str) -> None:
    """An idiom whose last words may be absent takes away every cue that begins as it does: "vull morir per …"."""
    given = read_set((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), name=language)
    assert [idiom for idiom in given.idioms if idiom.endswith("?")] == []


def test_a_message_in_two_languages_is_read_in_both() -> None:
    found = scan("Hola! avui no vull viure. Mañana voy a quitarme la vida, perdonadme.")
    assert [(cue.language, cue.response) for cue in found.cues] == [("ca", "same-day"), ("es", "now")]


@pytest.mark.parametrize(
    ("language", "sentence", "alone", "response"),
    [
        ("en", "My daughter says she wants to die", None, "same-day"),
        ("en", "she told me she is going to kill herself tonight", None, "now"),
        ("en", "I found razor blades under his mattress", None, "now"),
        ("en", "He hasn't eaten anything since Sunday", None, "same-day"),
        ("en", "there are cuts on her arms", None, "same-day"),
        ("en", "She ate with us and laughed a lot", None, None),
        ("en", "He does not want to kill himself, he told us", None, None),
        ("es", "Mi hija dice que quiere morirse", None, "same-day"),
        ("es", "Ha escondido pastillas en su cuarto", "now", "now"),
        ("es", "Mi hijo se corta en los brazos", None, "same-day"),
        ("es", "hemos encontrado una carta de despedida", "now", "now"),
        ("es", "Hoy ha cenado con nosotros y ha dormido bien", None, None),
        ("ca", "La meva filla diu que vol morir", None, "same-day"),
        ("ca", "ha amagat pastilles a l'habitació", "now", "now"),
        ("ca", "es fa talls quan està sola", None, "same-day"),
        ("ca", "avui ha sopat amb nosaltres", None, None),
    ],
)
def test_what_a_family_says_of_another_is_said_of_the_patient(
    language: str, sentence: str, alone: str | None, response: str | None
) -> None:
    assert scan(sentence, language=language).response == alone
    assert scan(sentence, language=language, informant="relative").response == response


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Hi. Sometimes I wish I was dead, you know?", "wish I was dead"),
        ("en", "ok… i'm   gonna KMS tonight", "gonna KMS"),
        ("es", "Hola, ¿sabes? ya no quiero seguir viviendo así.", "no quiero seguir viviendo"),
        ("es", "me kiero moriiiir", "me kiero moriiiir"),
        ("ca", "A vegades… vull treure’m la vida, de debò", "vull treure’m la vida"),
        ("en", "I want to k1ll mys3lf", "want to k1ll mys3lf"),
        ("en", "thinking about su*cide", "thinking about su*cide"),
        ("en", "I feel suiccidal", "suiccidal"),
    ],
)
def test_a_cue_quotes_what_stands_there_letter_by_letter(language: str, text: str, words: str) -> None:
    (cue,) = scan(text, language=language).cues
    assert cue.words == words == text[cue.start : cue.end]


def test_a_calm_message_has_no_cues_and_nothing_else_is_said_of_the_person() -> None:
    found = scan("Thanks for today. I slept eight hours.", language="en")
    assert (found.response, found.cues) == (None, ())


def test_a_very_long_text_and_strange_signs_are_read_to_the_end() -> None:
    text = "no no ni \u200b me \x00 que " * 3000 + ". Quiero quitarme la vida"
    assert scan(text).response == "now"
    assert scan("").response is None
    assert scan("\"'«»..,,!!((").response is None


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (("response: now", "response: high"), "cues.0.response"),
        (("apostrophes_join: true", "apostrophes_join: true\nscore: 3"), "score"),
        (("- <will> <very>? <self_killing>", "- <will> <verry>? <self_killing>"), "<verry>"),
        (("- <will> <very>? <self_killing>", "- ... <self_killing>"), "begin with a word"),
        (("language: en", "language: [en"), "xx.yaml"),
    ],
)
def test_a_malformed_set_is_refused_by_the_name_of_its_place(broken: tuple[str, str], place: str) -> None:
    text = (FOLDER / "en.yaml").read_text(encoding="utf-8")
    assert broken[0] in text
    with pytest.raises(SettingsError) as refusal:
        read_set(text.replace(*broken, 1), name="xx.yaml")
    assert place in str(refusal.value)
    assert "xx.yaml" in str(refusal.value)

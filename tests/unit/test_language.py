"""Everything said on screen can be translated, what is translated is spoken, and what is not stays English."""

import ast
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from contextvars import copy_context
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core import language
from core.catalogue import name_of, sentences, spoken
from core.language import LANGUAGES, _, ngettext, say_date, say_days, say_number, say_time, use_locale

ROOT = Path(__file__).parents[2]
SPEAKING = ("core", "models", "dashboard", "pages", "seed")
CONSTANTS = {"NOT_FOUND", "CLOSED", "label", "known.label", "measure.label"}  # marked with N_ where they are written
OF_DATA_FILES = {"item.label", "options.low_label", "options.high_label", "definition.measures"}  # found in the YAML
MEASURES = {"catalogue()[code].label", "names[str(int(value))]"}  # marked in core/measures.py
FOUND_ELSEWHERE = CONSTANTS | OF_DATA_FILES | MEASURES | {"definition.item(item.asked_if.item).label"}
SPANISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Nothing new."
msgstr "Nada nuevo."

msgid "Not said yet."
msgstr ""

#, fuzzy
msgid "Perhaps."
msgstr "Quizás."

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} día"
msgstr[1] "{n} días"
"""


def said() -> Iterator[tuple[str, ast.Call]]:
    """Every sentence of the interface with its place."""
    for top in SPEAKING:
        for file in sorted((ROOT / top).rglob("*.py")):
            if file.name != "language.py":
                for call in spoken(ast.parse(file.read_text())):
                    yield f"{file.relative_to(ROOT)}:{call.lineno}", call


def test_every_sentence_is_written_out_where_it_is_said() -> None:
    """No f-string and no variable: neither could be found by a translator."""
    unfit = [
        f"{where} {ast.unparse(call)[:80]}"
        for where, call in said()
        if None in sentences(call) and not (name_of(call) == "_" and ast.unparse(call.args[0]) in FOUND_ELSEWHERE)
    ]
    assert unfit == []


def test_the_catalogue_takes_in_sentences_within_sentences(tmp_path: Path) -> None:
    (tmp_path / "babel.cfg").write_text((ROOT / "babel.cfg").read_text())
    (tmp_path / "page.py").write_text(
        """title = f"**{_('Inside')}**" + N_("Kept")\nngettext("{n} day", "{n} days", 2)\n_(f"not {this}")\n"""
    )
    run = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-o", "all.pot", "."]
    subprocess.run(run, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    with (tmp_path / "all.pot").open("rb") as source:
        assert {message.id for message in read_po(source) if message.id} == {"Inside", "Kept", ("{n} day", "{n} days")}


def test_the_words_of_data_files_are_found_by_their_keys(tmp_path: Path) -> None:
    (tmp_path / "babel.cfg").write_text((ROOT / "babel.cfg").read_text())
    (tmp_path / "instruments" / "definitions").mkdir(parents=True)
    (tmp_path / "instruments" / "definitions" / "mood.yaml").write_text(
        "code: mood\nitems:\n  - {id: 1, label: Sleep}\noptions: {a: {low_label: '', high_label: much}}\n"
    )
    run = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-o", "all.pot", "."]
    subprocess.run(run, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    with (tmp_path / "all.pot").open("rb") as source:
        assert {message.id for message in read_po(source) if message.id} == {"Sleep", "much"}


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder in which Spanish has a few sentences and Catalan none."""
    file = tmp_path / "es" / "LC_MESSAGES" / "vincle.po"
    file.parent.mkdir(parents=True)
    file.write_text(SPANISH, encoding="utf-8")
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language._translations.cache_clear()
    yield
    language._translations.cache_clear()


def in_language(locale: str) -> list[str]:
    """The same things said in one language, without a trace for the next."""

    def say() -> list[str]:
        use_locale(locale)
        day, moment = date(2026, 1, 14), datetime(2026, 1, 14, 23, 30, tzinfo=UTC)
        return [
            _("Nothing new."), ngettext("{n} day", "{n} days", 2).format(n=2), say_date(day), say_days([day])[0],
            say_time(moment, "Europe/Madrid", "d MMMM HH:mm"), say_number(1234.5),
        ]  # fmt: skip

    return copy_context().run(say)


def test_a_language_with_a_catalogue_speaks_it_dates_and_numbers_too(spanish: None) -> None:
    assert in_language("es") == ["Nada nuevo.", "2 días", "14 ene", "14 ene", "15 enero 00:30", "1.234,5"]


def test_without_a_catalogue_sentences_are_english_and_dates_the_persons_own(spanish: None) -> None:
    assert in_language("ca")[:2] == ["Nothing new.", "2 days"]
    assert in_language("ca")[4] == "15 de gener 00:30" or in_language("ca")[4] == "15 gener 00:30"
    assert in_language("en") == ["Nothing new.", "2 days", "14 Jan", "14 Jan", "15 January 00:30", "1,234.5"]


def test_what_is_not_translated_or_not_sure_stays_english(spanish: None) -> None:
    def say() -> list[str]:
        use_locale("es")
        return [_("Not said yet."), _("Perhaps."), _("Never heard of.")]

    assert copy_context().run(say) == ["Not said yet.", "Perhaps.", "Never heard of."]


def test_a_language_that_is_none_of_ours_is_english(spanish: None) -> None:
    assert language._translations("../../es").gettext("Nothing new.") == "Nothing new."


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_keeps_the_places_of_its_sentence(code: str) -> None:
    """A lost or misspelt ``{name}`` would be a fault on screen."""
    assert [found for found in catalogue(code) if found is not None] == []


def catalogue(code: str) -> Iterator[str | None]:
    file = language.FOLDER / code / "LC_MESSAGES" / "vincle.po"
    if not file.exists():
        return
    with file.open("rb") as source:
        for message in read_po(source, locale=code):
            forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
            sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
            for form in forms:
                if message.id and form and not places(form) <= set().union(*map(places, sources)):
                    yield f"{message.id}: {form}"


READ_BY_PATIENTS = re.compile(
    r"(dashboard/(wording|components)|pages)/(my_\w+|us|privacy|own_\w+|check_in|family|prompts|exercises?|ideas?|releases"
    r"|goals|safety_plan|questions|rating|timer|sharing|for_families|help_now|made_together|account)\.py"
    r"|core/(check_ins|exercises|families|ideas)/.*|core/(export/tables|actions/exports)\.py"
)


@pytest.mark.parametrize("code", ["es", "ca"])
def test_whatever_patients_and_relatives_read_is_said_in_their_language(code: str) -> None:
    """Held against the sources, so that a sentence that nobody has brought into the catalogue is missing as well."""
    with (language.FOLDER / code / "LC_MESSAGES" / "vincle.po").open("rb") as source:
        kept = read_po(source, locale=code)
    read = {sentences(call)[0] for where, call in said() if READ_BY_PATIENTS.fullmatch(where.partition(":")[0])}
    assert len(read) > 500
    assert [words for words in read if words and not (words in kept and all(forms(kept[words].string)))] == []


def forms(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    """The singular and the plural of a translation, or the one that it has."""
    return (translation,) if isinstance(translation, str) else tuple(translation)


def places(words: str) -> set[str]:
    """The names in braces of a sentence."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(words) if name is not None}


def test_the_template_is_readable() -> None:
    with (language.FOLDER / "vincle.pot").open("rb") as source:
        template: Catalog = read_po(source)
    assert "Nothing new was entered, written or rated since then." in template

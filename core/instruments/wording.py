"""Official wording that a site has the right to use: loaded from its own file, checked against the definition, kept in
``VINCLE_HOME/wording`` by instrument and language. What is shipped are our short labels; a screen says which one it
shows."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from core.errors import InstrumentRefused
from core.instruments.definition import Definition, Item, Range
from core.instruments.library import EachKeyOnce, instruments
from core.instruments.matching import (
    Resource,
    by_items,
    canonical,
    codes_of,
    is_beside,
    is_total,
    item_of,
    leaves,
    named,
    ordinal_of,
)
from core.instruments.shape import misshapen
from core.language import _

FOLDER = "wording"
QUESTIONNAIRE = "Questionnaire"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one instrument in one language: of each item, and of each item's answers by their number (none for
    a line, and none where the file refers to a LOINC answer list: our labels stand there). ``source`` is what the file
    says of itself."""

    instrument: str
    version: str
    locale: str
    source: str
    items: dict[str, str]
    options: dict[str, dict[str, str]]

    @property
    def answers_are_ours(self) -> bool:
        """Whether the file brought words for the questions, and none for their answers."""
        definition = instruments()[self.instrument]
        choices = [item.id for item in definition.items if not isinstance(definition.options_of(item), Range)]
        return any(not self.options.get(item) for item in choices)


def load_wording(file: Path, home: Path) -> Wording:
    """Check the wording in ``file`` (FHIR R4 ``Questionnaire`` as JSON, or our YAML) and keep it for its language.

    Raises ``InstrumentRefused`` naming the file and the item, and keeps nothing, where an item or an option does not
    fit the definition, or the folder cannot be written. A second file for the same instrument and language takes the
    place of the first.
    """
    wording = read_wording(file)
    try:
        _keep(wording, home / FOLDER)
    except OSError as error:
        raise _refused(file, _("it cannot be kept: {why}").format(why=error.strerror)) from error
    return wording


def _keep(wording: Wording, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{wording.instrument}.{wording.locale}.unfinished"
    unfinished.write_text(json.dumps(asdict(wording), ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.rename(folder / f"{wording.instrument}.{wording.locale}.json")


def read_wording(file: Path) -> Wording:
    """The wording in ``file``, checked; raises ``InstrumentRefused``."""
    try:
        given = _parsed(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _refused(file, _("it cannot be read as JSON or YAML")) from error
    if not isinstance(given, Mapping):
        raise _refused(file, _("it is neither a FHIR Questionnaire nor a wording file"))
    if given.get("resourceType") == QUESTIONNAIRE:
        return _from_fhir(file, given)
    if "resourceType" in given or "instrument" not in given:
        raise _refused(file, _("it is neither a FHIR Questionnaire nor a wording file"))
    return _from_yaml(file, given)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, EachKeyOnce)  # noqa: S506


def wordings(home: Path) -> dict[str, dict[str, Wording]]:
    """What is loaded: by instrument and language. A kept file that fits no definition any more is left out, and so is
    one that somebody else put there."""
    found: dict[str, dict[str, Wording]] = {}
    for file in sorted((home / FOLDER).glob("*.json")):
        kept = _kept(file)
        definition = instruments().get(kept.instrument) if kept else None
        if kept and definition is not None and definition.version == kept.version:
            found.setdefault(kept.instrument, {})[kept.locale] = kept
    return found


def _kept(file: Path) -> Wording | None:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None
    ours = isinstance(given, dict) and set(given) == {field.name for field in fields(Wording)}
    return Wording(**given) if ours else None


def wording_of(home: Path, code: str, locale: str) -> Wording | None:
    """The wording of one instrument in a language (``ca-ES`` falls back to ``ca``), or ``None``: own labels then."""
    loaded = wordings(home).get(code, {})
    return loaded.get(locale) or loaded.get(locale.split("-")[0])


def _from_yaml(file: Path, given: Mapping[str, Any]) -> Wording:
    definition = instruments().get(str(given["instrument"]))
    if definition is None:
        raise _refused(file, _("there is no instrument {code}").format(code=given["instrument"]))
    version = str(given.get("version", definition.version))
    if version != definition.version:
        why = definition.retired.get(version) or _("not a version we know")
        raise _refused(file, _("version {version}: {reason}").format(version=version, reason=why))
    items = {str(i): _said(words) for i, words in _map(file, "items", given.get("items")).items()}
    unknown = sorted(set(items) - {item.id for item in definition.items})
    if unknown:
        raise _refused(file, _("item {item} is none of {name}'s").format(item=unknown[0], name=definition.name))
    sets = {str(name): _map(file, name, words) for name, words in _map(file, "options", given.get("options")).items()}
    options = {item.id: _yaml_options(file, definition, item, sets) for item in definition.items}
    return _whole(file, definition, items, options, (str(given.get("language", "en")), str(given.get("source", ""))))


def _yaml_options(
    file: Path, definition: Definition, item: Item, sets: Mapping[str, Mapping[Any, Any]]
) -> dict[str, str]:
    options = definition.options_of(item)
    if isinstance(options, Range):
        return {}
    name = item.options or next(iter(definition.options))
    given = {_number(answer): _said(words) for answer, words in sets.get(name, {}).items()}
    wanted = [f"{option.answer:g}" for option in options]
    if sorted(given) != sorted(wanted):
        words = _("item {item}: the answers of {set} must be {wanted}")
        raise _refused(file, words.format(item=item.id, set=name, wanted=", ".join(wanted)))
    return given


def _map(file: Path, name: object, given: object) -> Mapping[Any, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _refused(file, _("{name} must say for each which words it has").format(name=name))
    return given


def _said(words: object) -> str:
    return "" if words is None or isinstance(words, Mapping | list) else str(words)


def _number(answer: object) -> str:
    """As our options are written; what is no number stays as it is and fits none of them."""
    try:
        return f"{float(str(answer)):g}"
    except ValueError:
        return str(answer)


def _from_fhir(file: Path, given: Resource) -> Wording:
    place = misshapen(given)
    if place is not None:
        raise _refused(file, _("it is not valid FHIR: {where}").format(where=place))
    codes = [str(code.get("code")) for code in given.get("code") or []]
    names = [*codes, given.get("name"), given.get("id"), canonical(given.get("url"))[0], given.get("title")]
    found = [_with_options(given, item) for item in leaves(given.get("item") or [])]
    definition = named(names) or by_items(code for item in found for code in codes_of(item))
    if definition is None:
        raise _refused(file, _("which instrument it is cannot be told from its name, url or codes"))
    items: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    for item in found:
        known = item_of(definition, item)
        if known is None and (is_total(definition, item) or is_beside(definition, item) or item.get("readOnly")):
            continue
        if known is None or known.id in items:
            reason = _("item {item} stands twice") if known else _("item {item} is none of {name}'s")
            raise _refused(file, reason.format(item=item.get("linkId"), name=definition.name))
        items[known.id] = str(item.get("text", ""))
        options[known.id] = _fhir_options(file, definition, known, item)
    about = str(given.get("language", "en")), str(given.get("title") or given.get("url") or "")
    return _whole(file, definition, items, options, about)


def _with_options(given: Resource, item: Resource) -> Resource:
    """The item with the options of a value set that the questionnaire carries within itself."""
    name = str(item.get("answerValueSet", ""))
    if not name.startswith("#"):
        return item
    sets = [found for found in given.get("contained") or [] if found.get("id") == name[1:]]
    includes = [part for found in sets for part in (found.get("compose") or {}).get("include") or []]
    concepts = [concept for part in includes for concept in part.get("concept") or []]
    return {**item, "answerOption": [{"valueCoding": concept} for concept in concepts]}


def _fhir_options(file: Path, definition: Definition, item: Item, given: Resource) -> dict[str, str]:
    """The words of each answer by its number; every option must say by code or ordinal value which one it is."""
    options = definition.options_of(item)
    offered = given.get("answerOption") or []
    if isinstance(options, Range):
        if offered:
            raise _refused(file, _("item {item} is a line and takes no options").format(item=item.id))
        return {}
    if not offered and _is_known_list(definition, item, given):
        return {}
    words: dict[str, str] = {}
    for option in offered:
        answer = _which(options, option)
        if answer is None:
            reason = _("item {item}: the option {option} is outside its option map")
            said = (option.get("valueCoding") or {}).get("display") or option
            raise _refused(file, reason.format(item=item.id, option=said))
        words[answer] = str((option.get("valueCoding") or {}).get("display") or option.get("valueInteger", ""))
    if len(words) != len(options) or len(offered) != len(options):
        reason = _("item {item}: it has {given} options, {wanted} are needed")
        raise _refused(file, reason.format(item=item.id, given=len(offered), wanted=len(options)))
    return words


def _is_known_list(definition: Definition, item: Item, given: Resource) -> bool:
    """Whether the answers stand outside of the file in the LOINC answer list that this option set is."""
    known, address = definition.loinc_list_of(item), str(given.get("answerValueSet") or "")
    return known is not None and address.partition("|")[0].lower().endswith(known.lower())


def _which(options: tuple[Any, ...], offered: Resource) -> str | None:
    coding = offered.get("valueCoding") or {}
    ordinal = ordinal_of(offered) if ordinal_of(offered) is not None else ordinal_of(coding)
    turned = {option.answer for option in options} == {option.score for option in options}
    number = offered.get("valueInteger", coding.get("code"))
    for option in options:
        known = option.score if turned else option.answer
        if option.loinc is not None and option.loinc == coding.get("code"):
            return f"{option.answer:g}"
        if known == ordinal if ordinal is not None else f"{option.answer:g}" == str(number):
            return f"{option.answer:g}"
    return None


def _whole(
    file: Path, definition: Definition, items: dict[str, str], options: dict[str, dict[str, str]],
    about: tuple[str, str],
) -> Wording:  # fmt: skip
    open_items = [item.id for item in definition.items if not items.get(item.id, "").strip()]
    if open_items:
        raise _refused(file, _("item {item} of {name} has no words").format(item=open_items[0], name=definition.name))
    locale, source = about
    if not _LANGUAGE.fullmatch(locale):
        raise _refused(file, _("{language} is no language such as ca or es-ES").format(language=repr(locale)))
    return Wording(definition.code, definition.version, locale, source, items, options)


def _refused(file: Path, reason: str) -> InstrumentRefused:
    return InstrumentRefused(_("{file} was refused: {reason}.").format(file=file.name, reason=reason))

"""Which instrument and which of its items something from outside is about: by LOINC code, else by link id. The same
matching serves official wording (``Questionnaire``) and answers (``QuestionnaireResponse``)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.instruments.definition import Definition, Item
from core.instruments.library import instruments

Resource = Mapping[str, Any]
_DISPLAYS = {"display"}
_TOTALS = {"total", "totalscore", "score", "sum"}


def named(names: Iterable[str | None]) -> Definition | None:
    """The instrument whose code, LOINC panel or name one of ``names`` is (an address counts by its last part)."""
    wanted = {_plain(name) for name in names if name}
    for definition in instruments().values():
        if wanted & {_plain(definition.code), _plain(definition.loinc_panel or definition.code)}:
            return definition
    longest = sorted(instruments().values(), key=lambda definition: -len(definition.code))
    return next((d for d in longest if any(name.endswith(_plain(d.code)) for name in wanted)), None)


def by_items(codes: Iterable[str]) -> Definition | None:
    """The instrument to which these LOINC codes belong, where they all belong to one."""
    known = [
        next((d for d in instruments().values() if code in {item.loinc for item in d.items}), None) for code in codes
    ]
    found = {definition.code: definition for definition in known if definition is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def leaves(items: Iterable[Resource]) -> Iterator[Resource]:
    """Every item that is no group and no mere display, depth first."""
    for item in items:
        below = item.get("item") or []
        if below and not item.get("answer") and item.get("type") in (None, "group"):
            yield from leaves(below)
        elif item.get("type") not in _DISPLAYS:
            yield item


def codes_of(item: Resource) -> tuple[str, ...]:
    """The LOINC codes of an item: its ``code``s, and its link id where that is one (``/44250-9``)."""
    codes = [str(code.get("code")) for code in item.get("code") or [] if "loinc" in str(code.get("system", "loinc"))]
    link = str(item.get("linkId", "")).strip("/").rsplit("/", 1)[-1]
    return (*codes, link) if re.fullmatch(r"\d{3,6}-\d", link) else tuple(codes)


def item_of(definition: Definition, item: Resource) -> Item | None:
    """The definition's item that this one is, or ``None``."""
    codes = set(codes_of(item))
    for known in definition.items:
        if known.loinc in codes:
            return known
    link = _within(definition, item)
    for known in definition.items:
        plain = _plain(known.id)
        if link in {plain, f"q{plain}", f"item{plain}"}:
            return known
    return None


def is_total(definition: Definition, item: Resource) -> bool:
    """Whether an item states the instrument's total."""
    return definition.loinc_total in codes_of(item) or _within(definition, item) in _TOTALS


def is_beside(definition: Definition, item: Resource) -> bool:
    """Whether an item belongs to the form and is never scored: by its code, or numbered on after the scored ones where
    the form is known to go on (``PHQ.10``)."""
    if set(codes_of(item)) & set(definition.loinc_beside):
        return True
    after = {str(len(definition.items) + number) for number in range(1, len(definition.loinc_beside) + 1)}
    return _within(definition, item) in after


def _within(definition: Definition, item: Resource) -> str:
    """The link id without the instrument's own name before it: ``PHQ.1``, ``phq9-1`` and ``1`` are the same item."""
    parts = re.findall(r"[a-z0-9]+", str(item.get("linkId", "")).lower())
    whole, name = "".join(parts), _plain(definition.code)
    before = "".join(parts[:-1])
    if before and (name.startswith(before) or before.endswith(name)):
        return str(parts[-1])
    return whole.removeprefix(name) or whole


def canonical(address: str | None) -> tuple[str | None, str | None]:
    """The last part of a canonical address and its version (``…/phq-9|1``)."""
    if not address:
        return None, None
    name, _bar, version = address.partition("|")
    return name.rstrip("/").rsplit("/", 1)[-1], version or None


def ordinal_of(coding: Resource) -> float | None:
    """The ordinal value of an answer by any of the extensions that carry one."""
    for extension in coding.get("extension") or []:
        if str(extension.get("url", "")).rsplit("/", 1)[-1] in {
            "ordinalValue", "questionnaire-ordinalValue", "codesystem-ordinalValue", "itemWeight",
        }:  # fmt: skip
            value = extension.get("valueDecimal", extension.get("valueInteger"))
            return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

"""Reads a mapping file; whatever is wrong with it is one ``ImportRefused`` that names every place to mend."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from core.errors import ImportRefused
from core.ingest.mapping import Mapping
from core.language import _

OWN_MAPPINGS = Path(__file__).parent / "mappings"
_LARGEST = 200_000  # bytes of a mapping file


def load_mapping(given: Path) -> Mapping:
    """Read a mapping file, or one of Vincle's own by its bare name (``bringmann2013``)."""
    path = given if given.exists() else OWN_MAPPINGS / f"{given.name.removesuffix('.yaml')}.yaml"
    try:
        with path.open("rb") as handle:
            raw = handle.read(_LARGEST + 1)
        text = raw.decode("utf-8")
    except OSError as error:
        words = _("The mapping {file} cannot be read: {why}.")
        raise ImportRefused(words.format(file=given, why=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise ImportRefused(_("The mapping {file} is not UTF-8 text.").format(file=given)) from error
    if len(raw) > _LARGEST:
        raise ImportRefused(_("The mapping {file} is too large to be one.").format(file=given))
    return parse_mapping(text, name=str(given))


def fitting(header: Iterable[str]) -> str:
    """The name of the first of Vincle's own mappings whose columns all stand in ``header``; empty where none does."""
    given = set(header)
    own = (file.stem for file in sorted(OWN_MAPPINGS.glob("*.yaml")))
    return next((name for name in own if load_mapping(Path(name)).needed <= given), "")


def parse_mapping(text: str, *, name: str) -> Mapping:
    """Check the text of a mapping; every fault is named in one ``ImportRefused``."""
    try:
        content = yaml.load(text, Loader=_Words)  # noqa: S506 (it makes nothing but text, lists and mappings)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = _(" (line {line})").format(line=where.line + 1) if where else ""
        why = getattr(error, "problem", None) or str(error)
        words = _("The mapping {file} is not valid YAML{line}: {why}.")
        raise ImportRefused(words.format(file=name, line=line, why=why)) from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(dict.fromkeys(_fault(part["loc"], part["msg"], part["type"]) for part in error.errors()))
        raise ImportRefused(
            _("The mapping {file} needs mending: {faults}.").format(file=name, faults=faults)
        ) from error


def _fault(place: tuple[int | str, ...], words: str, kind: str) -> str:
    path = ".".join(str(part) for part in place if part not in ("stamp", "local", "schedule") or part == place[-1])
    path = path or _("the file")
    if kind == "extra_forbidden":
        return _("{place}: this word is not known here").format(place=path)
    if kind == "missing":
        return _("{place}: is missing").format(place=path)
    return f"{path}: {words.removeprefix('Value error, ')}"


class _Words(yaml.BaseLoader):
    """YAML whose cells stay the text they are (``12:45`` is no number, ``no`` no truth value) and in which a key that
    stands twice is a fault, because the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _value in node.value:
            name = self.construct_object(key, deep=True)
            if str(name) in seen:
                words = f"the key {name} stands twice"
                raise yaml.constructor.ConstructorError(None, None, words, key.start_mark)
            seen.add(str(name))
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made

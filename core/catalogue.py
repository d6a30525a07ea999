"""Finds the sentences to translate, for ``make messages`` (babel.cfg names this as the extraction method): Babel's own
reads tokens and is blind to a call inside an f-string, this one reads the syntax tree. Data files name their words by
their keys."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

import yaml

SENTENCES = {"_": 1, "N_": 1, "ngettext": 2}  # how many of the first arguments are sentences

Found = tuple[int, str, "str | tuple[str, ...]", list[str]]


def extract(
    file: BinaryIO,
    _keywords: Collection[str],
    _comments: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 - Babel gives it by name
) -> Iterator[Found]:
    """The sentences of a Python file as Babel wants them: line, function, one sentence or the two of a plural, notes.

    A sentence that is not written out is left out (a test refuses it).
    """
    for call in spoken(ast.parse(file.read())):
        name, words = name_of(call), sentences(call)
        if None not in words:
            said = tuple(str(one) for one in words)
            yield call.lineno, name, said if len(said) > 1 else said[0], []


def spoken(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call of ``_``, ``N_`` and ``ngettext``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in SENTENCES:
            yield node


def name_of(call: ast.Call) -> str:
    """The plain name of what is called; empty for a method."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def sentences(call: ast.Call) -> list[str | None]:
    """What stands in the places of the sentences: the words, or ``None`` for what is not written out."""
    said = [node.value if isinstance(node, ast.Constant) else None for node in call.args[: SENTENCES[name_of(call)]]]
    return [words if isinstance(words, str) and words else None for words in said]


def extract_labels(
    file: BinaryIO,
    _keywords: Collection[str],
    _comments: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """The words that a data file shows (YAML): the values of the keys that ``options["keys"]`` names, wherever they
    stand. Each is said with ``_`` where it is shown."""
    keys = frozenset(str(options["keys"]).split())
    for line, words in _shown(yaml.compose(file.read(), Loader=yaml.SafeLoader), keys):
        yield line, "_", words, []


def _shown(node: yaml.Node | None, keys: Collection[str], under: str = "") -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _shown(value, keys, name.value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _shown(value, keys, under)
    elif isinstance(node, yaml.ScalarNode) and under in keys and node.value.strip():
        yield node.start_mark.line + 1, node.value

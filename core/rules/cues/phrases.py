"""The small language in which cues are written: words in their order, matched on plain words, never across the end of a
sentence.

``kill|hang`` one of these words; ``suicid*`` any word that begins so; ``<want>`` one of a named list, whose entries may
be of several words; ``...`` up to three words in between; ``?`` at the end of a place: it may be absent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.rules.cues.tokens import END, QUOTE, Token, plain

GAP = 3
_WORD = re.compile(r"\w+\*?")
Option = tuple[str, ...]
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One place in a phrase: what may stand there by its first word (the longest first), what may stand there by its
    beginning, whether it may be absent; nothing at all: a gap."""

    by_word: Mapping[str, tuple[Option, ...]]
    by_beginning: tuple[Option, ...] = ()
    optional: bool = False

    @classmethod
    def of(cls, options: Iterable[Option], *, optional: bool) -> "Step":
        """A place with these options."""
        by_word: dict[str, list[Option]] = {}
        by_beginning = []
        for option in sorted(set(options), key=lambda option: (-len(option), option)):
            if option[0].endswith("*"):
                by_beginning.append(option)
            else:
                by_word.setdefault(option[0], []).append(option)
        return cls({word: tuple(some) for word, some in by_word.items()}, tuple(by_beginning), optional)

    @property
    def is_gap(self) -> bool:
        """Whether any words may stand here."""
        return not self.by_word and not self.by_beginning

    def options(self) -> Iterator[Option]:
        """Everything that may stand here."""
        yield from self.by_beginning
        for some in self.by_word.values():
            yield from some

    def ends(self, tokens: Sequence[Token], at: int) -> Iterator[int]:
        """Where what stands here would end."""
        if at >= len(tokens):
            return
        word = tokens[at].text
        for option in self.by_word.get(word, ()):
            if _rest_fits(tokens, at, option):
                yield at + len(option)
        for option in self.by_beginning:
            if word.startswith(option[0][:-1]) and _rest_fits(tokens, at, option):
                yield at + len(option)


GAP_STEP = Step({})
Phrase = tuple[Step, ...]
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` to before ``end``."""

    start: int
    end: int

    def meets(self, other: "Span") -> bool:
        """Whether they share a word."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> bool:
        """Whether it is part of the other."""
        return other.start <= self.start and self.end <= other.end


def parse(written: str, lists: Lists) -> Phrase:
    """The steps of a phrase; raises ``ValueError`` that names what is wrong with it."""
    steps = tuple(_step(part, written, lists) for part in written.split())
    if not steps or steps[0].is_gap or steps[0].optional:
        raise ValueError(f"'{written}' has to begin with a word")
    if steps[-1].is_gap:
        raise ValueError(f"'{written}' ends with a gap")
    return steps


def _step(part: str, written: str, lists: Lists) -> Step:
    if part == "...":
        return GAP_STEP
    try:
        return Step.of(_choices(lists, part.removesuffix("?"), ()), optional=part.endswith("?"))
    except ValueError as error:
        raise ValueError(f"{error} in '{written}'") from error


def expanded(lists: Lists, name: str, within: tuple[str, ...] = ()) -> Iterator[Option]:
    """Every entry of a named list as words; an entry may itself hold choices (``a|b``), what may be absent (``a?``) and
    other lists."""
    if name not in lists:
        raise ValueError(f"there is no list <{name}>")
    if name in within:
        raise ValueError(f"the list <{name}> holds itself")
    for entry in lists[name]:
        ways: list[Option] = [()]
        for part in entry.split():
            choices = _choices(lists, part.removesuffix("?"), (*within, name))
            choices += [()] if part.endswith("?") else []
            ways = [way + choice for way in ways for choice in choices]
        yield from ways


def _choices(lists: Lists, part: str, within: tuple[str, ...]) -> list[Option]:
    found: list[Option] = []
    for choice in part.split("|"):
        if choice.startswith("<") and choice.endswith(">"):
            found += expanded(lists, choice[1:-1], within)
        elif _WORD.fullmatch(choice):
            found.append((plain(choice),))
        else:
            raise ValueError(f"'{choice}' is no word, list or gap")
    return found


def words_of(phrase: Phrase) -> Iterator[str]:
    """Every whole word that the phrase knows."""
    for step in phrase:
        for option in step.options():
            yield from (word for word in option if not word.endswith("*"))


def _rest_fits(tokens: Sequence[Token], at: int, option: Option) -> bool:
    if len(option) == 1:
        return True
    return at + len(option) <= len(tokens) and all(
        _fits(tokens[at + n].text, option[n]) for n in range(1, len(option))
    )  # fmt: skip


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def match(tokens: Sequence[Token], at: int, phrase: Phrase, step: int = 0) -> int | None:
    """Where the phrase ends when it begins (with its place ``step``) at word ``at``; ``None``: it is not there."""
    if step == len(phrase):
        return at
    place = phrase[step]
    if place.is_gap:
        return _over_gap(tokens, at, phrase, step + 1)
    for after in place.ends(tokens, at):
        end = match(tokens, after, phrase, step + 1)
        if end is not None:
            return end
    return match(tokens, at, phrase, step + 1) if place.optional else None


def _over_gap(tokens: Sequence[Token], at: int, phrase: Phrase, step: int) -> int | None:
    for passed in range(at, min(at + GAP, len(tokens)) + 1):
        end = match(tokens, passed, phrase, step)
        if end is not None:
            return end
        if passed < len(tokens) and tokens[passed].text in (END, QUOTE):
            return None
    return None


class Finder(Generic[K]):
    """Many phrases at once: each word of a text is only held against those that can begin with it."""

    def __init__(self, phrases: Iterable[tuple[Phrase, K]]) -> None:
        self._by_word: dict[str, list[tuple[Phrase, K]]] = {}
        self._by_beginning: list[tuple[str, Phrase, K]] = []
        for phrase, kind in phrases:
            for first in sorted({option[0] for option in phrase[0].options()}):
                if first.endswith("*"):
                    self._by_beginning.append((first[:-1], phrase, kind))
                else:
                    self._by_word.setdefault(first, []).append((phrase, kind))
        self._beginnings = tuple(start for start, _phrase, _kind in self._by_beginning)

    def find(self, tokens: Sequence[Token]) -> list[tuple[Span, K]]:
        """Where which phrase stands."""
        found: list[tuple[Span, K]] = []
        for at, token in enumerate(tokens):
            possible: Sequence[tuple[Phrase, K]] = self._by_word.get(token.text, ())
            if token.text.startswith(self._beginnings):
                begun = [(phrase, kind) for start, phrase, kind in self._by_beginning if token.text.startswith(start)]
                possible = (*possible, *begun)
            for phrase, kind in possible:
                end = match(tokens, at, phrase)
                if end is not None:
                    found.append((Span(at, end), kind))
        return found

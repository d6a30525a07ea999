"""What somebody wrote as plain words with their place in the text: lower case, without accents, elongated letters drawn
together, abbreviations read out, one slip of a letter in a telling word forgiven."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_PIECE = re.compile(r"(?P<word>[^\W_]+(?:(?:[·*@$]+|!(?=[^\W_]))[^\W_]+)*)|(?P<mark>[.!?…;\n]+|[,:()\[\]–—]|[\"«»“”„])")
_RUN = re.compile(r"(.)\1{2,}")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´ʼ](?=\w)")
_HIDDEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LEET = str.maketrans("013457@$!", "oieastasi")
_LEAST_FOR_SLIPS = 6  # letters: shorter words are one letter away from too many others
END, PAUSE, COLON, QUOTE = ".", ",", ":", '"'
MARKS = frozenset({END, PAUSE, COLON, QUOTE})


@dataclass(frozen=True, slots=True)
class Token:
    """A plain word or a mark (``. , : "``), and where in the text what it was read from stands."""

    text: str
    start: int
    end: int

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return self.text in MARKS


@dataclass(frozen=True, slots=True)
class Speller:
    """How the words of one language are read. ``apostrophes_join``: ``don't`` is one word; else two."""

    apostrophes_join: bool
    spelling: Mapping[str, tuple[str, ...]]
    known: Collection[str]
    telling: frozenset[str]
    slips: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, text: str) -> list[Token]:
        """The words and marks of ``text`` in their order."""
        return list(self._tokens(text))

    def _tokens(self, text: str) -> Iterator[Token]:
        for piece in _PIECE.finditer(self._without_apostrophes(text)):
            start, end = piece.span()
            if piece["mark"]:
                yield Token(_mark(piece["mark"]), start, end)
                continue
            for word in self._words(piece["word"]):
                yield Token(word, start, end)

    def _without_apostrophes(self, text: str) -> str:
        """Every letter stays in its place: joining apostrophes become a sign that is dropped later, others a space."""
        plain = _HIDDEN.sub("·", text)
        return _APOSTROPHE.sub("·" if self.apostrophes_join else " ", plain)

    def _words(self, raw: str) -> tuple[str, ...]:
        word = plain(raw)
        if word in self.spelling:
            return self.spelling[word]
        word = self._drawn_together(word)
        if word in self.spelling:
            return self.spelling[word]
        if not word.isalpha() and not word.isdigit():
            word = self._uncensored(word)
        return (word if word in self.known else self._forgiven(word),)

    def _drawn_together(self, word: str) -> str:
        if not _RUN.search(word) or word.isdigit():
            return word
        once, twice = _RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word)
        return next((found for found in (once, twice) if found in self.known or found in self.spelling), once)

    def _uncensored(self, word: str) -> str:
        read = word.translate(_LEET)
        if "*" not in read:
            return read
        wanted = re.compile(re.escape(read).replace(r"\*", "."))
        return next((word for word in sorted(self.telling) if wanted.fullmatch(word)), read)

    def _forgiven(self, word: str) -> str:
        if len(word) < _LEAST_FOR_SLIPS - 1:
            return word
        meant = {one for rest in without_one(word) for one in self.slips.get(rest, ()) if _one_slip(word, one)}
        return min(meant) if meant else word


def plain(word: str) -> str:
    """Lower case without accents and without what only joins letters."""
    parts = unicodedata.normalize("NFKD", word.lower().replace("·", ""))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def slips_of(telling: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For every telling word that is long enough: itself and what is left without one of its letters → the word."""
    found: dict[str, list[str]] = {}
    for word in sorted(telling):
        for rest in without_one(word) if len(word) >= _LEAST_FOR_SLIPS else ():
            found.setdefault(rest, []).append(word)
    return {rest: tuple(words) for rest, words in found.items()}


def without_one(word: str) -> set[str]:
    """The word, and the word without each of its letters."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _one_slip(word: str, meant: str) -> bool:
    """Whether one letter is missing, too much, another, or changed places with its neighbour (never the first)."""
    if word[:1] != meant[:1]:
        return False
    differ = next((n for n, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    mine, theirs = word[differ:], meant[differ:]
    swapped = mine[1:2] + mine[:1] + mine[2:]
    return theirs in (mine[1:], swapped) or mine == theirs[1:] or mine[1:] == theirs[1:]


def _mark(sign: str) -> str:
    if sign[0] in ".!?…;\n":
        return END
    if sign in '"«»“”„':
        return QUOTE
    return COLON if sign == ":" else PAUSE

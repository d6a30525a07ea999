"""Looks for cues in what somebody wrote and quotes them. A cue is left out where its words are an idiom, denied, about
somebody else, a title or another's words, or tell of long ago; where that is in doubt, it stays."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import SettingsError
from core.rules.cues.definition import LANGUAGES, CueForm, Ready, ready
from core.rules.cues.phrases import Span
from core.rules.cues.tokens import COLON, END, QUOTE, Token, plain

logger = logging.getLogger(__name__)
Asked = Literal["now", "same-day"]
Informant = Literal["patient", "relative"]
NOW: Asked = "now"
SAME_DAY: Asked = "same-day"
NEARLY = 0.8  # (d) Spanish and Catalan share many words; a sentence in one is hardly ever in the other by this
REACH = 9  # words between a "no" and what it denies, at most
NEAR = 4  # words between a cue and what is said of it right after
BEFORE_QUOTE, AFTER_QUOTE = 8, 5  # words in which it is said whose words a quotation holds


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that ask for a response: ``start`` to before ``end`` are characters of the text, ``words`` what stands
    there, ``code`` the kind of cue."""

    code: str
    response: Asked
    start: int
    end: int
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text asks for: the earliest response of its cues, ``None`` without any. That none were found says
    nothing about the person."""

    response: Asked | None
    cues: tuple[Cue, ...]


def scan(text: str, *, language: str | None = None, informant: Informant = "patient") -> Scan:
    """The cues in ``text``. ``language`` (en, es, ca): only that set; else all three, each for the sentences that could
    be in its language. ``informant``: with ``relative``, what is said of another is said of the patient. A set that is
    malformed is left out (raised as ``SettingsError`` where it is the one asked for)."""
    sets = [ready(language)] if language in LANGUAGES else [one for one in map(_usable, LANGUAGES) if one]
    readings = [_Reading(text, one, informant) for one in sets]
    spoken = _spoken(readings)
    found = [cue for one in readings for cue in one.cues() if one.sentence_of(cue) in spoken[one.words.language]]
    kept = _without_repeats(found)
    asked = {cue.response for cue in kept}
    return Scan(NOW if NOW in asked else SAME_DAY if asked else None, kept)


def _usable(language: str) -> Ready | None:
    try:
        return ready(language)
    except SettingsError as error:  # it names the file and the place in it, and nothing of the text
        logger.error("rules: %s", error)
        return None


def _spoken(readings: Sequence["_Reading"]) -> dict[str, set[int]]:
    """For each language the sentences (by number) that could be in it: those where its set knows nearly as many of the
    words as the one that knows most."""
    known = {one.words.language: one.known_words() for one in readings}
    most = [max(counts) for counts in zip(*known.values(), strict=True)]
    return {
        language: {n for n, count in enumerate(counts) if count >= most[n] * NEARLY}
        for language, counts in known.items()
    }  # fmt: skip


def _without_repeats(found: Iterable[Cue]) -> tuple[Cue, ...]:
    """Of cues that share words the one that asks for the earlier response, then the one with more words."""
    kept: list[Cue] = []
    for cue in sorted(found, key=lambda cue: (cue.response != NOW, cue.start - cue.end, cue.start)):
        if not any(cue.start < other.end and other.start < cue.end for other in kept):
            kept.append(cue)
    return tuple(sorted(kept, key=lambda cue: cue.start))


class _Reading:
    """One text, read in one language."""

    def __init__(self, text: str, words: Ready, informant: Informant) -> None:
        self.text, self.words, self.informant = text, words, informant
        self.tokens: Sequence[Token] = words.speller.read(text)
        self.around: dict[str, list[Span]] = {}

    def known_words(self) -> list[int]:
        """How many words of each sentence the set of this language knows."""
        counts, known = [0], self.words.speller.known
        for token in self.tokens:
            if token.text == END:
                counts.append(0)
            elif token.text in known and plain(self.text[token.start : token.end]).replace("'", "") == token.text:
                counts[-1] += 1  # as it stands there, not as it was read
        return counts

    def sentence_of(self, cue: Cue) -> int:
        """The number of the sentence in which a cue begins."""
        return sum(token.text == END and token.end <= cue.start for token in self.tokens)

    def cues(self) -> list[Cue]:
        found = self.words.cues.find(self.tokens)
        if not found:
            return []
        for span, name in self.words.contexts.find(self.tokens):
            self.around.setdefault(name, []).append(span)
        found = [(span, form) for span, form in found if self._is_theirs(form)]
        gone = [span for span, form in found if self._is_long_ago(span, form)]
        kept = [(span, form) for span, form in found if not any(span.within(other) for other in gone)]
        judged = [(span, form, self._asked(span, form)) for span, form in kept]
        return [self._cue(span, form, asked) for span, form, asked in judged if asked is not None]

    def _cue(self, span: Span, form: CueForm, asked: Asked) -> Cue:
        start, end = self.tokens[span.start].start, self.tokens[span.end - 1].end
        return Cue(form.code, asked, start, end, self.text[start:end], self.words.language)

    def _is_theirs(self, form: CueForm) -> bool:
        return form.about == "writer" or self.informant == "relative"

    def _asked(self, span: Span, form: CueForm) -> Asked | None:
        if self._is_idiom(span) or self._is_quoted(span) or self._is_of_others(span, form):
            return None
        denied = self._denied(span) if form.denied else None
        if denied == "denied" and not self._near(span, "not_yet"):
            return None
        if denied is not None:
            return SAME_DAY
        if form.response == SAME_DAY and form.code in _ESCALATED and self._in_sentence(span, "soon"):
            return NOW
        return form.response

    def _is_idiom(self, span: Span) -> bool:
        return any(idiom.meets(span) for idiom in self.around.get("idioms", ()))

    def _is_of_others(self, span: Span, form: CueForm) -> bool:
        """Whether the nearest person named before it, in its sentence, is not the writer; what begins with a word for
        oneself ("que me corto") is the writer's, whoever is named before it."""
        if form.owned or form.about == "other" or self.informant == "relative" or self._quotation(span):
            return False
        if any(there.start == span.start for there in self.around.get("writer", ())):
            return False
        return self._last("others", span) > self._last("writer", span)

    def _is_long_ago(self, span: Span, form: CueForm) -> bool:
        return form.past and (self._in_sentence(span, "long_ago") or self._follows(span, "over"))

    def _is_quoted(self, span: Span) -> bool:
        """Another's words or the title of a work: in quotation marks, or right behind "it is called", "she said"."""
        quote = self._quotation(span)
        begin, end = (quote.start, quote.end) if quote else (span.start, span.end)
        before = Span(max(self._sentence(begin).start, begin - BEFORE_QUOTE), begin)
        if quote is None:
            return self._ends_at("said_by_others", begin) or (
                self._within("works", before) and self._within("titled", before)
            )
        after = Span(end, min(len(self.tokens), end + AFTER_QUOTE))
        if self._within("said_by_writer", before):
            return False
        named = ("said_by_others", "works", "titled")
        return any(self._within(name, place) for name in named for place in (before, after))

    def _quotation(self, span: Span) -> Span | None:
        marks = [n for n, token in enumerate(self.tokens) if token.text == QUOTE]
        for opens, closes in zip(marks[::2], marks[1::2], strict=False):
            if opens < span.start and span.end <= closes:
                return Span(opens, closes + 1)
        return None

    def _denied(self, span: Span) -> Literal["denied", "weakly"] | None:
        ends = self._denials(span)
        at, reach = span.start, 0
        while at > 0 and reach < REACH:
            if at in ends:
                return ends[at]
            token = self.tokens[at - 1].text
            if token not in self.words.within_denials and token != QUOTE:
                break
            at, reach = at - 1, reach + 1
        after = [there for there in self.around.get("denied_after", ()) if span.end <= there.start <= span.end + 1]
        return "denied" if after else None

    def _denials(self, span: Span) -> dict[int, Literal["denied", "weakly"]]:
        """Where denials end (before which word), without those that are part of "cannot stop", "why not" and such."""
        undone = self.around.get("no_denials", ())
        ends: dict[int, Literal["denied", "weakly"]] = {}
        kinds: tuple[tuple[str, Literal["denied", "weakly"]], ...] = (("weak_denials", "weakly"), ("denials", "denied"))
        for name, kind in kinds:
            for there in self.around.get(name, ()):
                if there.end <= span.start and not any(other.meets(there) for other in undone):
                    ends.setdefault(there.end, kind)
        return ends

    def _sentence(self, at: int) -> Span:
        first = next((n + 1 for n in range(at - 1, -1, -1) if self.tokens[n].text == END), 0)
        last = next((n for n in range(at, len(self.tokens)) if self.tokens[n].text == END), len(self.tokens))
        return Span(first, last)

    def _within(self, name: str, place: Span) -> bool:
        return any(place.start <= there.start and there.end <= place.end for there in self.around.get(name, ()))

    def _in_sentence(self, span: Span, name: str) -> bool:
        return self._within(name, self._sentence(span.start))

    def _follows(self, span: Span, name: str) -> bool:
        """In the rest of the sentence or in the next one."""
        end = self._sentence(span.start).end
        return self._within(name, Span(span.end, self._sentence(min(end + 1, len(self.tokens))).end))

    def _near(self, span: Span, name: str) -> bool:
        return self._within(name, Span(max(0, span.start - NEAR), min(len(self.tokens), span.end + NEAR)))

    def _last(self, name: str, span: Span) -> int:
        first = self._sentence(span.start).start
        inside = [there.end for there in self.around.get(name, ()) if first <= there.start < span.start]
        return max(inside, default=-1)

    def _ends_at(self, name: str, at: int) -> bool:
        at -= at > 0 and self.tokens[at - 1].text in (COLON, ",")
        return any(there.end == at for there in self.around.get(name, ()))


_ESCALATED = frozenset({"wish_to_die", "suicide_thoughts", "suicide_act"})

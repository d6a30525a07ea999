"""One language's set of cues as it stands in its file, held against its form when it is read, and made ready to look
with. A set that is malformed is refused by the name of its place; it never half works."""

from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import SettingsError
from core.language import _
from core.rules.cues.phrases import Finder, Phrase, expanded, parse, words_of
from core.rules.cues.tokens import Speller, plain, slips_of

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es", "ca")
Asked = Literal["now", "same-day"]
About = Literal["writer", "other"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CueForm(_Form):
    """A kind of cue. ``about``: in whose words (the patient's own, or somebody's about the patient). ``denied``: a "no"
    before it takes it away. ``owned``: it holds no word for oneself, so whose it is has to be looked for. ``past``: it
    tells of something that was, and counts for nothing where that lies far back."""

    code: str = Field(pattern=r"^[a-z_]+$")
    response: Asked
    about: About = "writer"
    denied: bool = True
    owned: bool = True
    past: bool = False
    phrases: tuple[str, ...] = Field(min_length=1)


class CueSet(_Form):
    """A file. Every list of words and phrases is in the language of ``core.rules.cues.phrases``."""

    language: Literal["en", "es", "ca"]
    apostrophes_join: bool
    spelling: dict[str, str]
    telling: tuple[str, ...]
    not_slips: tuple[str, ...]
    lists: dict[str, tuple[str, ...]]
    cues: tuple[CueForm, ...] = Field(min_length=1)
    idioms: tuple[str, ...]
    denials: tuple[str, ...]
    weak_denials: tuple[str, ...]
    within_denials: tuple[str, ...]
    no_denials: tuple[str, ...]
    denied_after: tuple[str, ...]
    not_yet: tuple[str, ...]
    writer: tuple[str, ...]
    others: tuple[str, ...]
    said_by_writer: tuple[str, ...]
    said_by_others: tuple[str, ...]
    works: tuple[str, ...]
    titled: tuple[str, ...]
    long_ago: tuple[str, ...]
    over: tuple[str, ...]
    soon: tuple[str, ...]

    @model_validator(mode="after")
    def _phrases_parse(self) -> "CueSet":
        for name in CONTEXTS:
            for written in getattr(self, name):
                parse(written, self.lists)
        for name in self.lists:
            list(expanded(self.lists, name))
        for cue in self.cues:
            for written in cue.phrases:
                parse(written, self.lists)
        return self


CONTEXTS = (
    "idioms", "denials", "weak_denials", "no_denials", "denied_after", "not_yet", "writer", "others", "said_by_writer",
    "said_by_others", "works", "titled", "long_ago", "over", "soon",
)  # fmt: skip


class Ready:
    """A set made ready: its speller, the words that may stand between a "no" and what it denies, and its finders."""

    def __init__(self, given: CueSet) -> None:
        self.language = given.language
        contexts = {name: [parse(text, given.lists) for text in getattr(given, name)] for name in CONTEXTS}
        cues = [(parse(text, given.lists), cue) for cue in given.cues for text in cue.phrases]
        self.contexts: Finder[str] = Finder((phrase, name) for name, some in contexts.items() for phrase in some)
        self.cues: Finder[CueForm] = Finder(cues)
        self.within_denials = frozenset(plain(word) for word in given.within_denials)
        every = [phrase for some in contexts.values() for phrase in some] + [phrase for phrase, _cue in cues]
        self.speller = self._speller(given, every)

    def _speller(self, given: CueSet, phrases: list[Phrase]) -> Speller:
        spelling = {plain(word): tuple(plain(read).split()) for word, read in given.spelling.items()}
        known = {word for phrase in phrases for word in words_of(phrase)} | self.within_denials
        telling = frozenset(plain(word) for word in given.telling)
        known |= {plain(word) for word in given.not_slips} | telling
        return Speller(given.apostrophes_join, spelling, frozenset(known), telling, slips_of(telling))


@cache
def ready(language: str) -> Ready:
    """The set of ``language`` (en, es, ca); raises ``SettingsError`` naming what is wrong with its file."""
    file = FOLDER / f"{language}.yaml"
    return Ready(read_set(file.read_text(encoding="utf-8"), name=file.name))


def read_set(text: str, *, name: str) -> CueSet:
    """Read a set from YAML; raises ``SettingsError`` naming the file and the place."""
    try:
        # Everything is text: "no" is a word here and never a truth value (and this loader makes nothing else).
        return CueSet.model_validate(cast("dict[str, Any]", yaml.load(text, Loader=yaml.CBaseLoader)))  # noqa: S506
    except yaml.YAMLError as error:
        why = str(getattr(error, "problem", None) or "YAML")
    except ValidationError as error:
        why = "; ".join(".".join(str(part) for part in one["loc"]) + f": {one['msg']}" for one in error.errors()[:3])
    raise SettingsError(_("The language cues {file} cannot be used: {why}.").format(file=name, why=why))

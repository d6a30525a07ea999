"""Short texts for families: our own words as data, one file for each language, some for one programme only."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from core.language import LANGUAGES

FOLDER = Path(__file__).parent / "texts"


class FamilyText(BaseModel):
    """One text: paragraphs to read in a minute, what it stands on (``source``), and the ``programmes`` it is for
    (empty: all)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    icon: str
    title: str
    paragraphs: tuple[str, ...] = Field(min_length=1)
    source: str = ""
    programmes: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: tuple[FamilyText, ...]


@cache
def _texts(language: str) -> tuple[FamilyText, ...]:
    return _File.model_validate(yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))).texts


def family_texts(language: str, programme: str) -> tuple[FamilyText, ...]:
    """The texts of a programme in a language (English where it is none of ours), in the order of the file."""
    texts = _texts(language if language in LANGUAGES else "en")
    return tuple(text for text in texts if not text.programmes or programme in text.programmes)

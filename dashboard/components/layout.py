"""The rhythm of a screen: density, cards, and words of people made harmless for Markdown."""

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import streamlit as st

_CSS = Path(__file__).parent.parent / "theme.css"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:])")


def use_density() -> None:
    """Tighten the page (see ``docs/decisions/density.md``)."""
    st.html(_CSS)


def card(key: str) -> AbstractContextManager[Any]:
    """A bordered container of the house's padding."""
    return st.container(border=True, key=f"card_{key}")


def literal(text: str) -> str:
    """Words that may come from people, to stand in Markdown exactly as they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))

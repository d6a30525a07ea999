"""The rhythm of a screen: density, cards, and words of people made harmless for Markdown."""

import re
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import streamlit as st

_AROUND = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:])")


class _Style:
    """Our style sheet without its comments, read once and handed to Streamlit as it is (a path is read, a string
    searched, in each run)."""

    def __init__(self) -> None:
        written = (Path(__file__).parent.parent / "theme.css").read_text()
        self._html = f"<style>{_AROUND.sub(' ', written)}</style>"

    def _repr_html_(self) -> str:
        return self._html


_STYLE = _Style()


# Our sign in the browser's tab, held ready: without one the browser asks a stranger's server for the page's icon.
TAB_ICON = "data:image/svg+xml;base64," + b64encode((Path(__file__).parent.parent / "mark.svg").read_bytes()).decode()


def use_density() -> None:
    """Tighten the page (see ``docs/decisions/density.md``)."""
    st.html(_STYLE)


def card(key: str) -> AbstractContextManager[Any]:
    """A bordered container of the house's padding."""
    return st.container(border=True, key=f"card_{key}")


def open_form(title: str, form: Callable[..., None], *arguments: object) -> None:
    """A form in front of the page, so that the columns keep their place; it is made only when it is opened."""
    st.dialog(title, width="medium")(form)(*arguments)


def literal(text: str) -> str:
    """Words that may come from people, to stand in Markdown exactly as they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))

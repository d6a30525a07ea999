"""Draws the session brief: what changed, each line with its evidence, and the same as text for the record."""

import streamlit as st

from core.language import _
from core.queries.brief import BriefView
from dashboard.components.layout import card, literal
from dashboard.wording import brief as words


def render_brief(view: BriefView) -> None:
    """The facts since the last contact."""
    head, contact = words.title(view)
    said = words.sentences(view)
    with card("brief"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### {head}", anchors=False, width="stretch")
            with st.popover(
                _("Copy"), icon=":material/content_copy:", type="tertiary", help=_("Copy for the record"),
                key="brief-copy", on_change="rerun",
            ) as copy:  # fmt: skip
                if copy.open:
                    st.code(words.as_text(view, said), language=None, wrap_lines=True)
        st.markdown(f":small[:gray[{literal(contact)}]]\n\n{_lines(said)}")


def _lines(sentences: list[words.Sentence]) -> str:
    if not sentences:
        return words.nothing()
    return "\n\n".join(
        f":gray[:material/{s.icon}:] {literal(s.text)}"
        + (f" :small[:gray[{literal(s.evidence)}]]" if s.evidence else "")
        for s in sentences
    )

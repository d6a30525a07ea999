"""Draws what the family wrote, with who they are and which day it is about."""

import streamlit as st

from core.actions.family_notes import mark_read
from core.language import _
from core.queries.family_notes import FamilyNoteView
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import family_notes as words

SHOWN = 2


def render_family_notes(view: ResponseView) -> None:
    """The newest notes; nothing at all where no relative takes part."""
    if not view.family_notes:
        return
    with card("family"):
        st.markdown("### " + _("From the family"), anchors=False)
        for note in view.family_notes[:SHOWN]:
            _render_note(note, view.patient.time_zone)
        if len(view.family_notes) > SHOWN:
            with st.expander(_("Earlier notes")):
                for note in view.family_notes[SHOWN:]:
                    _render_note(note, view.patient.time_zone)


def _render_note(note: FamilyNoteView, time_zone: str) -> None:
    with st.container(border=True, key=f"note-{note.id}", gap="xsmall"):
        st.caption(literal(words.byline(note, time_zone)))
        st.text(note.body)
        st.caption(literal(words.noticed(note)))
        if note.unread and st.button(
            _("I have read it"), type="tertiary", icon=":material/done:", key=f"read-{note.id}"
        ):
            said = _("{name} sees that you read it.").format(name=note.relative)
            if context.act(mark_read, key=context.form_key(f"note:{note.id}"), said=said, note_id=note.id):
                st.rerun()

"""Draws what the family wrote, with who they are, which days it is about and how it stands to the patient's own
entries; takes the answer."""

import streamlit as st

from core.actions.family_notes import answer_family_note, mark_read
from core.families.asked import LONGEST
from core.language import _
from core.queries.family_notes import FamilyNoteView
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal, open_form
from dashboard.wording import family_notes as words


def render_family_notes(view: ResponseView) -> None:
    """The newest note and those nobody read; nothing at all where no relative takes part."""
    if not view.family_notes:
        return
    with card("family"):
        st.markdown("### " + _("From the family"), anchors=False)
        newest, *others = view.family_notes
        read = [note for note in others if not note.unread]
        for note in (newest, *(note for note in others if note.unread)):
            _render_note(note, view)
        if read:
            with st.expander(_("Earlier notes"), key="earlier-notes", on_change="rerun") as earlier:
                for note in read if earlier.open else ():
                    _render_note(note, view)


def _render_note(note: FamilyNoteView, view: ResponseView) -> None:
    zone, name = view.patient.time_zone, view.patient.given_name or view.patient.name
    with st.container(border=True, key=f"note-{note.id}", gap="xsmall"):
        st.caption(literal(words.byline(note, zone)))
        if note.body:
            st.text(note.body)
        _render_noticed(note, name)
        if note.about_self:
            st.caption(literal(_("How {name} is").format(name=note.relative)))
            st.text(note.about_self)
        for answer in note.answers:
            st.caption(literal(words.answer_line(answer, zone)))
            st.text(answer.body)
        _render_response(note)


def _render_noticed(note: FamilyNoteView, name: str) -> None:
    noticed = f":small[:gray[{literal(words.noticed(note))}]]"
    if note.agreement is None:
        st.markdown(noticed)
        return
    agreement = literal(words.agreement(note.agreement, name))
    st.markdown(f"{noticed}  \n:small[:material/compare_arrows: {agreement}]", help=words.how_compared())


def _render_response(note: FamilyNoteView) -> None:
    with st.container(horizontal=True, gap="small"):
        if note.unread and st.button(
            _("I have read it"), type="tertiary", icon=":material/done:", key=f"read-{note.id}"
        ):
            said = _("{name} sees that you read it.").format(name=note.relative)
            if context.act(mark_read, key=context.form_key(f"note:{note.id}"), said=said, note_id=note.id):
                st.rerun()
        if st.button(_("Answer"), icon=":material/reply:", type="tertiary", key=f"answer-{note.id}"):
            open_form(_("Answer"), _render_answer, note)


def _render_answer(note: FamilyNoteView) -> None:
    form = context.form_key(f"answer:{note.id}")
    body = st.text_area(
        _("Answer {name}").format(name=note.relative), height=100, max_chars=LONGEST, key=f"family:{form}",
        persist_state="page",
    )  # fmt: skip
    st.caption(literal(words.who_reads(note)))
    if st.button(_("Send"), type="primary", icon=":material/send:", key=f"send-answer-{note.id}") and context.act(
        answer_family_note, key=form, said=_("Sent."), note_id=note.id, body=body or ""
    ):
        st.rerun()

"""Draws the conversation and takes the reply. The draft is kept by patient until it was really sent."""

import uuid

import streamlit as st

from core.actions.messages import mark_read, reply
from core.language import _
from core.queries.messages import MessageView
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import messages as words

SHOWN = 1  # the newest: the reply stays in sight


def render_thread(view: ResponseView) -> None:
    """The newest message, earlier ones on request, and the reply."""
    thread = view.thread
    opened = bool(st.session_state.get(f"thread-{view.patient.id}", False))
    with card("messages"):
        _render_head(view, opened=opened)
        if not thread.messages:
            st.caption(words.nothing())
        if opened and thread.earlier:
            st.caption(words.earlier(thread))
        for message in thread.messages if opened else thread.messages[-SHOWN:]:
            _render_message(message, view.patient.time_zone)
        if thread.may_write:
            _render_reply(view)
    if thread.unread:
        context.note(mark_read, key=f"read:{thread.unread[-1].id}", patient_id=view.patient.id)


def _render_head(view: ResponseView, *, opened: bool) -> None:
    unread = words.title(view.thread)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        heading = "### " + _("Messages") + (f" :small[:orange[{unread}]]" if unread else "")
        st.markdown(heading, anchors=False, width="stretch")
        if not opened and len(view.thread.messages) > SHOWN:
            st.button(
                _("Earlier"), type="tertiary", icon=":material/history:", key="earlier-messages",
                on_click=_show_earlier, args=(view.patient.id,), help=_("Show earlier messages"),
            )  # fmt: skip


def _show_earlier(patient_id: uuid.UUID) -> None:
    st.session_state[f"thread-{patient_id}"] = True


def _render_message(message: MessageView, time_zone: str) -> None:
    st.caption(literal(words.byline(message, time_zone)))
    if len(message.body) <= words.FOLD:
        st.text(message.body)
        return
    st.text(message.body[: words.FOLD] + " …")
    with st.expander(_("The whole message")):
        st.text(message.body)


def _render_reply(view: ResponseView) -> None:
    name = f"reply:{view.patient.id}"
    form = context.form_key(name)
    kept, box = f"draft:{name}", f"box:{form}"
    st.session_state.setdefault(box, st.session_state.get(kept, ""))
    body = st.text_area(
        _("Reply"), key=box, height=68, label_visibility="collapsed", on_change=_keep, args=(box, kept),
        placeholder=_("Reply to {name}…").format(name=view.patient.given_name),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button(_("Send"), type="primary", icon=":material/send:", key="send-reply")
        st.caption(literal(words.footnote(view.thread, view.patient.given_name)))
    if pressed and context.act(reply, key=form, said=_("Sent."), patient_id=view.patient.id, body=body):
        st.session_state.pop(kept, None)
        st.rerun()


def _keep(box: str, kept: str) -> None:
    st.session_state[kept] = st.session_state[box]

"""Draws the patient's conversation with the team and takes what they write. The draft is kept until it was really sent;
words of a hard moment lead to whom to call, whether or not they could be sent."""

import streamlit as st

from core.actions.messages import LONGEST, mark_read, write_as_patient
from core.check_ins.hard import hard_words
from core.language import _
from core.queries.messages import MessageView
from core.queries.own_messages import OwnMessagesView
from dashboard import context
from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import my_messages as words

EVERYTHING = "own_messages_all"
_FORM, _DRAFT = "own_message", "own_message_draft"


def everything_asked() -> bool:
    """Whether the person asked for earlier messages."""
    return bool(st.session_state.get(EVERYTHING, False))


def render_my_messages(view: OwnMessagesView) -> None:
    """Who reads, the conversation with the newest at its foot, and what one writes."""
    st.markdown(f"# {_('Messages')}", anchors=False)
    st.caption(literal(words.lead(view)))
    _render_thread(view)
    if view.thread.may_write:
        _render_form(view)
    if view.new:
        context.note(mark_read, key=f"read:{view.new[-1].id}", patient_id=view.patient_id)


def _render_thread(view: OwnMessagesView) -> None:
    thread = view.thread
    if not thread.messages:
        st.markdown(literal(words.nothing(view)))
        return
    with st.container(key="own_thread", height=300, border=False, autoscroll=True, gap="small"):
        if thread.earlier and not everything_asked():
            st.button(
                literal(words.earlier(thread)), type="tertiary", icon=":material/history:", key="earlier",
                on_click=_show_everything, width="stretch",
            )  # fmt: skip
        for message in thread.messages:
            _render_message(message, view)


def _show_everything() -> None:
    st.session_state[EVERYTHING] = True


def _render_message(message: MessageView, view: OwnMessagesView) -> None:
    side = "mine" if message.from_patient else "team"
    sign = ":green[●]" if message.from_patient else ":orange[◆]"
    with st.container(border=True, key=f"said_{side}_{message.id}", gap="xxsmall"):
        new = f" :orange-badge[{_('new')}]" if message in view.new else ""
        st.markdown(f":small[{sign} :gray[{literal(words.byline(message, view))}]{new}]")
        if len(message.body) <= words.FOLD:
            st.text(message.body)
        else:
            st.text(message.body[: words.FOLD] + " …")
            with st.expander(_("The whole message")):
                st.text(message.body)
        if message.from_patient:
            icon = ":material/schedule:" if message.unread else ":material/done_all:"
            st.markdown(f":small[:gray[{icon} {literal(words.read_mark(message, view))}]]")


def _render_form(view: OwnMessagesView) -> None:
    form = context.form_key(_FORM)
    box = f"box:{form}"
    st.markdown(f":small[{literal(words.answer(view))} {literal(words.not_watched())}]", help=words.how_soon(view))
    st.session_state.setdefault(box, st.session_state.get(_DRAFT, ""))
    body = st.text_area(
        _("Your message"), key=box, height=96, max_chars=LONGEST, label_visibility="collapsed", on_change=_keep,
        args=(box,), placeholder=_("Write a message…"),
    )  # fmt: skip
    if st.button(_("Send"), type="primary", icon=":material/send:", key="send-message", width="stretch"):
        _send(view, form, body or "")


def _send(view: OwnMessagesView, form: str, body: str) -> None:
    if not body.strip():
        return  # the second of two presses finds the box empty: what was in it is sent
    sent = context.act(write_as_patient, key=form, said=_("Sent."), patient_id=view.patient_id, body=body)
    if sent:
        st.session_state.pop(_DRAFT, None)
    if hard_words(body):
        st.switch_page(to_page("help_now"), query_params={"from": "words"})
    if sent:
        st.rerun()


def _keep(box: str) -> None:
    st.session_state[_DRAFT] = st.session_state[box]

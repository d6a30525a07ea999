"""Draws how somebody is told, who is away, and for an administrator what could not be told."""

from datetime import time, timedelta

import streamlit as st

from core.actions.absences import Away, end_absence, enter_absence
from core.actions.notifications import add_channel, remove_channel, send_again
from core.language import _
from core.notify.trial import try_channel
from core.queries.absences import AbsencesView
from core.queries.notifications import ChannelsView, ChannelView, OutboxView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import notifications as words

NIGHT = time(21, 0), time(7, 0)  # (d) proposed quiet hours


def render_channels(view: ChannelsView, *, patient: bool = False) -> None:
    """One's own channels, each with a test, and the form for another (``patient``: one who is asked to check in)."""
    with card("channels"):
        st.markdown(f"### {_('How I am told')}", anchors=False)
        st.markdown(literal(words.explained_to_patient() if patient else words.explained()))
        for channel in view.channels:
            _render_channel(channel, view.time_zone)
        with st.expander(_("Add a way to reach me"), icon=":material/add:", expanded=not view.channels):
            _add(view, patient=patient)


def _render_channel(channel: ChannelView, time_zone: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"channel-{channel.id}"):
        line = words.channel_line(channel, time_zone)
        st.markdown(f"**{literal(channel.label)}** :gray[{literal(line)}]", width="stretch")
        if st.button(_("Send a test"), key=f"try-{channel.id}", type="secondary"):
            if context.try_to(try_channel, by=context.current_user(acting=True), channel_id=channel.id):
                st.toast(_("The other side took it. Look whether it arrived."), icon=":material/check:")
        elif st.button(_("Remove"), key=f"remove-{channel.id}", type="tertiary"):
            key = context.form_key(f"remove-{channel.id}")
            if context.act(remove_channel, key=key, said=_("Removed."), channel_id=channel.id):
                st.rerun()
    trouble = words.channel_trouble(channel)
    if trouble:
        st.caption(f":material/warning: {literal(trouble)}")


def _add(view: ChannelsView, *, patient: bool) -> None:
    with st.form("add_channel", border=False):
        label = st.text_input(_("Name"), placeholder=_("My phone"), max_chars=80)
        address = st.text_input(_("Address"), type="password")
        named = _("Quiet hours") if patient else _("Quiet hours, except for what is imminent")
        quiet = st.checkbox(named, value=not patient)
        left, right = st.columns(2)
        begins = left.time_input(_("from"), value=NIGHT[0], step=timedelta(minutes=30))
        ends = right.time_input(_("until"), value=NIGHT[1], step=timedelta(minutes=30))
        st.caption(literal((words.patient_address_hint if patient else words.address_hint)(mail=view.mail)))
        pressed = st.form_submit_button(_("Add"), type="primary", width="stretch" if patient else "content")
    hours = (begins, ends) if quiet else (None, None)
    if pressed and context.act(
        add_channel, key=context.form_key("add_channel"), said=_("Added. Send a test to see it arrive."), label=label,
        address=address, quiet_from=hours[0], quiet_until=hours[1],
    ):  # fmt: skip
        st.rerun()


def render_absences(view: AbsencesView) -> None:
    """Who of the team is away, and the form for an absence."""
    with card("absences"):
        st.markdown(f"### {_('Away')}", anchors=False)
        st.markdown(literal(words.absences_explained(view)))
        for absence in view.absences:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(literal(words.absence_line(absence)), width="stretch")
                name = f"end-{absence.id}"
                label = _("Back already") if absence.runs else _("Take back")
                if absence.mine and st.button(label, key=name, type="tertiary"):
                    key = context.form_key(name)
                    if context.act(end_absence, key=key, said=_("Ended."), absence_id=absence.id):
                        st.rerun()
        with st.expander(_("Enter an absence"), icon=":material/add:"):
            _enter(view)


def _enter(view: AbsencesView) -> None:
    names, tomorrow = dict(view.covers), view.today + timedelta(days=1)
    with st.form("enter_absence", border=False):
        who = st.selectbox(
            _("Who"), [one for one, _name in view.people], format_func=names.__getitem__, disabled=len(view.people) < 2
        )
        left, right = st.columns(2)
        first = left.date_input(_("First day away"), value=tomorrow, min_value=view.today)
        back = right.date_input(_("First day back"), value=tomorrow + timedelta(days=7), min_value=tomorrow)
        cover = st.selectbox(
            _("Who stands in"), [one for one in names if one != who or len(view.people) > 1], index=None,
            format_func=names.__getitem__, placeholder=_("The head of the team"),
        )  # fmt: skip
        pressed = st.form_submit_button(_("Enter"), type="primary")
    if pressed and context.act(
        enter_absence, key=context.form_key("enter_absence"), said=_("Entered; who stands in is told."),
        absence=Away(from_on=first, until_on=back, cover_id=cover, staff_id=who),
    ):  # fmt: skip
        st.rerun()


def render_outbox(view: OutboxView) -> None:
    """What waits and what was given up, with another try."""
    with card("outbox"):
        st.markdown(f"### {literal(words.given_up_title(view))}", anchors=False)
        st.markdown(literal(words.outbox_sentence(view)))
        st.caption(literal(words.without_channel(view)))
        for row in view.given_up:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(literal(words.given_up_line(row, view.time_zone)), width="stretch")
                name = f"again-{row.id}"
                if st.button(_("Send again"), key=name, type="tertiary") and context.act(
                    send_again, key=context.form_key(name), said=_("Back in the outbox."), row_id=row.id
                ):
                    st.rerun()
        name = "again-all"
        if view.given_up_count > 1 and st.button(_("Send all again"), key=name) and context.act(
            send_again, key=context.form_key(name), said=_("All are back in the outbox.")
        ):  # fmt: skip
            st.rerun()

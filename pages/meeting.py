"""The weekly meeting: the team in one room, one agenda by need, one minute for each person, decisions with an owner.
Made for a projector: the whole page grows with the width of the screen."""

from typing import Literal

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.meetings import ItemView, MeetingView, Running, meeting, talk
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.components.meetings import (
    render_actions,
    render_agenda,
    render_clock,
    render_end,
    render_past,
    render_place,
    render_presence,
    render_proposal,
    turn_to,
)
from dashboard.components.talk import render_talk, render_why
from dashboard.components.weekly_list import render_weekly_list
from dashboard.wording import meetings as words


def main() -> None:
    """One run: a meeting that goes on, or the agenda of the next one beside the minutes of the last."""
    context.require(Permission.HOLD_MEETINGS)
    view = context.read(meeting)
    if view.running is None:
        _before(view)
    else:
        with st.container(key="meeting_room", gap="small"):
            _room(view, view.running)


def _before(view: MeetingView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"# {_('Weekly meeting')} :small[:gray[{literal(view.team)}]]", anchors=False, width="stretch"
        )  # fmt: skip
        if view.simulated:
            st.badge(_("Simulated service"), icon=":material/science:", color="grey")
    left, right = st.columns([7, 5], gap="small")
    with left:
        render_proposal(view)
        waiting = ((one.patient_id, one.name, one.rule, one.owner) for one in view.weekly)
        render_weekly_list(waiting, view.budget)
    with right:
        with card("meeting_actions"):
            render_actions(view.open_actions, title=_("Open from earlier meetings"))
        render_past(view)


def _room(view: MeetingView, running: Running) -> None:
    at = running.place
    item = running.items[at] if at is not None else None
    _bar(view, running, item)
    if item is None:
        left, right = st.columns([3, 5], gap="medium")
        with left:
            render_agenda(running, view)
        with right, card("meeting_actions"):
            render_actions(view.open_actions, title=_("Open from earlier meetings"))
        return
    left, right = st.columns([2, 9], gap="medium")
    with left:
        render_agenda(running, view)
    with right:
        render_why(item, view)
        render_talk(context.read(talk, patient_id=item.patient_id), item, view)


def _bar(view: MeetingView, running: Running, item: ItemView | None) -> None:
    """Whom we talk about, how long, and on to the next: by button or by the arrow keys."""
    at = running.place
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="meeting_bar"):
        name = literal(item.name) if item else literal(view.team)
        detail = f"{words.place(running)} · {item.programme}" if item else words.place(running)
        st.markdown(f"# {name} :small[:gray[{literal(detail)}]]", anchors=False, width="stretch")
        if item is not None:
            render_clock(item)
            render_place(item, running)
        render_presence(view, running)
        render_end(running)
        _step(running, _("Previous"), None if at is None else at - 1, "Left")
        _step(running, _("Next"), 0 if at is None else at + 1, "Right")


def _step(running: Running, label: str, target: int | None, shortcut: Literal["Left", "Right"]) -> None:
    there = target is not None and 0 <= target < len(running.items)
    pressed = st.button(
        label, key=f"step-{shortcut}", type="primary" if shortcut == "Right" else "secondary", disabled=not there,
        shortcut=shortcut,
    )  # fmt: skip
    if pressed and target is not None:
        turn_to(running.items[target].id, running)


main()

"""Draws the weekly meeting before it begins, its agenda while it goes on, and the minutes of those that are over."""

import uuid

import streamlit as st

from core.actions import meetings as act
from core.export.markdown import to_markdown
from core.language import _
from core.queries.agenda import Proposed
from core.queries.decisions import ActionView
from core.queries.meetings import ItemView, MeetingView, Running
from core.queries.minutes import minutes
from core.rules.agenda import LONGEST_BOX, MEETING_MINUTES, fitting
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import meetings as words

LENGTHS = (30, 45, 60, 75, 90)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def render_proposal(view: MeetingView) -> None:
    """Whom a meeting should talk about, as many as fit ticked, and the button that begins it."""
    with card("meeting_proposal"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### {_('On the agenda')}", anchors=False, width="stretch")
            length = st.selectbox(
                _("Length"), LENGTHS, index=LENGTHS.index(MEETING_MINUTES), key="meeting_length", width=110,
                format_func=lambda n: _("{n} minutes").format(n=n), label_visibility="collapsed",
            )  # fmt: skip
        fit = fitting([one.minutes for one in view.proposed], length)
        st.markdown(literal(words.proposal(view, fit, length)))
        with st.container(key="meeting_choices", gap="small"):
            chosen = [
                one.patient_id
                for place, one in enumerate(view.proposed)
                if _render_choice(one, view, length, place < fit)
            ]
        name = "meeting-start"
        if st.button(_("Begin the meeting"), type="primary", icon=":material/play_arrow:") and context.act(
            act.start_meeting, key=context.form_key(name), said=_("The meeting has begun."), patient_ids=chosen,
            minutes=length,
        ):  # fmt: skip
            st.rerun()


def _render_choice(one: Proposed, view: MeetingView, length: int, fits: bool) -> bool:
    said = " · ".join(words.reason(reason, view.time_zone, view.now) for reason in one.reasons)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        ticked = st.checkbox(f"**{literal(one.name)}**", value=fits, key=f"choice-{one.patient_id}-{length}", width=230)
        icon = words.ICONS[one.reasons[0].need]
        st.markdown(f":gray[:material/{icon}:] {literal(said)}", width="stretch")
        st.markdown(f":gray[{literal(_('{n} min').format(n=one.minutes))}]", width=56)
    return ticked


def render_actions(actions: tuple[ActionView, ...], *, title: str, names: bool = True) -> None:
    """What is open, each with a tick."""
    st.markdown(f"### {title}", anchors=False)
    if not actions:
        st.markdown(_("Nothing is open."))
    for action in actions:
        name = f"done-{action.id}"
        line = literal(words.action_line(action, name=action.patient if names else None))
        ticked = st.checkbox(f":red[:material/alarm:] {line}" if action.overdue else line, key=name)
        if ticked and context.act(
            act.mark_done, key=context.form_key(name), said=_("Done."), action_id=action.id, version=action.version
        ):
            st.rerun()


def render_past(view: MeetingView) -> None:
    """The meetings that are over, with their minutes."""
    with card("meeting_past"):
        st.markdown(f"### {_('Minutes')}", anchors=False)
        if not view.past:
            st.markdown(_("The minutes of your meetings will stand here."))
        for past in view.past:
            with st.expander(literal(words.past_line(past, view.time_zone)), key=f"past-{past.id}", on_change="rerun"):
                if st.session_state.get(f"past-{past.id}"):
                    _render_minutes(past.id)


def _render_minutes(meeting_id: uuid.UUID) -> None:
    from core.export.pdf import to_pdf  # bring fpdf and python-docx, which only the files need
    from core.export.word import to_docx

    view = context.read(minutes, meeting_id=meeting_id)
    document = words.minutes_document(view)
    stem = f"minutes-{view.started_at:%Y-%m-%d}"
    with st.container(horizontal=True, gap="small"):
        st.download_button("Markdown", to_markdown(document), f"{stem}.md", "text/markdown", key=f"md-{meeting_id}")
        st.download_button("DOCX", to_docx(document), f"{stem}.docx", DOCX, key=f"docx-{meeting_id}")
        st.download_button("PDF", to_pdf(document), f"{stem}.pdf", "application/pdf", key=f"pdf-{meeting_id}")
    st.markdown(to_markdown(document).replace("\n## ", "\n#### ").replace("\n### ", "\n##### ").split("\n", 2)[2])


def render_agenda(running: Running, view: MeetingView) -> None:
    """The list on the left: whom, in which order, who was talked about; one press turns to somebody."""
    with st.container(key="meeting_agenda", gap="xxsmall"):
        for item in running.items:
            here = item.id == running.current_id
            icon = ":material/arrow_right:" if here else _state_icon(item)
            if st.button(
                literal(item.name), key=f"turn-{item.id}", icon=icon, width="stretch",
                type="secondary" if here else "tertiary",
            ):  # fmt: skip
                turn_to(item.id, running)
        _render_adding(view)


def _state_icon(item: ItemView) -> str:
    if item.seconds:
        return ":material/check:"
    return f":material/{words.ICONS[item.reasons[0].need]}:" if item.reasons else ":material/person:"


def turn_to(item_id: uuid.UUID, running: Running) -> None:
    """Turn the meeting to somebody and draw the page again. The form is this very step, so a second press is none."""
    at = running.place
    since = running.items[at].opened_at if at is not None else running.started_at
    step = uuid.uuid5(item_id, f"{running.current_id} {since}")
    context.note(act.turn_to, key=f"turn-{step.hex}", item_id=item_id)
    st.rerun()


def _render_adding(view: MeetingView) -> None:
    if not view.proposed:
        return
    with st.popover(_("Add somebody"), icon=":material/person_add:", type="tertiary"):
        named = {one.patient_id: one.name for one in view.proposed}
        chosen = st.selectbox(
            _("Who else has a reason"), list(named), index=None, format_func=named.__getitem__, key="meeting_add"
        )
        if st.button(_("Add to the agenda"), disabled=chosen is None) and context.act(
            act.add_to_agenda, key=context.form_key(f"add-{chosen}"), said=_("Added."), patient_id=chosen
        ):
            st.rerun()


def render_place(item: ItemView, running: Running) -> None:
    """The order and the time box of the one who is talked about now."""
    at = running.place or 0
    with st.popover(_("Order and time"), icon=":material/swap_vert:", type="tertiary"):
        place = st.number_input(_("Place"), 1, len(running.items), at + 1, key=f"place-{item.id}-{at}")
        box = st.number_input(_("Minutes"), 1, LONGEST_BOX, item.minutes, key=f"box-{item.id}")
        if st.button(_("Take over"), key=f"over-{item.id}"):
            done = place == at + 1 or context.act(
                act.move, key=context.form_key(f"move-{item.id}"), item_id=item.id, position=int(place) - 1
            )
            if box != item.minutes:
                done = done and context.act(
                    act.set_time_box, key=context.form_key(f"box-key-{item.id}"), item_id=item.id, minutes=int(box)
                )
            if done:
                st.rerun()
        if st.button(_("Take off the agenda"), key=f"off-{item.id}", type="tertiary") and context.act(
            act.leave_out, key=context.form_key(f"off-{item.id}"), said=_("Taken off."), item_id=item.id
        ):
            st.rerun()


@st.fragment(run_every="20s")
def render_clock(item: ItemView) -> None:
    """How much of the time box is used; said again every 20 seconds, which touches neither database nor session."""
    now = context.calls().clock()
    over = words.taken(item, now) > item.minutes * 60
    text = literal(words.spent(item, now))
    mark = f":orange[:material/timer: **{text}**]" if over else f":gray[:material/timer: {text}]"
    st.markdown(mark, width="content")


def render_presence(view: MeetingView, running: Running) -> None:
    """Who is there."""
    label = _("{n} of {of} present").format(n=len(running.present), of=len(view.members))
    with st.popover(label, icon=":material/groups:", type="tertiary"):
        names = dict(view.members)
        there = [staff_id for staff_id in names if staff_id in running.present]
        chosen = st.pills(
            _("Who is there"), list(names), default=there, selection_mode="multi", format_func=names.__getitem__,
            key=f"presence-{running.id}",
        )  # fmt: skip
        if st.button(_("Note it"), key="presence-note") and context.act(
            act.note_presence, key=context.form_key("presence"), said=_("Noted."), staff_ids=chosen
        ):
            st.rerun()


def render_end(running: Running) -> None:
    """End the meeting."""
    with st.popover(_("End"), icon=":material/stop_circle:", type="tertiary"):
        st.markdown(_("What was agreed stays open in Today until it is done."))
        if st.button(_("End the meeting"), type="primary", key=f"end-{running.id}") and context.act(
            act.end_meeting, key=context.form_key(f"end-{running.id}"), said=_("The meeting is over.")
        ):
            st.rerun()

"""Draws one person for one minute of the meeting: why, what changed, both sides, the time line, what is open, what was
decided; and writes down what the team decides now."""

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from core.actions import meetings as act
from core.language import _
from core.queries.meetings import ItemView, MeetingView, TalkView
from dashboard import context
from dashboard.charts.alliance import alliance_figure
from dashboard.charts.palette import Palette, palette
from dashboard.charts.timeline import timeline_figure
from dashboard.components.layout import card, literal
from dashboard.components.meetings import render_actions
from dashboard.wording import alerts as alert_words
from dashboard.wording import alliance as alliance_words
from dashboard.wording import brief as brief_words
from dashboard.wording import meetings as words
from dashboard.wording import timeline as timeline_words

CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}
ALERTS = 4
NEXT_MEETING = timedelta(days=7)


def room_palette() -> Palette:
    """The tokens with letters that are read from the back of a room."""
    return replace(palette(dark=context.is_dark()), tick=12, label=15, line=2.4)


def render_why(item: ItemView, view: MeetingView) -> None:
    """Why this person is on the agenda."""
    said = [
        f":gray-badge[:material/{words.ICONS[one.need]}: {literal(words.reason(one, view.time_zone, view.now))}]"
        for one in item.reasons
    ]
    st.markdown(" ".join(said))


def render_talk(view: TalkView, item: ItemView, meeting: MeetingView) -> None:
    """The minute, left to right: words, then figures; what the team writes stands below the words."""
    left, right = st.columns([5, 6], gap="medium")
    with left, st.container(key="meeting_words", gap="small"):
        _render_brief(view)
        _render_alerts(view)
        _render_agreed(view, item, meeting)
    with right, st.container(key="meeting_figures", gap="small"):
        _render_alliance(view)
        _render_timeline(view)


def _render_brief(view: TalkView) -> None:
    head, contact = brief_words.title(view.brief)
    with card("talk_brief"):
        st.markdown(f"### {head} :small[:gray[{literal(contact)}]]", anchors=False)
        said = brief_words.sentences(view.brief)
        lines = [f":gray[:material/{one.icon}:] {literal(one.text)}" for one in said]
        st.markdown("\n\n".join(lines) if lines else brief_words.nothing())


def _render_alerts(view: TalkView) -> None:
    if not view.alerts:
        return
    with card("talk_alerts"):
        st.markdown(f"### {_('Open')}", anchors=False)
        for alert in view.alerts[:ALERTS]:
            when = literal(alert_words.heading(alert, view.now, view.time_zone))
            clock = f":red[:material/alarm: {when}]" if alert.overdue else f":gray[{when}]"
            said = f"**{literal(alert_words.title(alert.rule))}** · {literal(alert.owner)} · {clock}"
            facts = alert_words.facts(alert, view.time_zone)
            st.markdown(said + (f"  \n{literal(facts[-1])}" if facts else ""))
        if len(view.alerts) > ALERTS:
            st.markdown(f":gray[{literal(_('and {n} more').format(n=len(view.alerts) - ALERTS))}]")


def _render_agreed(view: TalkView, item: ItemView, meeting: MeetingView) -> None:
    with card("talk_agreed"):
        st.markdown(f"### {_('Decided and agreed')}", anchors=False)
        for decision in view.decisions:
            day, text = words.decision_line(decision, view.time_zone)
            st.markdown(f":gray[{literal(day)}] {literal(text)}")
        if view.actions:
            render_actions(view.actions, title=_("Still open"), names=False)
        if not view.decisions and not view.actions:
            st.markdown(f":gray[{literal(_('Nothing was decided in a meeting so far.'))}]")
        decided, agreed = st.tabs([_("Decide"), _("Who does what")])
        with decided:
            _render_decide(item)
        with agreed:
            _render_assign(item, meeting)


def _render_decide(item: ItemView) -> None:
    with st.form(f"decide-{item.id}", border=False, clear_on_submit=True):
        text = st.text_area(_("Decision"), key=f"decision-{item.id}", height=80, max_chars=2000)
        pressed = st.form_submit_button(_("Write down the decision"), type="primary")
    if pressed and context.act(
        act.decide, key=context.form_key(f"decide-{item.id}"), said=_("Written down."), item_id=item.id, text=text
    ):
        st.rerun()


def _render_assign(item: ItemView, meeting: MeetingView) -> None:
    names = dict(meeting.members)
    with st.form(f"assign-{item.id}", border=False, clear_on_submit=True):
        text = st.text_input(_("What is to be done"), key=f"action-{item.id}", max_chars=500)
        who, when = st.columns(2)
        owner = who.selectbox(
            _("By whom"), list(names), index=None, format_func=names.__getitem__, key=f"owner-{item.id}"
        )
        due = when.date_input(_("By when"), (meeting.now + NEXT_MEETING).date(), key=f"due-{item.id}")
        pressed = st.form_submit_button(_("Agree on it"), type="primary")
    if pressed and owner is None:
        st.warning(_("Choose who does it."), icon=":material/info:")
    elif pressed and context.act(
        act.assign, key=context.form_key(f"assign-{item.id}"), said=_("Agreed. It stands in Today."), item_id=item.id,
        text=text, owner_id=owner, due_on=due,
    ):  # fmt: skip
        st.rerun()


def _render_alliance(view: TalkView) -> None:
    alliance = view.alliance
    with card("talk_alliance"):
        heading = alliance_words.title(alliance)
        st.markdown(f"### {_('Alliance')}" + (f" :small[:gray[{literal(heading)}]]" if heading else ""), anchors=False)
        if not alliance.ratings:
            st.markdown(literal(alliance_words.empty(alliance)))
            return
        figure = alliance_figure(alliance, room_palette())
        alt = alliance_words.figure_text(alliance)
        st.plotly_chart(figure, key=f"talk-alliance-{view.patient_id}", theme=None, config=CONFIG, alt=alt)
        who = f":green[●] {literal(alliance.given_name)} &nbsp; :orange[◆] {literal(alliance.therapist)}"
        said = [*alliance_words.gap_sentences(alliance), *alliance_words.change_sentences(alliance)]
        st.markdown(f"{who} &nbsp; {literal(' '.join(said))}")


def _render_timeline(view: TalkView) -> None:
    with card("talk_timeline"):
        st.markdown(f"### {_('Time line')} :small[:gray[{literal(_('60 days'))}]]", anchors=False)
        figure = timeline_figure(view.timeline, room_palette())
        alt = timeline_words.alt(view.timeline)
        st.plotly_chart(figure, key=f"talk-timeline-{view.patient_id}", theme=None, config=CONFIG, alt=alt)

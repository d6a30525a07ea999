"""Draws what goes beyond the newest ratings of a pair: in the panel the one question of the rupture watch and the goals
that are not agreed, on its own page each component, the conversations and what came after."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.actions.rupture import OLDEST, record_mended, record_talk
from core.language import _
from core.queries.alliance import AllianceView
from core.queries.pair import PairView, TalkView
from core.rules.rupture import Component, Part
from dashboard import context
from dashboard.charts.pair import pair_figure
from dashboard.charts.palette import palette
from dashboard.components.layout import card, literal, open_form
from dashboard.navigation import to_page
from dashboard.wording import pair as words
from dashboard.wording.alliance import therapist_label
from models import Mended

SHOWN = 3  # components named in the panel
TALK, MENDED = "talk_open", "mended_open"  # which form stands in front of the page: it stays until sent or closed


def render_watch(view: PairView, alliance: AllianceView) -> None:
    """The essence, at the end of the alliance panel."""
    _render_forms(view, alliance)
    open_question = view.ask if view.since_asked is None else None
    talk = view.since_asked or (view.talks[0] if view.ask is None and view.waiting else None)
    lines = []
    if open_question is not None:
        unlike = " · ".join(words.line(component, alliance) for component in view.unlike[:SHOWN])
        said = literal(words.question(open_question, alliance))
        lines.append(f":yellow[:material/help:] **{said}** :small[:gray[{literal(unlike)}]]")
    elif talk is not None:
        lines.append(f":gray[:material/forum:] {literal(words.talked(talk, alliance))}")
    if view.goals.disagreed:
        lines.append(f":gray[:material/flag:] {literal(words.disagreement(view))}")
    if lines:
        st.markdown("\n\n".join(lines))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if open_question is not None:
            _render_verbs(open_question, view, alliance)
        elif talk is not None:
            _render_how(talk, view)
        st.page_link(
            to_page("alliance"), label=_("More on the pair"), icon=":material/timeline:",
            query_params={"patient": str(view.patient_id)},
        )  # fmt: skip


def _render_verbs(ask: Component, view: PairView, alliance: AllianceView) -> None:
    if st.button(_("How to ask"), icon=":material/forum:", type="tertiary", key="ask"):
        open_form(_("How to ask"), _render_prompts, ask.part, alliance.given_name)
    if view.may_record and st.button(
        _("We talked about it"), key="talked", type="tertiary", icon=":material/edit_note:"
    ):  # fmt: skip
        _open_talk(view)


def _render_prompts(part: Part, name: str) -> None:
    for number, (stage, said) in enumerate(words.prompts(part, name), start=1):
        st.markdown(f"**{number} · {stage}**  \n{literal(said)}")
    st.caption(words.prompts_source())


def _render_how(talk: TalkView, view: PairView) -> None:
    waits = view.may_record and not talk.settled
    if waits and st.button(
        _("How is it now?"), key=f"mended-{talk.id}", type="tertiary", icon=":material/healing:"
    ):  # fmt: skip
        st.session_state[MENDED] = talk.id
        st.rerun()


def _open_talk(view: PairView) -> None:
    st.session_state[TALK] = view.patient_id
    st.rerun()


def _forget() -> None:
    st.session_state.pop(TALK, None)
    st.session_state.pop(MENDED, None)


def _render_forms(view: PairView, alliance: AllianceView) -> None:
    """The form that was asked for; it stays through reruns of the page until it is sent or closed, so that a
    half-filled one is not lost."""
    talk = next((talk for talk in view.talks if talk.id == st.session_state.get(MENDED)), None)
    if st.session_state.get(TALK) == view.patient_id:
        title = _("We talked about how we work together")
        st.dialog(title, width="medium", on_dismiss=_forget)(_render_talk)(view, alliance)
    elif talk is not None:
        st.dialog(_("How is it now?"), width="medium", on_dismiss=_forget)(_render_mended)(talk, view, alliance)


def _render_talk(view: PairView, alliance: AllianceView) -> None:
    today = view.now.astimezone(ZoneInfo(alliance.time_zone)).date()
    offered = list(Part)
    seen = {component.part for component in view.unlike}
    with st.form("talk", border=False):
        day = st.date_input(_("When"), value=today, min_value=today - timedelta(days=OLDEST.days), max_value=today)
        about = st.pills(
            _("About what"), offered, default=[part for part in offered if part in seen], selection_mode="multi",
            format_func=lambda part: literal(words.subject(part, alliance.given_name)),
        )  # fmt: skip
        text = st.text_area(
            _("What you both said"), height=110, placeholder=_("In {name}'s words first.").format(
                name=alliance.given_name
            ),
        )  # fmt: skip
        pressed = st.form_submit_button(_("Record the conversation"), type="primary", width="stretch")
    if pressed and context.act(
        record_talk, key=context.form_key("talk"), said=_("Recorded. Later you can say whether it mended."),
        patient_id=view.patient_id, talked_on=day, about=[part.value for part in about], words=text,
    ):  # fmt: skip
        _forget()
        st.rerun()


def _render_mended(talk: TalkView, view: PairView, alliance: AllianceView) -> None:
    st.markdown(literal(words.talked(talk, alliance)))
    st.caption(literal(words.course_after(talk, alliance.given_name)))
    with st.form(f"mended-form-{talk.id}", border=False):
        how = st.segmented_control(
            _("Between you"), [one.value for one in Mended], default=talk.mended.value if talk.mended else None,
            format_func=words.mended_label,
        )  # fmt: skip
        text = st.text_area(_("What came of it (optional)"), height=90)
        pressed = st.form_submit_button(_("Record"), type="primary", width="stretch")
    if pressed and context.act(
        record_mended, key=context.form_key(f"mended-{talk.id}"), patient_id=view.patient_id, talk_id=talk.id,
        version=talk.version, mended=how or "", words=text,
    ):  # fmt: skip
        _forget()
        st.rerun()


def render_over_sessions(alliance: AllianceView, view: PairView) -> None:
    """Both sides over sessions, with the typical gap and congruence in words."""
    with card("pair_sessions"):
        st.markdown(f"### {_('Both views over sessions')}", anchors=False)
        if not [rating for rating in alliance.ratings if rating.session_number is not None]:
            st.caption(_("Nobody has rated yet."))
            return
        st.plotly_chart(
            pair_figure(alliance, view.talks, palette(dark=context.is_dark())), key="pair-figure", theme=None,
            config={"displayModeBar": False}, alt=words.figure_text(alliance),
        )  # fmt: skip
        st.markdown(f":green[●] {literal(alliance.given_name)} &nbsp; :orange[◆] {literal(therapist_label(alliance))}")
        st.markdown(literal(words.congruence(view.congruence)))
        st.caption(words.typical(alliance))


def render_components(view: PairView, alliance: AllianceView) -> None:
    """Everything that is watched, a line each; nothing is added up."""
    with card("pair_watch"):
        st.markdown(f"### {_('Against your own usual')}", anchors=False)
        if view.ask is not None:
            st.markdown(f":yellow[:material/help:] **{literal(words.question(view.ask, alliance))}**")
            with st.container(horizontal=True, gap="small"):
                _render_verbs(view.ask, view, alliance)
        elif view.components:
            st.markdown(_("Nothing here asks for a question now."))
        st.markdown("  \n".join(_component(component, alliance) for component in view.components))
        st.caption(words.watch_note())


def _component(component: Component, alliance: AllianceView) -> str:
    sign = ":yellow[:material/change_history:]" if component.unlike else ":gray[:material/remove:]"
    told = " · ".join((words.standing(component), words.whose(component, alliance), words.behind(component)))
    return f"{sign} {literal(words.line(component, alliance))} :small[:gray[{literal(told)}]]"


def render_talks(view: PairView, alliance: AllianceView) -> None:
    """The conversations, newest first, each with what came after."""
    _render_forms(view, alliance)
    with card("pair_talks"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### {_('Conversations about it')}", anchors=False, width="stretch")
            if view.may_record and st.button(_("Add"), key="talk-add", icon=":material/add:", type="tertiary"):
                _open_talk(view)
        if not view.talks:
            st.caption(_("None recorded yet. Strain is ordinary between two people; talking about it helps."))
        for talk in view.talks:
            _render_talk_card(talk, view, alliance)


def _render_talk_card(talk: TalkView, view: PairView, alliance: AllianceView) -> None:
    with st.container(border=True, key=f"talk-{talk.id}", gap="xsmall"):
        st.markdown(f":gray[:material/forum:] {literal(words.talked(talk, alliance))}")
        for said in (talk.words, talk.mended_words):
            if said:
                st.text(said)
        st.caption(literal(words.course_after(talk, alliance.given_name)))
        _render_how(talk, view)

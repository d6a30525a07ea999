"""Draws the pair and takes the therapist's own rating, before the patient's newest is shown."""

import streamlit as st

from core.actions.alliance import FORMS, rate_as_therapist
from core.instruments import instrument
from core.instruments.definition import Range
from core.language import _
from core.queries.alliance import AllianceView
from core.queries.exercise_marks import ExercisesView
from core.queries.pair import PairView
from core.queries.ratings_due import DueRating
from dashboard import context
from dashboard.charts.alliance import alliance_figure
from dashboard.charts.palette import palette
from dashboard.components.exercises import render_exercises
from dashboard.components.layout import card, literal
from dashboard.components.pair import render_watch
from dashboard.wording import alliance as words
from models import Side

OPEN = "rating_open"  # the session whose form is open


def render_alliance(view: AllianceView, pair: PairView, exercises: ExercisesView) -> None:
    """Both sides by goal, task and bond, the gap in words, the rating that is due, what is worth asking, and what the
    patient does in between."""
    with card("alliance"):
        heading = words.title(view)
        st.markdown("### " + _("Alliance") + (f" :small[:gray[{heading}]]" if heading else ""), anchors=False)
        if view.ratings:
            _render_ratings(view)
        elif view.due is None:
            st.markdown(literal(words.empty(view)))
        _render_due(view)
        render_watch(pair, view)
        render_exercises(exercises)


def _render_ratings(view: AllianceView) -> None:
    figure = alliance_figure(view, palette(dark=context.is_dark()))
    alt = words.figure_text(view)
    st.plotly_chart(figure, key="alliance-figure", theme=None, config={"displayModeBar": False}, alt=alt)
    theirs, own = words.shown_pair(view)
    who = []
    if theirs:
        who.append(f":green[●] {literal(view.given_name)}")
    if own:
        who.append(f":orange[◆] {literal(words.therapist_label(view))}")
    sentences = [*words.gap_sentences(view), *words.change_sentences(view)]
    note = literal(words.footnote(view))
    st.markdown(f"{' &nbsp; '.join(who)}  \n{literal(' '.join(sentences))}  \n:small[:gray[{note}]]")


def _render_due(view: AllianceView) -> None:
    if view.due is None:
        return
    st.markdown(literal(words.withheld(view) if view.withheld else words.due_line(view)))
    if not view.may_rate:
        return
    if st.button(
        words.rate_label(view.due.number), type="primary", icon=":material/rate_review:", width="stretch", key="rate"
    ):
        st.session_state[OPEN] = view.due.appointment_id
    if st.session_state.get(OPEN) == view.due.appointment_id:
        _open_form(view, view.due)


def _open_form(view: AllianceView, due: DueRating) -> None:
    """The form in front of the case. It stays open through reruns of the page until it is sent or closed, so that a
    half-filled one is not lost."""
    title = _("Session {n} with {name}").format(n=due.number, name=literal(view.given_name))
    dialog = st.dialog(title, width="medium", icon=":material/rate_review:", on_dismiss=_forget_form)
    dialog(_render_form)(view, due)


def _forget_form() -> None:
    st.session_state.pop(OPEN, None)


def _render_form(view: AllianceView, due: DueRating) -> None:
    """Ten short questions, 1 to 5, on one screen; a question left open is left open."""
    form = instrument(FORMS[Side.THERAPIST])
    options = form.options_of(form.items[0])
    labels = () if isinstance(options, Range) else tuple(option.label for option in options)
    st.caption(_("How it is for you, over the sessions so far: {scale}").format(scale=words.scale_line(labels)))
    name = f"rate-{due.appointment_id}"
    with st.form(name, border=False):
        answers: dict[str, float | None] = {}
        for item in form.items:
            left, right = st.columns([5, 6], vertical_alignment="center", gap="small")
            left.markdown(item.label)
            answers[item.id] = right.radio(
                item.label, [1, 2, 3, 4, 5], index=None, horizontal=True, label_visibility="collapsed",
                key=f"{name}-{item.id}",
            )  # fmt: skip
        st.caption(_("Short labels of our own, not the official wording. One question of each part may stay open."))
        pressed = st.form_submit_button(_("Record my rating"), type="primary", width="stretch")
    if pressed and context.act(
        rate_as_therapist, key=context.form_key(name), said=_("Your rating is recorded."),
        patient_id=view.patient_id, appointment_id=due.appointment_id, answers=answers,
    ):  # fmt: skip
        _forget_form()
        st.rerun()

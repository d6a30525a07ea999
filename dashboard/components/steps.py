"""Draws the steps of care of one person with what is suggested, takes the decision with the patient's view, and draws
the flow between steps."""

from datetime import timedelta

import streamlit as st

from core.actions.steps import decide_step
from core.language import _
from core.queries.step_flow import FlowsView, FlowView
from core.queries.steps import DecisionView, StepsView
from core.stepped.suggest import Suggestion
from dashboard import context
from dashboard.charts.palette import palette
from dashboard.charts.step_flow import step_flow_figure
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import steps as words
from models import PatientView

REVIEW = timedelta(weeks=4)  # (d) proposed day of the next look


def render_step_link(view: StepsView) -> None:
    """One link in the head of a case, with what is suggested in a few words."""
    st.page_link(
        to_page("steps"), label=literal(words.link_label(view)), query_params={"patient": str(view.patient_id)},
        icon=":material/stairs:" if not view.suggestions else ":material/lightbulb:",
    )  # fmt: skip


def render_steps(view: StepsView) -> None:
    """The steps as a line, the present one strong, and since when."""
    with card("steps_now"):
        st.markdown(literal(words.present(view)))
        chips = [
            f":green-badge[:material/location_on: {literal(words.step_label(number, name))}]"
            if number == view.step
            else f":gray-badge[{literal(words.step_label(number, name))}]"
            for number, name in view.names.items()
        ]
        st.markdown(" ".join(chips))


def render_suggestions(view: StepsView) -> None:
    """What is suggested on which facts; what the patient asked for, in their words."""
    with card("steps_suggested"):
        st.markdown(f"### {_('Worth deciding together')}", anchors=False)
        if not view.suggestions:
            st.markdown(_("No criterion speaks for another step now."))
        for suggestion in view.suggestions:
            _render_suggestion(suggestion, view)
        for request in view.waiting:
            if request.words:
                st.text(f"“{request.words}”")
        st.caption(literal(words.default_note(view)))


def _render_suggestion(suggestion: Suggestion, view: StepsView) -> None:
    st.markdown(f":gray[:material/lightbulb:] **{literal(words.heading(suggestion, view))}**")
    for reason in suggestion.reasons:
        st.markdown(f"- {literal(words.reason_line(reason, view))}")


def render_decision(view: StepsView) -> None:
    """The form in which a person decides, with the patient's view."""
    if view.step is None or not view.may_decide:
        return
    steps = list(view.names) or [view.step]
    name = f"decide-{view.step}-{len(view.decisions)}"
    with card("steps_decide"), st.form(name, border=False):
        st.markdown(f"### {_('Decide')}", anchors=False)
        to = st.selectbox(
            _("From now on"), steps, index=None, placeholder=_("Which step, or to stay"),
            format_func=lambda step: words.step_label(step, view.name(step))
            + (" · " + _("stay") if step == view.step else ""),
        )  # fmt: skip
        told = st.segmented_control(
            _("{name} …").format(name=literal(view.given_name)), [one.value for one in PatientView], default=None,
            format_func=words.view_label,
        )  # fmt: skip
        theirs = st.text_input(_("In {name}'s words (optional)").format(name=literal(view.given_name)))
        why = st.text_area(_("Why (optional)"), height=70)
        review = st.date_input(_("Next look"), value=view.now.date() + REVIEW, min_value=view.now.date())
        pressed = st.form_submit_button(_("Record the decision"), type="primary", width="stretch")
    if pressed and to is None:
        st.warning(_("Choose the step from now on, or to stay."), icon=":material/info:")
    elif pressed and context.act(
        decide_step, key=context.form_key(name),
        said=_("Decided; {name} is told.").format(name=literal(view.given_name)),
        patient_id=view.patient_id, from_step=view.step, to_step=to,
        patient_view=told or "", patient_words=theirs, words=why, review_on=review,
    ):  # fmt: skip
        st.rerun()


def render_step_history(view: StepsView) -> None:
    """Stretches, decisions and requests, newest first."""
    with card("steps_history"):
        st.markdown(f"### {_('How it came')}", anchors=False)
        st.markdown("  \n".join(literal(words.stretch_line(stretch, view)) for stretch in reversed(view.stretches)))
        if view.decisions:
            st.markdown(f"**{_('Decisions')}**")
        for decision in view.decisions:
            _render_decided(decision, view)
        answered = [request for request in view.requests if request.answered_at is not None]
        for request in answered:
            st.markdown(f":gray[:material/front_hand:] {literal(words.request_line(request, view))}")
            if request.words:
                st.text(f"“{request.words}”")


def _render_decided(decision: DecisionView, view: StepsView) -> None:
    with st.container(gap="xxsmall"):
        more = literal(words.decision_details(decision))
        st.markdown(f"{literal(words.decision_line(decision, view))} :small[:gray[{more}]]")
        if decision.patient_words:
            st.text(f"{view.given_name}: “{decision.patient_words}”")
        if decision.words:
            st.text(decision.words)


def render_flows(view: FlowsView) -> None:
    """The flow of each programme, one below the other."""
    for flow in view.flows:
        _render_flow(flow)
    st.caption(words.flow_note())


def _render_flow(flow: FlowView) -> None:
    with card(f"flow_{flow.programme_id}"):
        st.markdown(f"### {literal(flow.programme)}", anchors=False)
        told = words.flow_text(flow)
        st.markdown(literal(told))
        if flow.links:
            st.plotly_chart(
                step_flow_figure(flow, palette(dark=context.is_dark())), key=f"flow-{flow.programme_id}", theme=None,
                config={"displayModeBar": False}, alt=told,
            )  # fmt: skip
            st.caption(literal(words.flow_steps(flow)))

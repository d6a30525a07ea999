"""Draws the four signals of the case review: the first card open with what was said, the others one line each. A
factor's domain brings its row of the time line forward; a clinician can say that they see it differently."""

from functools import partial

import streamlit as st

from core.actions.signals import DisagreementReason, see_differently
from core.language import _, say_time
from core.queries.signal_views import SignalsView, SignalView
from core.signals.explain import DomainView
from dashboard import context
from dashboard.charts.palette import palette
from dashboard.charts.signals import SHOWN, course_figure, factors_figure
from dashboard.components.layout import literal, open_form
from dashboard.navigation import to_page
from dashboard.wording import explanations
from dashboard.wording import signals as words
from dashboard.wording.features import domain_name
from models import Signal

# Domain of a factor → row of the time line; the others have none.
ROWS = {
    "mood": "negative_affect", "urges": "urges", "meals": "meals", "sleep": "sleep", "activity": "activity",
    "alliance": "alliance",
}  # fmt: skip
FOCUS = "focus_domain"


def opened_signals() -> tuple[Signal, ...]:
    """The cards that stand open: the first always, the others as they were opened."""
    first, *others = Signal
    return (first, *(signal for signal in others if st.session_state.get(_card_key(signal))))


def _card_key(signal: Signal) -> str:
    return f"signal-{signal}"


def render_signals(view: SignalsView) -> None:
    """The four cards in their order."""
    with st.container(border=True, gap="small"):
        learned = any(card.learned_on_simulated for card in view.cards)
        badge = f" :small[:gray-badge[:material/science: {_('simulated')}]]" if learned else ""
        first, *others = view.cards
        st.markdown(f"### {_('Signals')}{badge}", anchors=False)
        _render_answers(words.signal_title(first.signal), view)
        _render_card(first, view)
        for card in others:
            _render_folded(card, view)
        st.page_link(to_page("signals"), label=_("How the signals work"), icon=":material/help_center:")


def _render_folded(card: SignalView, view: SignalsView) -> None:
    """One line with the estimate; its card is drawn only while it is open."""
    label = f"**{words.signal_title(card.signal)}** · {words.short_line(card)}"
    with st.expander(label, key=_card_key(card.signal), on_change="rerun", type="compact") as folded:
        if folded.open:
            _render_card(card, view)


def _render_answers(title: str, view: SignalsView) -> None:
    """What the patient said, before anything computed."""
    said = "  \n".join(literal(line) for line in words.answer_lines(view.safety_answers, view.time_zone))
    st.markdown(f"**{title}**  \n{said}  \n:small[:gray[{literal(words.answers_caveat())}]]")


def _render_card(card: SignalView, view: SignalsView) -> None:
    if card.abstained:
        st.text("\n".join(words.abstention_sentence(reason) for reason in card.reasons))
    else:
        st.text(f"{words.estimate_sentence(card)} {words.usual_sentence(card, view.given_name)}")
        _render_factors(card)
    _render_course(card, view)
    st.caption(_about(card, view))
    _render_disagreements(card, view)
    if card.abstained:
        _render_see_differently(card, view)
        return
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Why"), icon=":material/help:", type="tertiary", key=f"why-{card.signal}"):
            open_form(words.signal_title(card.signal), _render_why, card, view)
        _render_see_differently(card, view)


def _render_course(card: SignalView, view: SignalsView) -> None:
    """The expected course as a band behind the outcome measure, also while the estimate is withheld."""
    if card.course is None or not view.outcomes:
        return
    marks = tuple(mark for mark in view.outcomes if mark.week <= card.course["weeks"][-1])
    st.plotly_chart(
        course_figure(card.course, marks, palette(dark=context.is_dark())), key="expected-course", theme=None,
        alt=explanations.course_plot_sentence([mark.total for mark in marks]), config={"displayModeBar": False},
    )  # fmt: skip
    said = explanations.course_sentence(card, view.time_zone)
    if said:
        st.text(said)
    st.caption(_("Grey: where 80 of 100 people with such a start lie."))


def _about(card: SignalView, view: SignalsView) -> str:
    parts = [words.coverage_sentence(card.coverage) if card.coverage else ""]
    parts.append(words.as_of_line(card, view.time_zone))
    parts.append("" if card.model_version is None or card.abstained else words.model_line(card))
    return " ".join(part for part in parts if part)


def _render_factors(card: SignalView) -> None:
    """Bars by clinical domain, and the same in words."""
    domains = list(explanations.shown_domains(card)[:SHOWN])
    sentence = explanations.factors_sentence(card)
    if domains:
        key = f"factors-{card.signal}"
        st.caption(explanations.bar_hint(card))
        st.plotly_chart(
            factors_figure(card, palette(dark=context.is_dark())), key=key, theme=None, alt=sentence,
            config={"displayModeBar": False}, on_select=partial(_focus_bar, key, domains[::-1]),
            selection_mode="points",
        )  # fmt: skip
    st.text(sentence)


def _render_why(card: SignalView, view: SignalsView) -> None:
    """How it adds up, each domain with its factors (its name leads to the time line), and what changed."""
    rows = [(_("How it adds up"), explanations.unit(card)), ("---", "---:"), *explanations.sum_rows(card)]
    st.markdown("\n".join(f"| {name} | {part} |" for name, part in rows))
    for domain in explanations.shown_domains(card):
        row = ROWS.get(domain.domain)
        if row is None:
            st.markdown(f"**{domain_name(domain.domain)}**")
        elif st.button(
            domain_name(domain.domain), key=f"show-{card.signal}-{domain.domain}", type="tertiary",
            icon=":material/timeline:", help=_("Show on the time line"),
        ):  # fmt: skip
            st.session_state[FOCUS] = row
            st.rerun()
        st.text("\n".join(explanations.factor_lines(domain, card)))
    changed = explanations.change_sentence(card, view.time_zone)
    if changed:
        st.markdown(f"**{_('What changed since the last score')}**")
        st.text(changed)
    st.caption(explanations.smallness(card))


def _focus_bar(key: str, domains: list[DomainView]) -> None:
    """A bar was pointed at: its row of the time line comes forward."""
    points = st.session_state[key].selection.points
    row = ROWS.get(domains[points[0]["point_index"]].domain) if points else None
    if row is not None:
        st.session_state[FOCUS] = row


def _render_disagreements(card: SignalView, view: SignalsView) -> None:
    for said in card.disagreements:
        day = say_time(said.at, view.time_zone, "d MMM")
        st.text(words.disagreement_line(said.by, day, said.reason))
        if said.text:
            st.text(f"“{said.text}”")


def _render_see_differently(card: SignalView, view: SignalsView) -> None:
    if card.score_id is None or not view.can_disagree:
        return
    name = f"differently-{card.score_id}-{len(card.disagreements)}"  # closed and empty once it is recorded
    label = _("I see it differently")
    if st.button(label, icon=":material/flag:", type="tertiary", key=f"open-{name}"):
        open_form(label, _render_disagreeing, card, view, name)


def _render_disagreeing(card: SignalView, view: SignalsView, name: str) -> None:
    with st.form(name, border=False):
        reason = st.selectbox(_("Why"), list(DisagreementReason), format_func=words.reason_label, key=f"reason-{name}")
        text = st.text_area(_("In your words (optional)"), key=f"text-{name}", height=80, persist_state="page")
        sent = st.form_submit_button(_("Record"), type="primary")
    if sent and context.act(
        see_differently, key=context.form_key(name), said=_("Recorded. It stays with the score and is counted."),
        patient_id=view.patient_id, score_id=card.score_id, reason=str(reason), text=text,
    ):  # fmt: skip
        st.rerun()

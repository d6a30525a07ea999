"""Draws the four signals of the case review: the first card open with what was said, the others one line each. A
factor's domain brings its row of the time line forward; a clinician can say that they see it differently."""

from functools import partial

import streamlit as st

from core.actions.signals import DisagreementReason, see_differently
from core.language import _, say_time
from core.queries.signals import DomainView, SignalsView, SignalView
from core.signals.features import by_code
from dashboard import context
from dashboard.charts.palette import palette
from dashboard.charts.signals import factors_figure, shown_domains
from dashboard.wording import signals as words
from dashboard.wording.features import domain_name, factor_line
from models import Signal

# Domain of a factor → row of the time line; the others have none.
ROWS = {
    "mood": "negative_affect", "urges": "urges", "meals": "meals", "sleep": "sleep", "activity": "activity",
    "alliance": "alliance",
}  # fmt: skip
FOCUS = "focus_domain"
FACTORS_NAMED = 3


def render_signals(view: SignalsView) -> None:
    """The four cards in their order."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(_("Signals"), anchor=False)
            if any(card.learned_on_simulated for card in view.cards):
                st.badge(_("simulated"), color="gray", icon=":material/science:")
        first, *others = view.cards
        with st.container(key=f"signal-{first.signal}", gap="small"):
            st.markdown(f"**{words.signal_title(first.signal)}**")
            _render_answers(view)
            _render_card(first, view)
        for card in others:
            _render_folded(card, view)
        st.page_link("../pages/signals.py", label=_("How the signals work"), icon=":material/help_center:")


def _render_folded(card: SignalView, view: SignalsView) -> None:
    """One line with the estimate; its card is drawn only while it is open."""
    label = f"**{words.signal_title(card.signal)}** · {words.short_line(card)}"
    with st.expander(label, key=f"signal-{card.signal}", on_change="rerun", type="compact") as folded:
        if folded.open:
            _render_card(card, view)


def _render_answers(view: SignalsView) -> None:
    """What the patient said, before anything computed."""
    st.text("\n".join(words.answer_lines(view.safety_answers, view.time_zone)))
    st.caption(words.answers_caveat())


def _render_card(card: SignalView, view: SignalsView) -> None:
    if card.abstained:
        st.text("\n".join(words.abstention_sentence(reason) for reason in card.reasons))
    else:
        st.text(f"{words.estimate_sentence(card)} {words.usual_sentence(card, view.given_name)}")
        _render_factors(card)
    st.caption(_about(card, view))
    _render_disagreements(card, view)
    with st.container(horizontal=True, gap="small"):
        if not card.abstained:
            with st.popover(_("Why"), icon=":material/help:", type="tertiary", key=f"why-{card.signal}"):
                _render_why(card)
        _render_see_differently(card, view)


def _about(card: SignalView, view: SignalsView) -> str:
    parts = [words.coverage_sentence(card.coverage) if card.coverage else ""]
    parts.append(words.as_of_line(card, view.time_zone))
    parts.append("" if card.model_version is None or card.abstained else words.model_line(card))
    return " ".join(part for part in parts if part)


def _render_factors(card: SignalView) -> None:
    """Bars by clinical domain, and the same in words."""
    points = card.signal is Signal.QUALITY_OF_LIFE
    sentence = words.factors_sentence(card.domains, points=points)
    key = f"factors-{card.signal}"
    st.caption(words.bar_hint(card.signal))
    st.plotly_chart(
        factors_figure(card.domains, card.signal, palette(dark=context.is_dark())), key=key, theme=None, alt=sentence,
        config={"displayModeBar": False}, on_select=partial(_focus_bar, key, shown_domains(card.domains)[::-1]),
        selection_mode="points",
    )  # fmt: skip
    st.text(sentence)


def _render_why(card: SignalView) -> None:
    """Each domain with its largest factors, value and own usual; its name leads to the time line."""
    for domain in shown_domains(card.domains):
        row = ROWS.get(domain.domain)
        if row is None:
            st.markdown(f"**{domain_name(domain.domain)}**")
        elif st.button(
            domain_name(domain.domain), key=f"show-{card.signal}-{domain.domain}", type="tertiary",
            icon=":material/timeline:", help=_("Show on the time line"),
        ):  # fmt: skip
            st.session_state[FOCUS] = row
            st.rerun()
        named = domain.factors[:FACTORS_NAMED]
        st.text("\n".join(factor_line(factor, by_code()[factor.feature].unit) for factor in named))
    st.caption(_("Factors go with the estimate; they are not its causes."))


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
    with (
        st.popover(_("I see it differently"), icon=":material/flag:", type="tertiary", key=f"popover-{name}"),
        st.form(name, border=False),
    ):
        reason = st.selectbox(_("Why"), list(DisagreementReason), format_func=words.reason_label, key=f"reason-{name}")
        text = st.text_area(_("In your words (optional)"), key=f"text-{name}", height=80)
        sent = st.form_submit_button(_("Record"), type="primary")
    if sent and context.act(
        see_differently, key=context.form_key(name), said=_("Recorded. It stays with the score and is counted."),
        patient_id=view.patient_id, score_id=card.score_id, reason=str(reason), text=text,
    ):  # fmt: skip
        st.rerun()

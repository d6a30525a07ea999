"""Draws the card of each model: its question, what it never does, whom it learned from, how it did beside simpler
ways, how it is calibrated, what it looks at, and its limits."""

import streamlit as st

from core.language import _, say_date
from core.queries.model_cards import CardView
from core.signals.features import Feature, features
from dashboard import context
from dashboard.charts.model_cards import calibration_figure, importance_figure
from dashboard.charts.palette import palette
from dashboard.wording import model_cards as words
from dashboard.wording.features import domain_name, feature_label
from dashboard.wording.signals import signal_title

QUIET = {"displayModeBar": False}


def render_model_card(card: CardView) -> None:
    """One model's card; one that cannot be used says why and shows what is known."""
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(signal_title(card.signal), anchor=False)
            if card.simulated:
                st.badge(_("trained on simulated people"), color="gray", icon=":material/science:")
        st.markdown(f"**{words.asks(card.signal)}** {words.never(card.signal)}")
        if card.unavailable is not None:
            st.info(words.unavailable(card), icon=":material/info:")
        if card.unavailable is None:
            _render_judged(card)


def _render_judged(card: CardView) -> None:
    st.text(words.learned_from(card))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"**{_('How it did')}**")
        st.text(words.verdict(card))
        _render_figures(card)
        st.caption(words.figures_note())
    with right:
        _render_calibration(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"**{_('What it looks at most')}**")
        theme = palette(dark=context.is_dark())
        figure = importance_figure(card, theme)
        said = words.importance_sentence()
        st.plotly_chart(figure, key=f"importance-{card.signal}", theme=None, config=QUIET, alt=said)
        st.caption(said)
    with right:
        st.markdown(f"**{_('Limits')}**")
        st.markdown("\n".join(f"- {limit}" for limit in words.limits(card)))
        made = "" if card.made_at is None else say_date(card.made_at.date(), "d MMM y")
        st.caption(_("Trained on {day}, version {version}.").format(day=made, version=card.version))


def _render_figures(card: CardView) -> None:
    """The table of figures: the model and what it is compared with."""
    names = [name for name in words.FIGURES if name in card.metrics["model"]]
    header = [_("on people held out"), *(words.metric_label(name) for name in names)]
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    for who in ("model", "regression", "last_value", "base_rate"):
        cells = [words.metric_text(card.metrics[who][name], name) for name in names]
        lines.append(f"| {' | '.join([words.who_label(who), *cells])} |")
    st.markdown("\n".join(lines))


def _render_calibration(card: CardView) -> None:
    st.markdown(f"**{_('Does it happen as often as it says?')}**")
    said = words.calibration_sentence(card)
    if card.probability:
        theme = palette(dark=context.is_dark())
        figure = calibration_figure(card, theme)
        st.plotly_chart(figure, key=f"calibration-{card.signal}", theme=None, config=QUIET, alt=said)
    st.text(said)


def render_feature_table() -> None:
    """Every feature with its definition: the same for training, scoring and one patient."""
    with st.expander(_("Every feature and its definition ({n})").format(n=len(features()))):
        header = [_("feature"), _("domain"), _("unit"), _("definition"), _("source")]
        lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
        st.markdown("\n".join([*lines, *(_row(feature) for feature in features())]))


def _row(feature: Feature) -> str:
    cells = (
        feature_label(feature.code), domain_name(feature.domain), feature.unit, feature.definition, feature.source,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"

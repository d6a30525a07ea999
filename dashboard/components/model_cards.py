"""Draws the card of each model: its question, what it never does, whom it learned from, how it did beside simpler
ways and for whom, what it looks at, what was seen since, and its limits."""

import streamlit as st

from core.language import _, say_date
from core.signals.card import CardView
from core.signals.features import Feature, features
from dashboard import context
from dashboard.charts.model_cards import calibration_figure, dependence_figure, importance_figure
from dashboard.charts.palette import palette
from dashboard.wording import model_cards as words
from dashboard.wording import model_figures as figures
from dashboard.wording.features import domain_name, feature_label
from dashboard.wording.signals import signal_title

QUIET = {"displayModeBar": False}


def render_model_card(card: CardView) -> None:
    """One model's card; one that cannot be used says why and shows what is known."""
    with st.container(border=True, key=f"card-{card.signal}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(signal_title(card.signal), anchor=False)
            if card.simulated:
                st.badge(_("trained on simulated people"), color="gray", icon=":material/science:")
        st.markdown(f"**{words.asks(card.signal)}** {words.never(card.signal)}")
        if card.unavailable is not None:
            st.info(words.unavailable(card), icon=":material/info:")
        if card.unavailable is None:
            _render_judged(card)
        st.markdown("**" + _("Since training") + "**")
        st.text(f"{figures.drift_sentence(card)} {figures.disagreement_sentence(card)}")


def _render_judged(card: CardView) -> None:
    st.text(f"{words.learned_from(card)} {words.kind(card)}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**" + _("How it did on people it never saw") + "**")
        st.text(words.verdict(card))
        _render_figures(card)
        st.caption(words.figures_note(card))
        st.text("\n".join(filter(None, (figures.budget_sentence(card), figures.alliance_sentence(card)))))
    with right:
        _render_calibration(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _render_importance(card)
    with right:
        _render_groups(card)
        st.markdown("**" + _("Limits") + "**")
        st.markdown("\n".join(f"- {limit}" for limit in words.limits(card)))
        made = "" if card.made_at is None else say_date(card.made_at.date(), "d MMM y")
        st.caption(_("Trained on {day}, version {version}.").format(day=made, version=card.version))


def _render_figures(card: CardView) -> None:
    """The table of figures: the model and what it is compared with."""
    names = [name for name in words.FIGURES if name in card.metrics["model"]]
    header = ["", *(words.metric_label(name) for name in names)]
    lines = [
        [words.who_label(who), *(words.metric_text(card.metrics[who][name], name) for name in names)]
        for who in words.compared(card)
    ]
    _render_table(header, lines)


def _render_table(header: list[str], lines: list[list[str]]) -> None:
    rows = [header, ["---"] * len(header), *lines]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _render_calibration(card: CardView) -> None:
    st.markdown("**" + _("Does it happen as often as it says?") + "**")
    said = figures.calibration_sentence(card)
    if card.probability:
        theme = palette(dark=context.is_dark())
        figure = calibration_figure(card, theme)
        st.plotly_chart(figure, key=f"calibration-{card.signal}", theme=None, config=QUIET, alt=said)
    st.text("\n".join(filter(None, (said, figures.course_sentence(card)))))


def _render_importance(card: CardView) -> None:
    st.markdown("**" + _("What it looks at most") + "**")
    theme = palette(dark=context.is_dark())
    figure = importance_figure(card, theme)
    said = words.importance_sentence()
    st.plotly_chart(figure, key=f"importance-{card.signal}", theme=None, config=QUIET, alt=said)
    st.caption(said)
    deep = [row for row in card.importance if row.values]
    with st.expander(_("How single values go with the estimate")):
        for place, row in enumerate(deep):
            if place % 2 == 0:
                pair = st.columns(2, gap="medium")
            with pair[place % 2]:
                told = figures.dependence_sentence(row)
                st.text(told)
                st.plotly_chart(
                    dependence_figure(row, theme), key=f"dependence-{card.signal}-{place}", theme=None, config=QUIET,
                    alt=told,
                )  # fmt: skip
        st.caption(_("Each dot is one look; higher dots went with higher estimates."))


def _render_groups(card: CardView) -> None:
    """For whom what it says holds: people held out, what was said and what happened."""
    if not card.subgroups:
        return
    st.markdown("**" + _("For whom it holds") + "**")
    st.text(figures.groups_sentence(card))
    unit = _("of 100") if card.probability else _("points")
    with st.expander(_("Groups of the people held out")):
        header = ["", _("people"), _("said, {unit}").format(unit=unit), _("happened"), _("difference")]
        rows = [[figures.group_name(g.by, g.name), *figures.group_cells(card, g)] for g in card.subgroups]
        _render_table(header, rows)
        st.caption(_("Groups of fewer than 8 people are left out. In brackets 90 % intervals."))


def render_feature_table() -> None:
    """Every feature with its definition: the same for training, scoring and one patient."""
    with st.expander(_("Every feature and its definition ({n})").format(n=len(features()))):
        header = [_("feature"), _("domain"), _("unit"), _("definition"), _("source")]
        _render_table(header, [_row(feature) for feature in features()])


def _row(feature: Feature) -> list[str]:
    return [
        feature_label(feature.code), domain_name(feature.domain), feature.unit, feature.definition, feature.source,
    ]  # fmt: skip

"""Draws a patient's questionnaires over time beside what is asked of them now: a picture and a sentence for each."""

import streamlit as st

from core.language import _
from core.queries.outcomes import OutcomesView, OutcomeView
from dashboard import context
from dashboard.charts.my_course import outcome_figure
from dashboard.charts.palette import Palette, palette
from dashboard.components.layout import card, literal
from dashboard.components.my_course import CHART
from dashboard.wording import outcomes as words
from dashboard.wording.my_course import outcome_title


def render_outcomes(view: OutcomesView) -> None:
    """What was answered, two to a row."""
    st.markdown(f"## {_('What was answered')}", anchors=False)
    if not view.outcomes:
        st.markdown(literal(words.nothing_yet(view)))
        return
    theme = palette(dark=context.is_dark())
    for start in range(0, len(view.outcomes), 2):
        for place, outcome in zip(st.columns(2, gap="small"), view.outcomes[start : start + 2], strict=False):
            with place, card(f"outcome_{outcome.code}"):
                _render_outcome(outcome, view, theme)


def _render_outcome(outcome: OutcomeView, view: OutcomesView, theme: Palette) -> None:
    title, said = outcome_title(outcome), words.sentence(outcome, view)
    st.markdown(f"### {literal(title)}", anchors=False)
    st.markdown(literal(said))
    figure = outcome_figure(outcome, view, theme, [cut.value for cut in words.lines(outcome)])
    st.plotly_chart(figure, theme=None, config=CHART, key=f"outcome-{outcome.code}", alt=f"{title}. {said}")
    if drawn := words.lines_sentence(outcome):
        st.caption(literal(drawn))

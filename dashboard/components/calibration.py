"""Draws how well the models' estimates came true by subgroup, for those who answer for the service: the same figures as
on the models' cards, groups of fewer than eight left out."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.small_cells import SMALLEST, rounded
from core.language import _
from core.signals.card import CardView
from dashboard.components.layout import card as bordered
from dashboard.components.layout import literal
from dashboard.wording import model_figures as words
from dashboard.wording.signals import signal_title


def render_calibration(cards: Sequence[CardView]) -> None:
    """A table for each model that has figures by subgroup."""
    shown = [card for card in cards if card.unavailable is None and card.subgroups]
    with bordered("service_calibration"):
        st.markdown(f"### {_('Do the estimates come true, for everyone?')}", anchors=False)
        if not shown:
            st.markdown(_("No model has figures by subgroup yet: they come with the next training."))
            return
        columns = st.columns(2, gap="medium")
        for place, card in enumerate(shown):
            with columns[place % 2]:
                st.markdown(f"**{literal(signal_title(card.signal))}**")
                st.markdown("\n".join(_rows(card)))
                st.caption(literal(words.groups_sentence(card)))


def _rows(card: CardView) -> list[str]:
    head = [_("group"), _("people"), _("said"), _("happened"), _("difference")]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|---|---|"]
    for group in card.subgroups:
        if group.people >= SMALLEST:
            people = str(rounded(group.people))
            cells = (words.group_name(group.by, group.name), people, *words.group_cells(card, group)[1:])
            lines.append(f"| {' | '.join(literal(cell) for cell in cells)} |")
    return lines

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


def render_calibration(cards: Sequence[CardView]) -> None:
    """A table for each model that has figures by subgroup."""
    shown = with_groups(cards)
    with bordered("service_calibration"):
        st.markdown(f"### {_('Do the estimates come true, for everyone?')}", anchors=False)
        if not shown:
            st.markdown(_("No model has figures by subgroup yet: they come with the next training."))
            return
        st.caption(words.groups_note())
        columns = st.columns(2, gap="medium")
        for place, card in enumerate(shown):
            with columns[place % 2]:
                st.markdown(f"**{literal(words.groups_title(card))}**")
                st.markdown("\n".join(_lines(card)))
                st.caption(literal(words.groups_sentence(card)))


def with_groups(cards: Sequence[CardView]) -> list[CardView]:
    """The models that have figures by subgroup."""
    return [card for card in cards if card.unavailable is None and card.subgroups]


def groups_table(card: CardView) -> list[tuple[str, ...]]:
    """The head, then a row for each group of eight people or more."""
    head: tuple[str, ...] = (_("group"), _("people"), _("said"), _("happened"), _("difference"))
    return [head] + [
        (words.group_name(group.by, group.name), str(rounded(group.people)), *words.group_cells(card, group)[1:])
        for group in card.subgroups
        if group.people >= SMALLEST
    ]


def _lines(card: CardView) -> list[str]:
    head, *rows = groups_table(card)
    lines = [f"| {' | '.join(literal(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---|---|---|---|---|", *lines]

"""Draws the weekly list: what was over the workload budget, folded."""

import uuid
from collections.abc import Iterable

import streamlit as st

from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import weekly_list as words
from dashboard.wording.alerts import title

NAME = 180  # px


def render_weekly_list(waiting: Iterable[tuple[uuid.UUID, str, str, str]], budget: int) -> None:
    """One line for each ``(patient id, name, rule, owner)``; nothing where nothing waits."""
    rows = list(waiting)
    if not rows:
        return
    with st.expander(words.title(len(rows)), icon=":material/event_repeat:"):
        st.caption(literal(words.sentence(budget)))
        for patient_id, name, rule, owner in rows:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    to_page("case_review"), label=literal(name), query_params={"patient": str(patient_id)}, width=NAME
                )
                who = f" :gray[· {literal(owner)}]" if owner else ""
                st.markdown(literal(title(rule)) + who, width="stretch")

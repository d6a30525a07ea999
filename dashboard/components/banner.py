"""Draws the one thing that interrupts, above whatever page is open."""

import streamlit as st

from core.language import _
from core.queries.imminent import Imminent
from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import notifications as words


def render_banner(view: Imminent | None) -> None:
    """One sentence and the way to the case; nothing where nothing is imminent."""
    if view is None:
        return
    with st.container(border=True, key="banner", horizontal=True, vertical_alignment="center", gap="small"):
        said = literal(words.banner(view))
        more = literal(words.banner_more(view))
        mark = ":red[:material/alarm:]" if view.overdue else ":material/call:"
        st.markdown(f"{mark} **{said}**" + (f" :gray[{more}]" if more else ""), width="stretch")
        st.page_link(
            to_page("case_review"), label=_("Open the case"), icon=":material/arrow_forward:",
            query_params={"patient": str(view.patient_id)}, width="content",
        )  # fmt: skip

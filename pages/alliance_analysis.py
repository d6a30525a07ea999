"""The alliance of the whole service, for who leads a team or the service, and for research: how it develops, whether
the two sides agree, what goes with it."""

import streamlit as st

from core.access.permissions import Permission
from dashboard import context
from dashboard.components.alliance_analysis import (
    kept_analysis,
    render_agreement,
    render_associations,
    render_development,
    render_heading,
)


def main() -> None:
    """One run of the screen."""
    actor = context.require(Permission.READ_ALLIANCE_ANALYSIS)
    analysis = kept_analysis(actor)
    render_heading(analysis)
    render_development(analysis)
    left, right = st.columns(2, gap="small")
    with left:
        render_agreement(analysis)
    with right:
        render_associations(analysis)


main()

"""Check-in: a few questions in a minute, each answer saved at its tap, nothing required; and what comes back for it."""

import streamlit as st

from core.access.permissions import Permission
from core.check_ins.blocks import Kind
from core.queries.check_ins import check_in_choice, check_in_page, thanks
from dashboard import context
from dashboard.components import check_in
from dashboard.navigation import to_page


def main() -> None:
    """One run: the screen for a hard moment first of all, then thanks, questions or the choice."""
    context.require(Permission.READ_OWN_SPACE)
    if check_in.in_a_hard_moment():
        st.switch_page(to_page("help_now"), query_params={"from": "check_in"})
    about = st.query_params.get("about", "")
    if about not in list(Kind):
        check_in.render_choice(context.read(check_in_choice))
    elif check_in.DONE in st.query_params:
        check_in.render_thanks(context.read(thanks, kind=about))
    else:
        check_in.render_check_in(context.read(check_in_page, kind=about))


main()

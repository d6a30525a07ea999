"""Made together: ideas of everybody who takes part, rated by all of them, and what came of each."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.ideas import idea, ideas
from core.queries.releases import releases
from dashboard import context
from dashboard.components.idea import render_idea
from dashboard.components.ideas import chosen_idea, render_ideas
from dashboard.components.releases import render_releases


def main() -> None:
    """One run of the page."""
    context.require(Permission.SHARE_IDEAS)
    chosen = chosen_idea()
    if chosen is not None:
        render_idea(context.read(idea, idea_id=chosen), context.read(releases).releases)
        return
    st.markdown(f"# {_('Made together')}", anchors=False)
    st.caption(_("Patients, relatives, clinicians and technical staff make Vincle better together."))
    all_ideas, new = st.tabs([_("Ideas"), _("What is new")])
    view = context.read(ideas)
    with all_ideas:
        render_ideas(view)
    with new, st.container(width=820):
        render_releases(context.read(releases), may_steer=view.may_steer)


main()

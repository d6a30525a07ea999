"""The rules of the service: what each brings and is worth, and a rehearsal on the past before one is changed."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.rule_figures import rule_figures
from dashboard import context
from dashboard.components.rules import PROGRAMME, render_rehearsal, render_rules

context.require(Permission.SET_RULES)
view = context.read(rule_figures, programme_id=st.session_state.get(PROGRAMME))
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.markdown(f"# {_('Rules')}", anchors=False, width="stretch")
    if view.simulated:
        st.badge(_("Simulated service"), icon=":material/science:", color="grey")
left, right = st.columns([5, 7], gap="small")
with left:
    render_rules(view)
with right:
    render_rehearsal(view)

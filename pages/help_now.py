"""For a hard moment: whom to call, one's own safety plan, and whether the team was told."""

import streamlit as st

from core.access.permissions import Permission
from core.queries.safety_plan import help_now
from dashboard import context
from dashboard.components.safety_plan import render_help

context.require(Permission.READ_OWN_SPACE)
render_help(context.read(help_now), after=st.query_params.get("from"))

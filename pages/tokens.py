"""Devices and partners: the tokens with which they send, made and revoked here."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.api_tokens import api_tokens_of
from dashboard import context
from dashboard.components.layout import literal
from dashboard.components.tokens import render_new, render_tokens
from dashboard.wording import tokens as words

context.require(Permission.IMPORT_DATA)
with st.container(horizontal_alignment="center"), st.container(width=720):
    st.title(_("Devices and partners"), anchor=False)
    st.markdown(literal(words.explained("/api/v1")))
    st.link_button(_("The description (OpenAPI)"), "/api/v1/openapi.json", icon=":material/description:")
    render_new()
    render_tokens(context.read(api_tokens_of))

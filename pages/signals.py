"""How the signals work: the card of each of the four models, for everyone who meets their estimates."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.model_cards import model_cards
from dashboard import context
from dashboard.components.model_cards import render_feature_table, render_model_card

context.require(Permission.READ_MODEL_CARDS)
cards = context.read(model_cards)
st.title(_("How the signals work"), anchor=False)
st.markdown(
    _(
        "Four models look at the same entries, answers, messages and ratings that you see, and count how often "
        "something was recorded after data like these. They support a conversation; they decide nothing, "
        "they rank nobody, and what a person says stands above them. Where data are thin they say so and stay silent."
    )
)
for card in cards:
    render_model_card(card)
render_feature_table()

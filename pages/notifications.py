"""How one is told outside the application, who is away and who stands in; for an administrator what could not be
told."""

import streamlit as st

from core.access.permissions import Permission, can
from core.language import _
from core.queries.absences import absences_of_team
from core.queries.notifications import my_channels, outbox
from dashboard import context
from dashboard.components.notifications import render_absences, render_channels, render_outbox


def main() -> None:
    """One run of the page: each part by its own permission."""
    actor = context.current_user()
    with st.container(horizontal_alignment="center"), st.container(width=760):
        st.title(_("Notifications and cover"), anchor=False)
        if can(actor, Permission.KEEP_NOTIFICATIONS):
            render_outbox(context.read(outbox))
        render_channels(context.read(my_channels))
        if can(actor, Permission.HANDLE_ALERTS):
            render_absences(context.read(absences_of_team))


main()

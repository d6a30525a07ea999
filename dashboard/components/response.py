"""Draws what needs a response: alerts by due time, the conversation, the family's notes."""

from core.queries.response import ResponseView
from dashboard.components.alerts import render_alerts
from dashboard.components.entries import render_newest_entry
from dashboard.components.family_notes import render_family_notes
from dashboard.components.leaving import render_leaving
from dashboard.components.messages import render_thread


def render_needs_response(view: ResponseView) -> None:
    """The left column below the brief."""
    render_leaving(view)
    render_alerts(view)
    render_thread(view)
    render_newest_entry(view)
    render_family_notes(view)

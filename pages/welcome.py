"""Where those land whose own space is not in this version yet: what they can do here now, and whom to call."""

from core.queries.access import welcome_of
from dashboard import context
from dashboard.components.access import render_welcome

render_welcome(context.read(welcome_of), context.current_user().name)

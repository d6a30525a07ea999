"""Privacy: who may see what, who looked, what the family sees, a copy of everything, and leaving."""

from core.access.permissions import Permission
from core.queries.privacy import privacy
from dashboard import context
from dashboard.components.access_log import render_access_log
from dashboard.components.privacy import render_privacy

context.require(Permission.READ_OWN_SPACE)
render_privacy(context.read(privacy))
render_access_log()

"""Privacy: who may see what, who looked, what the family sees, a copy of everything, and leaving."""

from core.access.permissions import Permission
from core.queries.privacy import privacy
from dashboard import context
from dashboard.components.access_log import render_access_log
from dashboard.components.privacy import render_taking_and_leaving, render_who_sees

context.require(Permission.READ_OWN_SPACE)
view = context.read(privacy)
render_who_sees(view)
render_access_log()
render_taking_and_leaving(view)

"""Us: how working together is going for the patient: rating it, goals and tasks of both, asking for something."""

from core.access.permissions import Permission
from core.queries.us import us
from dashboard import context
from dashboard.components.us import render_us

actor = context.require(Permission.READ_OWN_SPACE)
render_us(context.read(us), actor.locale)

"""My day: where a patient lands. What is next, who read what was written, and nothing that has to be done."""

from core.access.permissions import Permission
from core.queries.my_day import my_day
from dashboard import context
from dashboard.components.my_day import render_my_day

context.require(Permission.READ_OWN_SPACE)
render_my_day(context.read(my_day))

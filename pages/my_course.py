"""My course: what the patient wrote over time, a picture and a sentence each, and who else sees it."""

from core.access.permissions import Permission
from core.queries.my_course import my_course
from dashboard import context
from dashboard.components.my_course import chosen_days, render_my_course

context.require(Permission.READ_OWN_SPACE)
render_my_course(context.read(my_course, days=chosen_days()))

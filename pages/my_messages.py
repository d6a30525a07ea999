"""Messages: what the patient and the team write each other, who read it when, and when an answer can be expected."""

from core.access.permissions import Permission
from core.queries.own_messages import own_messages
from dashboard import context
from dashboard.components.my_messages import everything_asked, render_my_messages

context.require(Permission.READ_OWN_SPACE)
render_my_messages(context.read(own_messages, everything=everything_asked()))

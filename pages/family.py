"""The family's space: what a relative noticed and how they are, within the patient's consent, and what came back."""

from core.access.permissions import Permission
from core.queries.family_space import family_space
from dashboard import context
from dashboard.components.family import render_family

context.require(Permission.READ_FAMILY_SPACE)
render_family(context.read(family_space))

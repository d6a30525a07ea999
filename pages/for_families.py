"""Short texts for families, those of the patient's programme only while something is shared."""

from core.access.permissions import Permission
from core.families.resources import family_texts
from core.language import spoken
from core.queries.family_space import family_space
from dashboard import context
from dashboard.components.family import render_texts

context.require(Permission.READ_FAMILY_SPACE)
render_texts(family_texts(spoken(), context.read(family_space).programme))

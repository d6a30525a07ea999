"""The questionnaires a patient is asked now; an answer that tells of a hard moment leads to whom to call."""

from core.access.permissions import Permission
from core.queries.questionnaires_due import questionnaires_due
from dashboard import context
from dashboard.components.my_questions import render_my_questions

actor = context.require(Permission.READ_OWN_SPACE)
render_my_questions(context.read(questionnaires_due, patient_id=actor.patient_id), actor.locale)

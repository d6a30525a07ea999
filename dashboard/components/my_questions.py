"""Draws the questionnaires that a patient is asked now, one at a time; none is required."""

from datetime import UTC, datetime

import streamlit as st

from core.actions.questionnaires import answer_due
from core.check_ins.hard import hard_answers
from core.instruments import instrument
from core.language import _
from core.queries.questionnaires_due import FormsDue
from dashboard import context
from dashboard.components.layout import literal
from dashboard.components.questionnaires import questionnaire_form
from dashboard.navigation import to_page
from dashboard.wording import my_questions as words
from dashboard.wording import questionnaires as instruments


def render_my_questions(view: FormsDue, locale: str) -> None:
    """The first that is asked, the others to choose from."""
    st.markdown(f"# {_('Questions for me')}", anchors=False)
    asked = [form.instrument for form in view.patient if form.appointment_id is None]
    st.markdown(literal(words.lead(len(asked))))
    if not asked:
        st.page_link(to_page("my_day"), label=_("Back to my day"), icon=":material/arrow_back:")
        return
    code = asked[0]
    if len(asked) > 1:
        code = st.pills(
            _("Which one first?"), asked, default=asked[0], required=True,
            format_func=lambda one: instruments.name_of(instrument(one)), key="which-questions",
        ) or asked[0]  # fmt: skip
    st.caption(literal(words.length(len(instrument(code).items))))
    name = f"mine-{code}"
    answers = questionnaire_form(code, name=name, locale=locale, done=_("Send"))
    if answers is None:
        return
    hard = hard_answers(code, answers, at=datetime.now(UTC))
    done = context.act(
        answer_due, key=context.form_key(name), said=_("Thank you. It is written down."), patient_id=view.patient_id,
        code=code, answers=answers,
    )  # fmt: skip
    if hard:
        st.switch_page(to_page("help_now"), query_params={"from": "questions"})
    if done:
        st.rerun()

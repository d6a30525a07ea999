"""Questionnaires on screen: one form for every instrument, what is asked of a patient and of the therapist, and the
library of instruments with keys, sources and what is not verified."""

import uuid

import streamlit as st

from core.actions.questionnaires import answer_due, record_answers
from core.instruments import instrument, instruments
from core.instruments.definition import Definition, Item, Range
from core.instruments.wording import Wording, wording_of
from core.language import _
from core.queries.questionnaires_due import FormsDue, OpenForm
from core.start import load_settings
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import questionnaires as words

Answers = dict[str, float | None]


def questionnaire_form(code: str, *, name: str, locale: str, done: str) -> Answers | None:
    """The items of an instrument in official wording where the service has loaded it, else by our labels; a question
    left open is left open. The answers once ``done`` was pressed, else ``None``; ``name`` keeps forms apart."""
    definition = instrument(code)
    wording = wording_of(load_settings().home, code, locale)
    with st.form(name, border=False):
        st.caption(literal(words.whose_words(definition, wording, answering=True)))
        answers = {item.id: _item(definition, item, wording, name) for item in definition.items}
        pressed = st.form_submit_button(done, type="primary", width="stretch")
    return answers if pressed else None


def _item(definition: Definition, item: Item, wording: Wording | None, name: str) -> float | None:
    options, key = definition.options_of(item), f"{name}-{item.id}"
    label, hint = literal(words.question(item, wording)), words.condition(definition, item)
    label += f" :gray[({literal(hint)})]" if hint else ""
    if isinstance(options, Range):
        step = options.step or (0.1 if options.high <= 10 else 1.0)
        return st.number_input(
            f"{label} :small[:gray[{literal(words.line_ends(options))}]]", min_value=float(options.low),
            max_value=float(options.high), step=float(step), value=None, key=key,
            format="%.1f" if step < 1 else "%.0f",
        )  # fmt: skip
    return st.radio(
        label, [option.answer for option in options], index=None, horizontal=True, key=key,
        format_func=lambda answer: words.answer_label(definition, item, answer, wording),
    )  # fmt: skip


def render_forms_due(view: FormsDue, locale: str) -> None:
    """What is asked of the therapist to answer here, what is asked of the patient to see, and answers from paper."""
    left, right = st.columns(2, gap="small")
    with left, card("forms-therapist"):
        st.markdown(f"### {_('For you')}", anchors=False)
        if not view.therapist:
            st.markdown(_("Nothing is asked of the therapist at the moment."))
        for form in view.therapist:
            _therapist_form(view, form, locale)
    with right, card("forms-patient"):
        st.markdown(f"### {literal(_('For {name}').format(name=view.name))}", anchors=False)
        if not view.patient and not view.held_back:
            st.markdown(literal(words.nothing_asked(view)))
        lines = [words.due_line(form, instrument(form.instrument).name) for form in view.patient]
        st.markdown("\n".join(f"- {literal(line)}" for line in lines))
        if view.held_back:
            st.caption(literal(words.held_back(view)))
    _render_paper(view, locale)


def _therapist_form(view: FormsDue, form: OpenForm, locale: str) -> None:
    st.markdown(literal(words.due_line(form, instrument(form.instrument).name)))
    name = f"due-{form.instrument}-{view.patient_id}"
    answers = questionnaire_form(form.instrument, name=name, locale=locale, done=_("Record my answers"))
    if answers is not None:
        _store(view.patient_id, form.instrument, answers, name, asked=True)


def _render_paper(view: FormsDue, locale: str) -> None:
    with st.expander(_("Enter answers given on paper")):
        codes = [
            code for code, known in instruments().items() if known.informant == "patient" and not _of_session(code)
        ]
        code = st.selectbox(
            _("Which questionnaire"), codes, index=None, format_func=lambda code: words.name_of(instrument(code)),
            key=f"paper-{view.patient_id}",
        )  # fmt: skip
        if code is None:
            return
        name = f"paper-{code}-{view.patient_id}"
        answers = questionnaire_form(code, name=name, locale=locale, done=_("Record the answers"))
        if answers is not None:
            _store(view.patient_id, code, answers, name, asked=False)


def _of_session(code: str) -> bool:
    """The patient's rating of a session is given in their own space, session by session."""
    return code.startswith("wai-")


def _store(patient_id: uuid.UUID, code: str, answers: Answers, name: str, *, asked: bool) -> None:
    action = answer_due if asked else record_answers
    if context.act(
        action, key=context.form_key(name), said=_("The answers are recorded."), patient_id=patient_id, code=code,
        answers=answers,
    ):  # fmt: skip
        st.rerun()


def render_library(locale: str) -> None:
    """Every instrument: its questions and keys, how it is scored, where that is from and what is not verified."""
    st.title(_("Questionnaires"), anchor=False)
    st.markdown(
        _(
            "What is asked here, how it is scored, and where that is from. What was recalled and not read in a public "
            "source is marked."
        )
    )
    for code, definition in instruments().items():
        with st.expander(literal(words.library_line(definition))):
            _render_definition(definition, wording_of(load_settings().home, code, locale))


def _render_definition(definition: Definition, wording: Wording | None) -> None:
    st.caption(literal(words.whose_words(definition, wording)))
    lines = [f"| | {_('question')} | {_('answer → score')} |", "| --- | --- | --- |"]
    lines += [f"| {i.id} | {literal(words.question(i, wording))} | {_key(definition, i)} |" for i in definition.items]
    st.markdown("\n".join(lines))
    st.markdown("\n".join(f"- {literal(fact)}" for fact in words.facts(definition)))
    open_points = words.unverified(definition)
    if open_points:
        st.warning(literal(open_points), icon=":material/help:")


def _key(definition: Definition, item: Item) -> str:
    options = definition.options_of(item)
    if isinstance(options, Range):
        return literal(words.line_ends(options))
    return " · ".join(f"{option.answer:g} → {option.score:g}" for option in options)

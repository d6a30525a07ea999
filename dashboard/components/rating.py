"""The patient's rating of working together, for one thumb: five big targets to a question, on one page, sent once."""

import streamlit as st

from core.actions.alliance import FORMS, rate_as_patient
from core.instruments import instrument
from core.instruments.definition import Definition, Range
from core.instruments.wording import Wording, wording_of
from core.language import _
from core.queries.us import RateOffer, UsView
from core.start import load_settings
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import questionnaires
from dashboard.wording import us as words
from models import Side

OPEN = "us_rating"
CODE = FORMS[Side.PATIENT]


def is_open() -> bool:
    """Whether the form is being filled in."""
    return bool(st.session_state.get(OPEN, False))


def open_form() -> None:
    """Turn to the form."""
    st.session_state[OPEN] = True


def close_form() -> None:
    """Turn back without rating."""
    st.session_state.pop(OPEN, None)


def render_rating(view: UsView, offer: RateOffer, locale: str) -> None:
    """The questions with what the ends mean; a question left open is left open."""
    definition = instrument(CODE)
    wording = wording_of(load_settings().home, CODE, locale)
    st.markdown(f"# {literal(words.offer_title(offer, view))}", anchors=False)
    low, high = _ends(definition, wording)
    st.markdown(literal(words.scale(low, high)))
    st.caption(literal(words.who_reads(view, offer)))
    name = f"rate-{offer.appointment_id or view.now.date()}"
    with st.form(name, border=False):
        answers = {
            item.id: _question(questionnaires.question(item, wording), f"{name}-{item.id}") for item in definition.items
        }
        st.caption(literal(questionnaires.whose_words(definition, wording, answering=True)))
        pressed = st.form_submit_button(_("Send"), type="primary", icon=":material/send:", width="stretch")
    st.button(_("Not now"), type="tertiary", key="rate-later", on_click=close_form)
    if pressed and context.act(
        rate_as_patient, key=context.form_key(name), said=_("Thank you. It is written down."),
        patient_id=view.patient_id, appointment_id=offer.appointment_id, answers=answers,
    ):  # fmt: skip
        close_form()
        st.rerun()


def _question(label: str, key: str) -> float | None:
    with st.container(key=f"scale5_{key}", gap="xxsmall"):
        chosen = st.segmented_control(literal(label), range(1, 6), key=key, width="stretch")
    return None if chosen is None else float(chosen)


def _ends(definition: Definition, wording: Wording | None) -> tuple[str, str]:
    item = definition.items[0]
    options = definition.options_of(item)
    if isinstance(options, Range):  # pragma: no cover - the definition that is shipped names its options
        return str(options.low), str(options.high)
    first, last = (
        questionnaires.option_words(definition, item, one.answer, wording) for one in (options[0], options[-1])
    )
    return first, last

"""Draws the safety plan for both sides, its file to keep, and the screen for a hard moment."""

import streamlit as st

from core.actions.safety_plan import LONGEST, PARTS, write_safety_plan
from core.export.safety_plan import safety_plan_html
from core.language import _, spoken
from core.queries.safety_plan import HelpView, SafetyPlanView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import own_space
from dashboard.wording import safety_plan as words


def render_safety_plan(view: SafetyPlanView) -> None:
    """The seven parts to read, the file to save or print, and the form to change them."""
    st.markdown(f"# {literal(words.title(view))}", anchors=False)
    st.markdown(literal(words.lead(view)))
    st.caption(literal(words.changed(view)))
    if view.written:
        with st.container(key="plan_paper"):
            for code in PARTS:
                _render_part(code, view.parts[code])
        _render_keep(view)
    _render_form(view)
    _render_earlier(view)


def _render_part(code: str, text: str) -> None:
    if text:
        with card(f"part_{code}"):
            st.markdown(f"### {literal(words.part(code))}", anchors=False)
            st.text(text)


def _render_keep(view: SafetyPlanView) -> None:
    parts = [(words.part(code), view.parts[code]) for code in PARTS if view.parts[code]]
    contacts = [own_space.call(contact) for contact in view.contacts]
    page = safety_plan_html(
        title=words.title(view), changed=words.changed(view), parts=parts, contacts=contacts,
        not_watched=own_space.not_watched(), language=spoken(),
    )  # fmt: skip
    st.download_button(
        _("Save to this device or print"), data=page, file_name=words.file_name(), mime="text/html",
        icon=":material/download:", width="stretch", on_click="ignore", key="keep-plan",
        help=_("One file that opens without a connection."),
    )  # fmt: skip


def _render_form(view: SafetyPlanView) -> None:
    with (
        st.expander(_("Change it") if view.written else _("Write it"), expanded=not view.written),
        st.form(f"plan-{view.version}", border=False),
    ):
        parts = {
            code: st.text_area(
                words.part(code), value=view.parts[code], help=words.part_help(code), max_chars=LONGEST, height=90,
                placeholder=words.part_help(code), key=f"plan-{view.patient_id}-{view.version}-{code}",
            )
            for code in PARTS
        }  # fmt: skip
        pressed = st.form_submit_button(_("Save"), type="primary", width="stretch")
    name = f"plan:{view.patient_id}:{view.version}"
    if pressed and context.act(
        write_safety_plan, key=context.form_key(name), patient_id=view.patient_id, parts=parts, version=view.version
    ):
        st.rerun()


def _render_earlier(view: SafetyPlanView) -> None:
    if not view.earlier:
        return
    with st.expander(_("Earlier versions")):
        for one in view.earlier:
            st.caption(literal(words.version(one, view.time_zone)))
            st.text("\n".join(f"{words.part(code)}: {one.parts[code]}" for code in PARTS if one.parts[code]))


def render_help(view: HelpView, *, after: str | None) -> None:
    """Whom to call, what one has written oneself for such a moment, and that somebody was told; ``after`` what the
    person comes from ("check_in", "words", "questions")."""
    st.markdown(f"# {_('You are not alone with this')}", anchors=False)
    if after:
        st.markdown(_("Thank you for saying so. It is good that you did."))
    st.markdown(f"**{literal(words.not_watched())}**")
    for number, contact in enumerate(view.contacts):
        name, phone, hours = contact
        st.link_button(
            literal(_("Call {phone}").format(phone=phone)), own_space.telephone(phone), width="stretch",
            type="primary" if number == 0 else "secondary", icon=":material/call:", key=f"call-{number}",
        )  # fmt: skip
        st.caption(literal(f"{name} · {hours}" if hours else name))
    said = words.told(view)
    if said:
        st.info(literal(said), icon=":material/mark_email_read:")
    if any(view.parts.values()):
        st.markdown(f"## {_('From your safety plan')}", anchors=False)
        for code in PARTS:
            _render_part(code, view.parts[code])
    else:
        st.page_link(to_page("safety_plan"), label=_("Write a safety plan"), icon=":material/health_and_safety:")
    if after == "check_in" and st.button(_("Go on with the questions"), width="stretch", key="go-on"):
        st.switch_page(to_page("check_in"), query_params={"about": "safety"})

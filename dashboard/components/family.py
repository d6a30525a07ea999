"""Draws the family's page: who reads, what one noticed and how one is, what was read and answered, and how the
patient's week was as far as they share it. Words of a hard moment lead to whom to call before anything else."""

import streamlit as st

from core.actions.family_notes import Noticed, see_answers, write_family_note
from core.check_ins.hard import hard_words
from core.families.asked import CHANGES, DAYS, DOMAINS, HOW, LONGEST
from core.families.resources import FamilyText
from core.language import _
from core.queries.access import welcome_of
from core.queries.family_notes import FamilyNoteView
from core.queries.family_space import FamilySpaceView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import family as words
from dashboard.wording import own_space

SHOWN = 3  # notes before the older ones are folded
_WORRIED = "family_worried"


def render_family(view: FamilySpaceView) -> None:
    """The whole page of a relative, or the calm sentence where nothing is shared."""
    st.markdown(f"# {literal(words.title(view))}", anchors=False)
    if st.session_state.get(_WORRIED):
        _render_worried()
    if not view.scope:
        st.markdown(literal(words.closed()))
        st.markdown(literal(words.closed_help()))
        st.page_link(to_page("for_families"), label=_("For families"), icon=":material/menu_book:")
        return
    st.caption(literal(words.allowed(view)))
    _render_weeks(view)
    if view.may_write:
        _render_form(view)
        _render_notes(view)


def _render_worried() -> None:
    with card("worried"):
        st.markdown(f"**{literal(words.worried())}**")
        for number, contact in enumerate(context.read(welcome_of).crisis_contacts):
            name, phone, hours = contact
            st.link_button(
                literal(_("Call {phone}").format(phone=phone)), own_space.telephone(phone), width="stretch",
                type="primary" if number == 0 else "secondary", icon=":material/call:", key=f"family-call-{number}",
            )  # fmt: skip
            st.caption(literal(f"{name} · {hours}" if hours else name))
        if st.session_state[_WORRIED] == "sent":
            st.caption(literal(words.reached()))


def _render_weeks(view: FamilySpaceView) -> None:
    if not view.weeks:
        return
    with card("week"):
        st.markdown("### " + _("The last seven days"), anchors=False)
        for week in view.weeks:
            st.markdown(literal(words.week(week)))
        st.caption(literal(words.week_limits()))


def _render_form(view: FamilySpaceView) -> None:
    form = context.form_key("family_note")
    with card("note"):
        st.markdown("### " + _("A note to the team"), anchors=False)
        st.markdown(f":small[:material/visibility: {literal(words.who_reads(view))}]")
        days = st.segmented_control(
            words.days_question(), DAYS, default=1, required=True, format_func=words.days_label, width="stretch",
            key=f"days:{form}",
        )  # fmt: skip
        how = st.segmented_control(
            literal(words.how_question(view)), HOW, format_func=words.how, width="stretch", key=f"how:{form}"
        )
        body = st.text_area(
            _("What I noticed"), height=110, max_chars=LONGEST, key=f"body:{form}",
            placeholder=_("What you saw and heard, in a few words"),
        )  # fmt: skip
        changes = _render_changes(form)
        about_self = st.text_area(
            _("How I am"), height=80, max_chars=LONGEST, key=f"self:{form}",
            placeholder=_("You matter as well. Leave it empty if you like"),
        )  # fmt: skip
        st.caption(literal(words.not_watched()))
        pressed = st.button(_("Send"), type="primary", icon=":material/send:", width="stretch", key="send-note")
    if pressed:
        _send(view, form, Noticed(days or 1, how, changes, body or "", about_self or ""))


def _render_changes(form: str) -> dict[str, str]:
    with st.expander(_("More closely, if you like")):
        chosen = {
            code: st.segmented_control(
                words.domain(code), CHANGES, format_func=words.change, width="stretch", key=f"{code}:{form}"
            )
            for code in DOMAINS
        }
    return {code: change for code, change in chosen.items() if change}


def _send(view: FamilySpaceView, form: str, noticed: Noticed) -> None:
    sent = context.act(write_family_note, key=form, said=words.sent(view), noticed=noticed)
    hard = any(hard_words(text, informant="relative") for text in (noticed.body, noticed.about_self))
    if sent or hard:
        st.session_state[_WORRIED] = ("sent" if sent else "unsent") if hard else None
        st.rerun()


def _render_notes(view: FamilySpaceView) -> None:
    new = f" :small[:orange[{literal(words.new_answers(view))}]]" if view.new_answers else ""
    st.markdown("## " + _("What I wrote") + new, anchors=False)
    if not view.notes:
        st.markdown(literal(words.no_notes()))
    for note in view.notes[:SHOWN]:
        _render_note(note, view)
    if len(view.notes) > SHOWN:
        with st.expander(_("Earlier notes")):
            for note in view.notes[SHOWN:]:
                _render_note(note, view)
    seen = [answer.id for note in view.notes for answer in note.answers if answer.read_at is None]
    if seen:
        context.note(see_answers, key=f"answers:{max(seen)}")


def _render_note(note: FamilyNoteView, view: FamilySpaceView) -> None:
    with st.container(border=True, key=f"card_own_note_{note.id}", gap="xsmall"):
        st.caption(literal(words.about(note)))
        if note.body:
            st.text(note.body)
        if said := words.changes(note):
            st.caption(literal(said))
        if note.about_self:
            st.markdown(f":small[:gray[{_('How I am')}]]")
            st.text(note.about_self)
        icon = ":material/schedule:" if note.read_at is None else ":material/done_all:"
        st.markdown(f":small[:gray[{icon} {literal(words.read_mark(note, view))}]]")
        for answer in note.answers:
            with st.container(border=True, key=f"said_team_{answer.id}", gap="xxsmall"):
                new = f" :orange-badge[{_('new')}]" if answer.read_at is None else ""
                st.markdown(f":small[:orange[◆] :gray[{literal(words.answer_byline(answer, view))}]{new}]")
                st.text(answer.body)


def render_texts(texts: tuple[FamilyText, ...]) -> None:
    """The short texts, each folded under its title."""
    st.markdown(f"# {_('For families')}", anchors=False)
    st.markdown(_("Short texts by our team. Read one when it suits you; none of them is a duty."))
    for text in texts:
        with st.expander(literal(text.title), icon=f":material/{text.icon}:"):
            for paragraph in text.paragraphs:
                st.markdown(literal(paragraph))
            if text.source:
                st.caption(literal(_("Source: {source}").format(source=text.source)))

"""Draws the alerts of one patient and takes what is done about them. Forms open over the page, so that the columns keep
their place; what was typed stays when somebody else was faster."""

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from core.actions import alerts as actions
from core.actions.alerts import ClosingAction
from core.language import _
from core.queries.alerts import AlertView
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal, open_form
from dashboard.wording import alerts as words
from models import AlertVerb

_ACTIONS = tuple(action.value for action in ClosingAction)


def render_alerts(view: ResponseView) -> None:
    """Open alerts in the order of their due time, then what was closed lately, folded."""
    waiting = [alert for alert in view.alerts if not alert.closed]
    closed = [alert for alert in view.alerts if alert.closed]
    with card("alerts"):
        count = f" :small[:gray[{len(waiting)}]]" if waiting else ""
        st.markdown("### " + _("Needs response") + count, anchors=False)
        if not waiting:
            st.caption(_("Nothing needs an answer here at the moment."))
        for alert in waiting:
            _render_alert(alert, view)
        if closed and st.button(
            _("Closed lately: {n}").format(n=len(closed)), type="tertiary", icon=":material/history:", key="closed"
        ):
            open_form(_("Closed in the last two weeks"), _render_closed, closed, view)


def _render_alert(alert: AlertView, view: ResponseView) -> None:
    zone, main = view.patient.time_zone, words.first_action(alert)
    with st.container(border=True, key=f"alert-{alert.id}", gap="xsmall"):
        due = f"{words.due_icon(alert)} **{literal(words.heading(alert, view.now, zone))}**"
        due = f":red[{due}]" if alert.overdue else due
        what = " · ".join(filter(None, (words.title(alert.rule), words.state_line(alert, zone))))
        said = literal(" ".join(words.facts(alert, zone)))
        caution = words.caution(alert.rule)
        asked = f"{said} **{literal(words.asked_for(alert))}**" + (f" *{caution}*" if caution else "")
        st.markdown(f"{due} :small[:gray[{literal(what)}]]  \n{asked}")
        for words_said in words.quoted(alert):
            st.text(words_said)
        with st.container(horizontal=True, gap="xsmall"):
            if _button(alert, AlertVerb.CLOSE, main[0], main[2], primary=True):
                open_form(main[0], _render_close, alert, view)
            if _button(alert, AlertVerb.HAND_OVER, _("Hand over")):
                open_form(_("Hand over"), _render_hand_over, alert, view)
            if _button(alert, AlertVerb.SNOOZE, _("Later…")):
                open_form(_("Look at it later"), _render_snooze, alert, view)
            if (
                not alert.mine
                and alert.can[AlertVerb.HAND_OVER] is None
                and st.button(_("I take it"), type="tertiary", key=f"take-{alert.id}")
            ):
                _do(actions.hand_over, alert, said=_("It is yours now."), to=context.current_user().staff_id)
            if alert.can[AlertVerb.ACKNOWLEDGE] is None and _button(alert, AlertVerb.ACKNOWLEDGE, _("Seen")):
                _do(actions.acknowledge, alert, said=_("Marked as seen by you."))
            if st.button(_("Why"), type="tertiary", key=f"why-{alert.id}"):
                open_form(_("Why this is here"), _render_why, alert, view)


def _button(alert: AlertView, verb: AlertVerb, label: str, icon: str | None = None, *, primary: bool = False) -> bool:
    reason = alert.can[verb]
    return st.button(
        label, icon=icon, type="primary" if primary else "secondary" if verb is AlertVerb.HAND_OVER else "tertiary",
        key=f"{verb}-{alert.id}", disabled=reason is not None, help=reason,
    )  # fmt: skip


def _do(step: Callable[..., None], alert: AlertView, /, *, said: str, **arguments: object) -> None:
    """Carry out one verb on the version that is on screen; what was typed stays where it fails."""
    key = context.form_key(f"{alert.id}:{step.__name__}")
    if context.act(step, key=key, said=said, alert_id=alert.id, version=alert.version, **arguments):
        st.rerun()


def _render_close(alert: AlertView, view: ResponseView) -> None:
    """What was done, in words, with the day of the next look; one form, one effect."""
    zone = ZoneInfo(view.patient.time_zone)
    today = view.now.astimezone(zone).date()
    st.markdown(literal(" ".join(words.facts(alert, view.patient.time_zone))))
    for words_said in words.quoted(alert):
        st.text(words_said)
    with st.form(f"close-{alert.id}", border=False):
        done = st.selectbox(
            _("What was done"), _ACTIONS, index=_ACTIONS.index(words.first_action(alert)[1].value),
            format_func=words.closing_action,
        )  # fmt: skip
        text = st.text_area(_("In a few words"), placeholder=_("What you heard, what you agreed."), height=100)
        left, right = st.columns(2)
        review = left.date_input(
            _("Next review"), value=words.review_day(view.now.astimezone(zone), alert).date(), min_value=today
        )
        useful = right.segmented_control(
            _("Was this alert useful?"), [True, False], format_func=lambda yes: _("Yes") if yes else _("No")
        )
        pressed = st.form_submit_button(_("Close the alert"), type="primary", width="stretch")
    if pressed:
        _do(
            actions.close, alert, said=_("Closed, with your words and the next review."),
            action=done or "", text=text, next_review=review, useful=useful,
        )  # fmt: skip
    reason = alert.can[AlertVerb.ACT]
    if st.button(_("Not yet, but I am on it"), type="tertiary", disabled=reason is not None, help=reason):
        _do(actions.act, alert, said=_("Marked as in hand."), text=text)


def _render_hand_over(alert: AlertView, view: ResponseView) -> None:
    others = [one for one in view.colleagues if one.staff_id != alert.owner_id]
    with st.form(f"hand-over-{alert.id}", border=False):
        to = st.selectbox(_("To whom"), others, format_func=lambda one: one.name, index=None)
        text = st.text_area(_("What they should know"), height=80)
        pressed = st.form_submit_button(_("Hand over"), type="primary", width="stretch")
    if pressed and to is None:
        st.warning(_("Choose a colleague."))
    elif pressed and to is not None:
        said = _("Handed over to {name}, who is told.").format(name=to.name)
        _do(actions.hand_over, alert, said=said, to=to.staff_id, text=text)
    if st.button(_("To the team lead instead"), type="tertiary", icon=":material/north_east:"):
        _do(actions.escalate, alert, said=_("The team lead has it now and is told."), text=text)


def _render_snooze(alert: AlertView, view: ResponseView) -> None:
    zone = ZoneInfo(view.patient.time_zone)
    proposed = words.review_day(view.now.astimezone(zone), alert)
    with st.form(f"snooze-{alert.id}", border=False):
        left, right = st.columns(2)
        day = left.date_input(_("Come back on"), value=proposed.date(), min_value=view.now.astimezone(zone).date())
        clock = right.time_input(_("at"), value=time(9, 0))
        text = st.text_area(_("Why it can wait"), height=80)
        pressed = st.form_submit_button(_("Put off"), type="primary", width="stretch")
    st.caption(_("The due time stays what it is; an urgent one comes back within a day."))
    if pressed:
        _do(actions.snooze, alert, said=_("Put off."), until=datetime.combine(day, clock, zone), text=text)


def _render_why(alert: AlertView, view: ResponseView) -> None:
    for line in words.why(alert):
        st.markdown(line)
    _render_history(alert, view)


def _render_history(alert: AlertView, view: ResponseView) -> None:
    for step in alert.history:
        st.caption(literal(words.step_line(step, view.patient.time_zone)))
        if step.action:
            st.markdown(literal(words.closing_action(step.action)))
        if step.text:
            st.text(step.text)


def _render_closed(closed: list[AlertView], view: ResponseView) -> None:
    for alert in closed:
        st.markdown(f"**{literal(words.title(alert.rule))}**")
        _render_history(alert, view)
        if alert.can[AlertVerb.REOPEN] is None:
            _render_reopen(alert)


def _render_reopen(alert: AlertView) -> None:
    """Something new came up after all: the reason, and it is new again."""
    with st.form(f"reopen-{alert.id}", border=False):
        text = st.text_input(_("Open it again because"))
        pressed = st.form_submit_button(_("Open again"), icon=":material/undo:")
    if pressed:
        _do(actions.reopen, alert, said=_("Open again."), text=text)

"""Draws how a person is asked, for patient and therapist alike: the load first, then what can be changed."""

from datetime import date, time, timedelta

import streamlit as st

from core.actions.prompt_plans import agree_on_prompts
from core.check_ins.plan import LONGEST_BASELINE, MOST_A_DAY
from core.language import _
from core.queries.prompt_plan import PromptPlanView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import prompts as words


def render_prompt_plan(view: PromptPlanView) -> None:
    """The plan of one patient and the form to change it."""
    st.markdown(f"# {literal(words.title(view))}", anchors=False)
    st.markdown(literal(words.lead(view)))
    with card("load"):
        st.markdown(f"### {literal(words.load(view))}", anchors=False)
        st.markdown(literal(words.minutes(view) + " " + words.today(view)))
        st.caption(literal(f"{words.became(view.week, days=7)} {words.became(view.month, days=28)}"))
        for code, became in view.by_kind.items():
            if not view.own:
                st.caption(f"{literal(words.kind(code))}: {literal(words.became(became, days=28))}")
    _render_form(view)
    st.caption(literal(f"{words.changed(view)} {words.default_note()}"))


def _render_form(view: PromptPlanView) -> None:
    plan, version = view.agreed.plan, view.agreed.version
    name = f"prompts-{view.patient_id}-{version}"
    with st.form(name):
        left, right = st.columns(2)
        first, last = plan.hours
        wakes = left.time_input(_("Not before"), value=first, step=900)
        sleeps = right.time_input(_("Not after"), value=last, step=900)
        morning = st.toggle(_("Ask about the night, in the morning"), value=plan.morning)
        evening = st.toggle(_("Ask about the day, in the evening"), value=plan.evening)
        moments = st.number_input(
            _("Short requests during the day"), 0, MOST_A_DAY, value=plan.moments_a_day,
            help=_("At chance moments between waking and evening."),
        )  # fmt: skip
        with st.expander(_("The closer look at the start")):
            days = st.number_input(_("How many days"), 0, LONGEST_BASELINE, value=plan.baseline_days)
            closer = st.number_input(_("Short requests a day"), 0, MOST_A_DAY, value=plan.baseline_a_day)
            again = st.checkbox(_("Begin it anew today"))
        eating = st.toggle(_("Ask about urges and meals"), value=plan.eating)
        safety = st.toggle(
            _("Ask about safety once a day"), value=plan.safety,
            help=_("Only for who chooses it. An answer above zero reaches the team and opens the screen for help."),
        )  # fmt: skip
        remind = st.segmented_control(
            _("Ask once more when it was not opened, after"), sorted({0, 15, 30, 60, plan.remind_after}),
            default=plan.remind_after, required=True,
            format_func=lambda n: _("{n} min").format(n=n) if n else _("never"),
        )  # fmt: skip
        paused = st.date_input(
            _("Pause until"), value=_day(plan.paused_until, view.today_date), min_value=view.today_date
        )
        pressed = st.form_submit_button(_("Agree on this"), type="primary", width="stretch")
    settings = {
        "wakes": _clock(wakes), "sleeps": _clock(sleeps), "morning": morning, "evening": evening,
        "moments_a_day": int(moments), "baseline_days": int(days), "baseline_a_day": int(closer), "eating": eating,
        "safety": safety, "remind_after": int(remind or 0), "paused_until": _iso(paused, view.today_date),
    }  # fmt: skip
    if pressed and context.act(
        agree_on_prompts, key=context.form_key(name), patient_id=view.patient_id, settings=settings, version=version,
        baseline_from=view.today_date if again else None,
    ):  # fmt: skip
        st.rerun()


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _day(kept: str | None, today: date) -> date | None:
    """The end of a pause that is not over."""
    return date.fromisoformat(kept) if kept and kept > today.isoformat() else None


def _iso(day: object, today: date) -> str | None:
    """A pause that is over, or that ends today, is none."""
    return day.isoformat() if isinstance(day, date) and day - today > timedelta(0) else None

"""Draws the rules with their live figures, the rehearsal of one, and the form that puts it in force."""

import uuid
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.actions.rules import set_rule
from core.language import _
from core.queries.rule_figures import RuleFigures, RulesView, people_of_changes
from core.rehearsal.rehearse import REHEARSED, Rehearsal, rehearse
from core.rules.in_force import range_of
from dashboard import context
from dashboard.charts.palette import palette
from dashboard.charts.rules import rehearsal_figure
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import rules as words

QUIET = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}
RULE, RESULT, PROGRAMME = "rules_chosen", "rules_rehearsed", "rules_programme"
FIRST = "ewma_change"  # the one that most often asks for another threshold
NAME, SHOWN = 190, 40


def render_rules(view: RulesView) -> None:
    """Every rule with what it brought, most alerts first; those of which there is nothing to say share a line."""
    quiet = [rule for rule in view.rules if rule.runs and not rule.alerts and not rule.changes]
    with card("rules"):
        st.markdown(f"### {_('How the rules do')}", anchors=False)
        st.markdown(literal(words.load(view)))
        st.caption(literal(words.budget_note()))
        for rule in sorted(view.rules, key=lambda one: -one.alerts):
            if rule not in quiet:
                _render_rule(rule, view.time_zone)
        if quiet:
            st.caption(literal(words.quiet(quiet)))


def _render_rule(rule: RuleFigures, time_zone: str) -> None:
    with st.container(gap="xxsmall", key=f"rule-{rule.rule}"):
        left, right = st.columns([6, 1], vertical_alignment="center", gap="small")
        off = "" if rule.runs else f" :gray-badge[{_('off')}]"
        lines = literal(" · ".join(words.rule_lines(rule)))
        left.markdown(f"**{literal(words.rule_title(rule.rule))}**{off}  \n:small[:gray[{lines}]]")
        if rule.rule in REHEARSED:
            right.button(
                _("Rehearse"), key=f"rehearse-{rule.rule}", type="tertiary", on_click=_choose, args=(rule.rule,)
            )
        for change in rule.changes[:3]:
            st.caption(":material/person_edit: " + literal(words.change_line(change, time_zone)))


def _choose(rule: str) -> None:
    st.session_state[RULE] = rule
    st.session_state.pop(RESULT, None)


def _forget() -> None:
    st.session_state.pop(RESULT, None)


def render_rehearsal(view: RulesView) -> None:
    """Choose a rule and its thresholds, replay, and put in force."""
    programmes = dict(view.programmes)
    st.session_state.setdefault(RULE, FIRST)
    with card("rehearsal"):
        st.markdown(f"### {_('Rehearse a rule')}", anchors=False)
        left, right = st.columns(2)
        left.selectbox(_("Rule"), REHEARSED, key=RULE, format_func=words.rule_title, on_change=_forget)
        right.selectbox(
            _("For whom"), list(programmes), index=None, key=PROGRAMME, format_func=programmes.__getitem__,
            placeholder=_("The whole service"), on_change=_forget,
        )  # fmt: skip
        chosen = next(rule for rule in view.rules if rule.rule == st.session_state[RULE])
        thresholds = _thresholds(chosen)
        if thresholds is not None:
            _replay(chosen, thresholds)
        result: Rehearsal | None = st.session_state.get(RESULT)
        if result is not None and result.rule == chosen.rule:
            _render_result(result, chosen)


def _thresholds(chosen: RuleFigures) -> dict[str, float] | None:
    """The numbers tried, when the replay is asked for."""
    names = list(chosen.thresholds)
    in_a_row = len(names) + 1 if len(names) < 4 else 3
    with st.form(f"rehearse-form-{chosen.rule}", border=False):
        places: list[DeltaGenerator] = []
        while len(places) <= len(names):
            places += st.columns(in_a_row, vertical_alignment="bottom")
        tried = {
            name: _number(place, chosen.rule, name, chosen.thresholds[name])
            for name, place in zip(names, places, strict=False)
        }
        pressed = places[len(names)].form_submit_button(
            _("Replay the last year"), type="primary", icon=":material/replay:", width="stretch"
        )
    return tried if pressed else None


def _number(place: DeltaGenerator, rule: str, name: str, value: float) -> float:
    """What counts something is tried in whole numbers, the rest in steps that suit it, without digits it has not."""
    allowed, label, key = range_of(name), words.threshold(rule, name), f"try-{rule}-{name}"
    if allowed.whole:
        return place.number_input(
            label, value=int(value), min_value=int(allowed.low), max_value=int(allowed.high), key=key
        )
    return place.number_input(
        label,
        value=float(value),
        min_value=allowed.low,
        max_value=allowed.high,
        step=_step(value),
        format="%g",
        key=key,
    )


def _step(value: float) -> float:
    return 1.0 if value >= 10 and float(value).is_integer() else 0.5 if value >= 2 else 0.1 if value >= 0.5 else 0.05


def _replay(chosen: RuleFigures, thresholds: dict[str, float]) -> None:
    bar = st.progress(0.0, text=_("Going through the past"))
    st.session_state[RESULT] = context.work_out(
        rehearse, rule=chosen.rule, thresholds=thresholds, programme_id=st.session_state.get(PROGRAMME),
        progress=lambda done, everyone: bar.progress(done / max(everyone, 1), text=_("Going through the past")),
    )  # fmt: skip
    bar.empty()


def _render_result(result: Rehearsal, chosen: RuleFigures) -> None:
    st.markdown(f"**{literal(words.difference(result))}** {literal(words.asked(result))}")
    figure = rehearsal_figure(result, palette(dark=context.is_dark()))
    st.caption(_("Alerts for each therapist, by week"))
    st.plotly_chart(figure, key="rehearsal-weeks", theme=None, config=QUIET, alt=words.alt(result))
    _render_worth(result)
    _render_people(context.read(people_of_changes, changes=result.changes), result)
    st.caption(literal(words.cautions(result)))
    _render_set(result, chosen)


def _render_worth(result: Rehearsal) -> None:
    with st.container(gap="xxsmall", key="rehearsal_worth"):
        _row("", f":gray[{_('as it is')}]", f":gray[{_('proposed')}]")
        for (question, before), (_same, after) in zip(
            words.worth(result.now), words.worth(result.proposed), strict=True
        ):
            _row(literal(question), literal(before), f"**{literal(after)}**")


def _row(*cells: str) -> None:
    for place, cell in zip(st.columns([5, 4, 4], gap="small"), cells, strict=True):
        place.markdown(cell)


def _render_people(people: Sequence[tuple[uuid.UUID, str, int, int]], result: Rehearsal) -> None:
    if not result.changes:
        return
    with st.expander(_("For whom it would differ, among those you may open: {n}").format(n=len(people))):
        for patient_id, name, before, after in people[:SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    to_page("case_review"), label=literal(name), query_params={"patient": str(patient_id)}, width=NAME
                )
                st.markdown(f":gray[{literal(words.person_line(before, after))}]", width="stretch")
        if len(people) > SHOWN:
            st.caption(_("and {n} more").format(n=len(people) - SHOWN))


def _render_set(result: Rehearsal, chosen: RuleFigures) -> None:
    if chosen.fixed:
        st.caption(literal(words.fixed()))
        return
    with st.form(f"set-{chosen.rule}", border=False):
        runs = st.toggle(_("The rule runs"), value=True)
        label = _("Put in force as {name}").format(name=context.current_user().name)
        pressed = st.form_submit_button(label, type="primary", icon=":material/done:")
    said = _("In force from now on, with your name.")
    if pressed and context.act(
        set_rule, key=context.form_key(f"set-{chosen.rule}"), said=said, rule=result.rule, runs=runs,
        thresholds=dict(result.thresholds), programme_id=result.programme_id,
        rehearsed={"per_week": result.proposed.per_week, "alerts": result.proposed.alerts, "people": result.people},
    ):  # fmt: skip
        _forget()
        st.rerun()

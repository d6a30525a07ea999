"""Draws the list of ideas and the form for a new one."""

import uuid
from collections.abc import Sequence

import streamlit as st

from core.actions.ideas import LONGEST, Words, propose_idea
from core.language import _
from core.queries.ideas import IdeaLine, IdeasView
from dashboard import context
from dashboard.charts.ideas import groups_figure
from dashboard.charts.palette import palette
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import ideas as words

QUIET = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}
PARAMETER = "idea"
LABEL = 46  # characters of a need that a row of the figure has room for
RANKED = 8  # (d) ideas in the figure


def render_ideas(view: IdeasView) -> None:
    """The ranking as a figure, every idea below it, those that ended last."""
    going = [line for line in view.ideas if not words.ended(line)]
    ended = [line for line in view.ideas if words.ended(line)]
    ranking, lines = st.columns([5, 7], gap="small")
    with ranking:
        st.markdown(literal(words.summary(view)))
        _render_form(len(view.ideas))
        _render_ranking([line for line in going if line.standing.together][:RANKED])
    with lines:
        for line in going:
            _render_line(line)
        if ended:
            st.markdown(f"### {_('What came of others')}", anchors=False)
            for line in ended:
                _render_line(line)


def _render_ranking(lines: Sequence[IdeaLine]) -> None:
    if len(lines) < 2:
        return
    rows = [
        (f"{n}. {_short(line.need)}", {maker: nuf.mean for maker, nuf in line.standing.groups.items()})
        for n, line in enumerate(lines, start=1)
    ]
    with card("ranking"):
        st.markdown(f"### {_('Where the groups put them')}", anchors=False)
        st.caption(_("New, useful and feasible together, 0 to 10. Each group counts the same, however many rated."))
        st.plotly_chart(
            groups_figure(rows, palette(dark=context.is_dark())), key="ideas-ranking", theme=None, config=QUIET,
            alt=words.ranked_alt(list(lines)),
        )  # fmt: skip


def _short(need: str) -> str:
    return need if len(need) <= LABEL else need[: LABEL - 1].rsplit(" ", 1)[0] + "…"


def _render_line(line: IdeaLine) -> None:
    with card(f"idea-{line.id}"), st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{literal(line.need)}**", width="stretch")
            st.badge(words.state(line.state), color="grey")
        render_about(line)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(literal(words.own_rating(line)), width="stretch")
            label = _("Open") if line.own or words.ended(line) else _("Open and rate")
            st.page_link(
                to_page("made_together"),
                label=label,
                icon=":material/arrow_forward:",
                query_params={PARAMETER: str(line.id)},
            )


def render_about(line: IdeaLine) -> None:
    """For whom, what would be better, how it stands, what came of it."""
    about = _("For: {whom} · {by}").format(whom=line.for_whom, by=words.proposed_by(line))
    st.caption(literal(about))
    st.text(line.better)
    if line.standing.rated:
        st.caption(":material/bubble_chart: " + literal(words.standing(line.standing)))
    if came := words.came_of_it(line):
        st.caption(":material/task_alt: " + literal(came))


def _render_form(count: int) -> None:
    name = f"propose-{count}"  # empty again once the idea is there
    with (
        st.expander(_("Propose an idea"), icon=":material/lightbulb:", key=f"expander-{name}"),
        st.form(name, border=False),
    ):
        need = st.text_area(_("What is needed?"), height=80, max_chars=LONGEST["need"])
        whom = st.text_input(_("For whom?"), max_chars=LONGEST["for_whom"])
        better = st.text_area(_("What would be better then?"), height=80, max_chars=LONGEST["better"])
        named = st.checkbox(_("My name may stand beside it (otherwise only my group)"))
        st.caption(_("Please write nothing about anybody’s illness: everyone who takes part reads this."))
        pressed = st.form_submit_button(_("Propose"), type="primary")
    if pressed and context.act(
        propose_idea, key=context.form_key(name), words=Words(need, whom, better, named), said=_("Your idea is there.")
    ):
        st.rerun()


def chosen_idea() -> uuid.UUID | None:
    """The idea of the address, if it names one."""
    try:
        return uuid.UUID(st.query_params.get(PARAMETER, ""))
    except ValueError:
        return None

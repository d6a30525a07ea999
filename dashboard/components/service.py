"""Draws the director's view: a paragraph, five figures at a glance, then a card for each question, each figure with its
definition one click away."""

from collections.abc import Sequence

import streamlit as st

from core.language import _
from core.queries.service_figures import FigureView, ServiceView
from dashboard import context
from dashboard.charts import service as charts
from dashboard.charts.palette import Palette, palette
from dashboard.charts.plain import PlainFigure
from dashboard.components.layout import card, literal
from dashboard.wording import service as words

QUIET = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}
GLANCE = ("coverage", "using", "answered", "reply_team", "alerts")


def render_glance(view: ServiceView) -> None:
    """The five figures that are asked for first."""
    with st.container(key="service_glance"):
        for column, code in zip(st.columns(len(GLANCE), gap="small"), GLANCE, strict=True):
            figure = view[code]
            with column, st.container(border=True, key=f"glance_{code}", gap="xxsmall", height="stretch"):
                st.markdown(f":gray[{literal(words.name(code))}]", help=literal(words.definition(code)))
                said = words.say(code, figure.value.value) if figure.value else "–"
                st.markdown(f"## {literal(said)}", anchors=False)
                st.caption(literal(" · ".join(part for part in (words.stands_on(figure), words.was(figure)) if part)))


def render_cards(view: ServiceView, *, reference: bool) -> None:
    """Every question of the page, in three columns: the relationship, its reach, its work."""
    theme = palette(dark=context.is_dark())
    left, middle, right = st.columns(3, gap="small")
    with left:
        _render_alliance(view, theme)
        _render_recommendation(view, theme)
        _render_values(_("Usable and satisfying"), view, ("usability", "satisfied_app", "satisfied_platform"))
        _render_shares(_("After twelve weeks"), view, ("improved", "recovered", "worse"), theme, reference=reference)
    with middle:
        _render_funnel(view, theme, reference=reference)
        _render_weeks(view, theme, reference=reference)
        _render_trend(view, "answered", theme, reference=reference)
        _render_shares(_("Steps of care, in a quarter"), view, ("steps_up", "steps_down"), theme, reference=False)
    with right:
        _render_trend(view, "reply_team", theme)
        _render_values(_("Messages both ways"), view, ("messages_in", "messages_out", "reply_patient"))
        _render_trend(view, "alerts", theme)
        _render_trend(view, "kept", theme)
        _render_values(_("What alerts were worth"), view, ("useful",))


def _draw(figure: PlainFigure, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=f"service-{key}", theme=None, config=QUIET, alt=alt)


def _render_alliance(view: ServiceView, theme: Palette) -> None:
    sides = [view["alliance_patient"], view["alliance_therapist"]]
    with card("service_alliance"):
        st.markdown(f"### {_('Alliance, both sides')}", anchors=False)
        for figure in (*sides, view["alliance_gap"]):
            _render_line(figure)
        shown = [side for side in sides if side.points]
        if shown:
            _draw(
                charts.trend_figure(shown, theme, releases=view.releases),
                "alliance",
                " ".join(words.alt(side) for side in shown),
            )
            said = [f"{words.name(side.code)}: {words.change(side)}" for side in shown]
            patient, therapist = _("patients"), _("therapists")
            st.caption(f":green[●] {patient} · :orange[◆] {therapist} · {literal(' '.join(said))}")


def _render_line(figure: FigureView) -> None:
    """A figure as one line: name, value, interval, what it stands on; its definition behind the question mark."""
    name, about = literal(words.name(figure.code)), literal(words.definition(figure.code))
    if figure.value is None:
        st.markdown(f"{name} :gray[{literal(words.absent(figure))}]", help=about)
        return
    interval = words.interval(figure.code, figure.value)
    detail = " · ".join(part for part in (interval, words.stands_on(figure), words.was(figure)) if part)
    value = literal(words.say(figure.code, figure.value.value))
    st.markdown(f"{name} **{value}** :small[:gray[{literal(detail)}]]", help=about)


def _render_names(figures: Sequence[FigureView]) -> None:
    """The names under a figure of several, each with its definition."""
    with st.container(horizontal=True, gap="small"):
        for figure in figures:
            name = literal(words.name(figure.code))
            st.markdown(f":small[:gray[{name}]]", help=literal(words.definition(figure.code)), width="content")


def _render_values(title: str, view: ServiceView, codes: Sequence[str]) -> None:
    with card(f"service_{codes[0]}"):
        st.markdown(f"### {title}", anchors=False)
        for code in codes:
            _render_line(view[code])


def _render_trend(view: ServiceView, code: str, theme: Palette, *, reference: bool = False) -> None:
    figure = view[code]
    with card(f"service_{figure.code}"):
        st.markdown(f"### {literal(words.name(figure.code))}", anchors=False)
        _render_line(figure)
        if figure.points:
            known = words.reference(figure.code) if reference else None
            drawn = charts.trend_figure([figure], theme, reference=known[0] if known else None, releases=view.releases)
            _draw(drawn, figure.code, words.alt(figure))
            st.caption(literal(" ".join(part for part in (words.change(figure), known[1] if known else "") if part)))


def _render_recommendation(view: ServiceView, theme: Palette) -> None:
    figure = view["nps"]
    with card("service_nps"):
        st.markdown(f"### {_('Would they recommend it?')}", anchors=False)
        _render_line(figure)
        if figure.value is not None:
            _draw(charts.nps_figure(figure.value, theme), "nps", words.alt(figure))
            st.caption(words.earlier_note())


def _render_funnel(view: ServiceView, theme: Palette, *, reference: bool) -> None:
    with card("service_funnel"):
        st.markdown(f"### {_('From offer to use')}", anchors=False)
        _draw(charts.funnel_figure(view, theme), "funnel", " ".join(words.alt(view[code]) for code in charts.FUNNEL))
        _render_names([view[code] for code in charts.FUNNEL])
        for code in ("left_early", "days_to_accept", "days_to_start"):
            _render_line(view[code])
        if reference:
            _render_references(charts.FUNNEL)


def _render_weeks(view: ServiceView, theme: Palette, *, reference: bool) -> None:
    figure = view["answered_by_week"]
    with card("service_weeks"):
        st.markdown(
            f"### {literal(words.name(figure.code))}", anchors=False, help=literal(words.definition(figure.code))
        )
        if not figure.parts:
            st.markdown(f":gray[{literal(words.absent(figure))}]")
            return
        known = words.reference("answered") if reference else None
        said = ", ".join(f"{int(part)}: {words.say('answered', one.value)}" for part, one in figure.parts.items())
        _draw(charts.weeks_figure(figure, theme, reference=known[0] if known else None), "weeks", said)
        st.caption(literal(known[1]) if known else _("Week of treatment; the last point holds all later weeks."))


def _render_shares(
    title: str, view: ServiceView, codes: Sequence[str], theme: Palette, *, reference: bool
) -> None:  # fmt: skip
    figures = [view[code] for code in codes]
    with card(f"service_{codes[0]}"):
        st.markdown(f"### {title}", anchors=False)
        drawn = charts.shares_figure(figures, theme, reference=reference)
        _draw(drawn, codes[0], " ".join(words.alt(figure) for figure in figures))
        _render_names(figures)
        if reference:
            _render_references(codes)


def _render_references(codes: Sequence[str]) -> None:
    known = [one[1] for code in codes if (one := words.reference(code))]
    if known:
        st.caption(literal(" · ".join(known)))

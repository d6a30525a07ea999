"""Draws the releases that came of ideas, with what people said of the product before and after."""

from datetime import date

import streamlit as st

from core.actions.ideas import LONGEST, mark_release
from core.language import _
from core.queries.releases import WINDOW, ReleasesView
from dashboard import context
from dashboard.charts.ideas import release_figure
from dashboard.charts.palette import palette
from dashboard.components.ideas import QUIET
from dashboard.components.layout import card, literal
from dashboard.wording import ideas as words


def render_releases(view: ReleasesView, *, may_steer: bool) -> None:
    """The newest first; who steers marks a new one."""
    if view.simulated:
        st.badge(_("Simulated service"), icon=":material/science:", color="grey")
    if may_steer:
        _render_mark(len(view.releases), view.today)
    if not view.releases:
        st.caption(_("No release is marked yet. What comes of an idea is shown here, with how it went."))
    for told in view.releases:
        with card(f"release-{told.id}"):
            st.markdown(f"### {literal(told.name)}", anchors=False)
            st.markdown(literal(words.released(told)))
            figure = release_figure(told.measured, palette(dark=context.is_dark()))
            lines = [words.before_after(one) for one in told.measured]
            if figure is not None:
                st.caption(
                    _("Ring: the {n} days before. Disc: the {n} days after, each with its 95 % interval.").format(
                        n=WINDOW.days
                    )
                )
                st.plotly_chart(figure, key=f"release-{told.id}", theme=None, config=QUIET, alt=" ".join(lines))
            for line in lines:
                st.caption(literal(line))


def _render_mark(count: int, today: date) -> None:
    name = f"release-{count}"
    with (
        st.expander(_("Mark a release"), icon=":material/new_releases:", key=f"expander-{name}"),
        st.form(name, border=False),
    ):
        title = st.text_input(_("What is new, in a few words"), max_chars=LONGEST["release"])
        day = st.date_input(_("In everybody’s hands since"), today, max_value=today)
        if st.form_submit_button(_("Mark"), type="primary") and context.act(
            mark_release, key=context.form_key(name), name=title, released_on=day
        ):
            st.rerun()

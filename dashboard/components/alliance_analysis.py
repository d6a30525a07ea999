"""Draws the alliance of the whole service: development, agreement, associations, and the tables to take away."""

import streamlit as st

from core.access.actor import Actor
from core.actions.analysis import note_export
from core.analysis.alliance import AllianceAnalysis, AllianceData, analyse
from core.analysis.estimate import Estimate
from core.analysis.small_cells import rounded
from core.analysis.tables import as_csv, as_json, as_xlsx
from core.language import _
from core.queries.alliance_analysis import alliance_data
from dashboard import context
from dashboard.charts.alliance_analysis import agreement_figure, development_figure, forest_figure
from dashboard.charts.palette import palette
from dashboard.components.layout import card, literal
from dashboard.wording import alliance_analysis as words

KEPT = "alliance_analysis"  # (who, analysis)
QUIET = {"displayModeBar": False}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_analysis(actor: Actor) -> AllianceAnalysis:
    """The analysis of this person's visit: computed once, aggregates alone, with a bar that says how far it is."""
    kept = st.session_state.get(KEPT)
    if kept is None or kept[0] != actor.user_id:
        kept = (actor.user_id, _computed(context.read(alliance_data)))
        st.session_state[KEPT] = kept
    found: AllianceAnalysis = kept[1]
    return found


def _computed(data: AllianceData) -> AllianceAnalysis:
    bar = st.progress(0.0)

    def say(part: str, share: float) -> None:
        bar.progress(share, text=words.working_on(part))

    found = analyse(data, say)
    bar.empty()
    return found


def render_development(analysis: AllianceAnalysis) -> None:
    """How each side's alliance develops over the months."""
    with card("development"):
        st.markdown(f"### {_('How the alliance develops')}", anchors=False)
        for found in analysis.development:
            st.markdown(literal(words.development_sentence(found)))
        if any(found.points for found in analysis.development):
            figure = development_figure(analysis, palette(dark=context.is_dark()))
            st.plotly_chart(figure, key="development", theme=None, config=QUIET, alt=words.figure_texts()[0])
        for found in analysis.development:
            checks = words.checks_line(words.development_checks(found))
            if checks:
                st.caption(f"{words.side_name(found.side).capitalize()}: {literal(checks)}")
        _render_effects(analysis)


def _render_effects(analysis: AllianceAnalysis) -> None:
    with st.expander(_("The models")):
        lines = [f"| {_('side')} | {_('effect')} | {_('estimate (95 %)')} | p | n |", "| --- | --- | --- | --- | --- |"]
        for found in analysis.development:
            for term, effect in found.model.effects.items():
                cells = (
                    words.side_name(found.side), literal(term), words.estimate(effect, 3), words.p_value(effect.p),
                    str(rounded(found.model.groups)),
                )  # fmt: skip
                lines.append(f"| {' | '.join(cells)} |")
        st.markdown("\n".join(lines))
        st.caption(
            _(
                "Linear mixed models by restricted maximum likelihood: points of item mean (1–5), time in months since "
                "enrolment, programmes compared with the first; intervals by Student's t."
            )
        )


def render_agreement(analysis: AllianceAnalysis) -> None:
    """Whether the two sides agree."""
    found = analysis.agreement
    with card("agreement"):
        st.markdown(f"### {_('Whether patients and therapists agree')}", anchors=False)
        st.markdown(literal(words.agreement_sentence(found)))
        if found.levels:
            figure = agreement_figure(found, palette(dark=context.is_dark()))
            st.plotly_chart(figure, key="agreement", theme=None, config=QUIET, alt=words.figure_texts()[1])
        st.caption(literal(words.checks_line(words.agreement_checks(found))))
        with st.expander(_("All six intraclass correlations")):
            lines = [f"| ICC | {_('what it asks')} | {_('estimate (95 %)')} | F | p | n |", "|" + " --- |" * 6]
            lines += [_icc_row(form, estimate) for form, estimate in found.icc.items()]
            lines.append(f"| r | {_('both views go together')} | {words.estimate(found.r)} | – | "
                         f"{words.p_value(found.r.p)} | {rounded(found.r.n)} |")  # fmt: skip
            st.markdown("\n".join(lines))


def _icc_row(form: str, found: Estimate) -> str:
    cells = (
        form, words.icc_name(form), words.estimate(found), words.number(found.F), words.p_value(found.p),
        str(rounded(found.n)),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def render_associations(analysis: AllianceAnalysis) -> None:
    """What goes with the alliance."""
    found = analysis.associations
    with card("associations"):
        st.markdown(f"### {_('What goes with it')}", anchors=False)
        st.markdown(literal(words.association_sentence(found)))
        theme = palette(dark=context.is_dark())
        for key, rows in (
            ("forest", tuple(f for f in found if f.outcome != "watoci")),
            ("forest-watoci", tuple(f for f in found if f.outcome == "watoci")),
        ):
            if any(f.rho.value is not None for f in rows):
                figure = forest_figure(rows, theme)
                st.plotly_chart(figure, key=key, theme=None, config=QUIET, alt=words.figure_texts()[2])
        st.caption(literal(words.checks_line(words.association_checks(found))))
        with st.expander(_("All associations")):
            header = (_("alliance"), _("with"), _("ρ (95 %)"), "n", "q", _("with age and time held equal"), "q")
            lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
            for row in found:
                cells = (
                    words.variable(row.outcome), words.variable(row.predictor), words.estimate(row.rho),
                    str(rounded(row.rho.n)), words.p_value(row.q), words.estimate(row.partial),
                    words.p_value(row.partial_q),
                )  # fmt: skip
                lines.append(f"| {' | '.join(cells)} |")
            st.markdown("\n".join(lines))


def render_heading(analysis: AllianceAnalysis) -> None:
    """What the page is, what it stands on, and what can be taken away; that it was taken is logged."""
    st.title(_("The alliance of the service"), anchor=False)
    st.markdown(literal(words.intro(analysis)))
    name = f"alliance-{analysis.as_of.isoformat()}"
    files = (
        ("csv", _("Tables as CSV"), as_csv, "text/csv"), ("xlsx", _("Tables as XLSX"), as_xlsx, XLSX),
        ("json", _("Parameters of the analysis"), as_json, "application/json"),
    )  # fmt: skip
    with st.container(horizontal=True):
        if st.button(_("Compute again"), icon=":material/refresh:"):
            st.session_state.pop(KEPT, None)
            st.rerun()
        for kind, label, make, mime in files:
            st.download_button(
                label, make(analysis), file_name=f"{name}.{kind}", mime=mime, icon=":material/download:",
                key=f"export-{kind}", on_click=_note, args=(kind,),
            )  # fmt: skip


def _note(kind: str) -> None:
    context.act(note_export, key=context.form_key(f"export-{kind}"), said=_("The export is noted."), kind=kind)

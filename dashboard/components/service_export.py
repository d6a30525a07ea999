"""The director's figures on their way out: a workbook, and a report that can be put before a board. Both are made when
somebody opens the menu, which the log notes."""

from collections.abc import Sequence

import streamlit as st

from core.export.document import Block, Document, Heading, Line, Table
from core.export.sheets import Cell, to_xlsx
from core.language import _
from core.queries.model_cards import model_cards
from core.queries.service_figures import FigureView, ServiceView, export_figures
from core.signals.card import CardView
from dashboard import context
from dashboard.charts.service import FUNNEL
from dashboard.charts.service_print import bars_picture, nps_picture, trend_picture, weeks_picture
from dashboard.components.calibration import groups_table, with_groups
from dashboard.components.service import GLANCE
from dashboard.wording import service as words
from dashboard.wording.model_figures import groups_note, groups_sentence, groups_title

OPEN = "service_export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render_export(view: ServiceView) -> None:
    """The menu with both files; they are made only while it is open."""
    with st.popover(_("Export"), icon=":material/download:", key=OPEN, on_change="rerun"):
        if not st.session_state.get(OPEN):
            return
        chosen = context.read(
            export_figures, weeks=view.weeks, programme_id=view.programme.id if view.programme else None,
            team_id=view.team.id if view.team else None,
        )  # fmt: skip
        from core.export.pdf import to_pdf  # brings fpdf, which only the file needs

        stem = f"service-{chosen.last_day or ''}-{chosen.weeks}-weeks"
        st.markdown(words.protection())
        made = to_pdf(report(chosen, context.read(model_cards)))
        st.download_button(_("Report for the board (PDF)"), made, f"{stem}.pdf", "application/pdf")
        st.download_button(_("All figures (XLSX)"), to_xlsx(workbook(chosen)), f"{stem}.xlsx", XLSX)


def workbook(view: ServiceView) -> dict[str, list[list[Cell]]]:
    """Every figure that is shown, its trend with the usual range, and what the figures are."""
    figures: list[list[Cell]] = [
        [_("figure"), _("value"), _("low (95 %)"), _("high (95 %)"), _("counted, to the nearest 5"),
         _("weeks in a point"), _("definition")]
    ]  # fmt: skip
    trends: list[list[Cell]] = [
        [_("figure"), _("weeks to"), _("value"), _("usual centre"), _("usual from"), _("usual to")]
    ]
    weeks: list[list[Cell]] = [[_("week of treatment"), _("entries answered")]]
    for code, figure in view.figures.items():
        value = figure.value
        numbers: list[Cell] = [None] * 4 if value is None else [value.value, value.low, value.high, value.n]
        figures.append([words.name(code), *_short(numbers), figure.weeks or None, words.definition(code)])
        trends += _trend_rows(figure)
    for part, one in view["answered_by_week"].parts.items():
        weeks.append([words.treatment_week(part, list(view["answered_by_week"].parts)), round(one.value, 2)])
    about: list[list[Cell]] = [[view.service], [words.scope(view)], [words.as_of(view)], [words.protection()]]
    return {_("Figures"): figures, _("Trends"): trends, _("By week of treatment"): weeks, _("About"): about}


def _short(numbers: list[Cell]) -> list[Cell]:
    return [round(one, 3) if isinstance(one, float) else one for one in numbers]


def _trend_rows(figure: FigureView) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for place, point in enumerate(figure.points):
        usual = figure.limits
        limits: list[Cell] = [usual.centre, usual.lower[place], usual.upper[place]] if usual else [None] * 3
        rows.append([words.name(figure.code), point.day.isoformat(), *_short([point.value, *limits])])
    return rows


def report(view: ServiceView, cards: Sequence[CardView]) -> Document:
    """The report: the paragraph, five figures, then the relationship, reach, work and outcome with their charts,
    whether the models' estimates came true for every group, and the definitions at the end."""
    subtitle = f"{words.scope(view)} · {words.as_of(view)}"
    blocks: list[Block] = [Line(words.headline(view)), _table(view, GLANCE)]
    blocks += [Heading(_("The relationship")), *_alliance(view)]
    blocks += [Heading(_("Reach and use")), bars_picture([view[code] for code in FUNNEL])]
    blocks += [_table(view, ("left_early", "days_to_accept", "days_to_start")), *_trend(view["answered"])]
    if view["answered_by_week"].parts:
        blocks += [Heading(words.name("answered_by_week"), 2), weeks_picture(view["answered_by_week"])]
    blocks += [Heading(_("Messages and replies")), *_trend(view["reply_team"])]
    blocks += [_table(view, ("messages_in", "messages_out", "reply_patient"))]
    blocks += [Heading(_("Outcome after twelve weeks")), bars_picture([view[c] for c in OUTCOME]), *_references()]
    blocks += [_table(view, ("steps_up", "steps_down"))]
    blocks += [Heading(_("Alerts and the work they make")), *_trend(view["alerts"]), *_trend(view["kept"])]
    blocks += [_table(view, ("useful",)), *_calibration(cards), Heading(_("How to read this"))]
    blocks += [Line(words.protection()), Line(_trends_note())]
    blocks += [Line(f"{words.name(code)}: {words.definition(code)}", quiet=True) for code in view.figures]
    return Document(_("{service}: how the service is doing").format(service=view.service), subtitle, tuple(blocks),
                    _("Made with Vincle. Figures of groups, no person can be found in them."))  # fmt: skip


OUTCOME = ("improved", "recovered", "worse")


def _alliance(view: ServiceView) -> list[Block]:
    sides = [view[code] for code in ("alliance_patient", "alliance_therapist") if view[code].points]
    blocks: list[Block] = [trend_picture(sides)] if sides else []
    shown = ("alliance_patient", "alliance_therapist", "alliance_gap", "coverage", "usability", "satisfied_app",
             "satisfied_platform", "nps")  # fmt: skip
    return [*blocks, _table(view, shown), *_recommendation(view["nps"])]


def _recommendation(figure: FigureView) -> list[Block]:
    if figure.value is None:
        return []
    return [Heading(_("Would they recommend it?"), 2), nps_picture(figure), Line(words.earlier_note(), quiet=True)]


def _calibration(cards: Sequence[CardView]) -> list[Block]:
    blocks: list[Block] = []
    for card in with_groups(cards):
        head, *rows = groups_table(card)
        blocks += [Heading(groups_title(card), 2), Table(head, tuple(rows))]
        blocks += [Line(groups_sentence(card), quiet=True)]
    title = Heading(_("Do the estimates come true, for everyone?"))
    return [title, Line(groups_note(), quiet=True), *blocks] if blocks else []


def _trend(figure: FigureView) -> list[Block]:
    if not figure.points:
        return [Line(f"{words.name(figure.code)}: {words.absent(figure)}.")]
    return [Heading(words.name(figure.code), 2), trend_picture([figure]), Line(words.change(figure), quiet=True)]


def _references() -> list[Block]:
    known = [(code, words.reference(code)) for code in OUTCOME]
    return [Line(f"{words.name(code)}: {one[1]}", quiet=True) for code, one in known if one]


def _trends_note() -> str:
    return _(
        "The grey band of a trend is its own usual range (control limits: p-chart for shares of people, XmR "
        "chart else; "
        "the newest eight of twenty or more points are judged by those before). Within it, ups and downs mean nothing."
    )


def _table(view: ServiceView, codes: tuple[str, ...]) -> Table:
    rows = []
    for code in codes:
        figure = view[code]
        value = figure.value
        said = (words.say(code, value.value), words.interval(code, value)) if value else ("–", "")
        rows.append((words.name(code), *said, words.stands_on(figure), words.was(figure)))
    head = (_("figure"), _("value"), _("95 % interval"), _("stands on"), _("before"))
    width = len(head) if any(row[-1] for row in rows) else len(head) - 1  # of twelve months nothing before is kept
    return Table(head[:width], tuple(row[:width] for row in rows))

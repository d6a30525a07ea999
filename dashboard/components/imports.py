"""The import page's parts: what the columns mean, what a trial found, which imports there were."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.actions.import_runs import undo
from core.export.tables import as_csv
from core.ingest.sniff import Glance
from core.ingest.suggestion import ColumnDraft, Draft, Use
from core.language import _, say_time
from core.measures import catalogue
from core.queries.import_runs import RunsView, RunView
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import imports as words
from models import Measure

ORDERS = ("ymd", "dmy", "mdy")
EXAMPLES = 8


def render_head(seen: Glance) -> None:
    """The first rows of a file, as they stand in it."""
    with st.expander(_("The first rows of {file}").format(file=literal(seen.name)), icon=":material/table:"):
        st.dataframe(pd.DataFrame(seen.rows[:EXAMPLES], columns=_apart(seen.header)), hide_index=True)


def _apart(header: tuple[str, ...]) -> list[str]:
    """Column names as a frame needs them: none twice."""
    return [name if header.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(header)]


def edit_draft(draft: Draft, key: str) -> Draft:
    """The proposal as a table to mend; returns it as it was mended."""
    says, labels = words.uses(), _labels()
    frame = pd.DataFrame(
        {
            "name": [column.name for column in draft.columns],
            "examples": [" · ".join(column.examples) for column in draft.columns],
            "use": [says[column.use] for column in draft.columns],
            "measure": [labels.get(str(column.measure)) for column in draft.columns],
            "low": [column.low for column in draft.columns],
            "high": [column.high for column in draft.columns],
        }
    ).astype({"low": "float64", "high": "float64", "measure": "object"})
    mended = st.data_editor(
        frame, key=f"columns-{key}", hide_index=True, column_config=_columns(says, labels), placeholder=""
    )
    columns = tuple(_read(row, draft, says, labels) for row in mended.to_dict("records"))
    return replace(_settings(draft, key), columns=columns)


def _columns(says: dict[Use, str], labels: dict[str, str]) -> dict[str, Any]:
    ends: dict[str, Any] = {"width": "small", "format": "%g"}
    return {
        "name": st.column_config.TextColumn(_("Column"), disabled=True),
        "examples": st.column_config.TextColumn(_("For example"), disabled=True),
        "use": st.column_config.SelectboxColumn(_("It is"), options=list(says.values()), required=True),
        "measure": st.column_config.SelectboxColumn(_("Measure"), options=sorted(labels.values())),
        "low": st.column_config.NumberColumn(_("Scale from"), **ends),
        "high": st.column_config.NumberColumn(_("to"), **ends),
    }


def _settings(draft: Draft, key: str) -> Draft:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.text_input(
            _("Name of the source"), draft.source, key=f"source-{key}", max_chars=40, width=220,
            help=_("Its people and values are known by this name for good: small letters, digits, hyphens."),
        )  # fmt: skip
        orders = {"ymd": _("year, month, day"), "dmy": _("day, month, year"), "mdy": _("month, day, year")}
        order = st.selectbox(
            _("Dates are written"), ORDERS, ORDERS.index(draft.order), format_func=orders.__getitem__,
            key=f"order-{key}", width=200,
        )  # fmt: skip
        zone = st.text_input(_("Clock times are those of"), draft.time_zone, key=f"zone-{key}", width=200)
        prompts = st.toggle(
            _("Each row is a request for an entry"), draft.prompts, key=f"prompts-{key}",
            help=_("Then a row without answers counts as a request that was not answered."),
        )  # fmt: skip
    return replace(draft, source=source.strip(), time_zone=zone.strip(), order=order, prompts=prompts)


def _read(row: dict[Hashable, Any], draft: Draft, says: dict[Use, str], labels: dict[str, str]) -> ColumnDraft:
    """A row of the table, back as a column. A measure that is chosen for a column makes it one."""
    use = next((use for use, said in says.items() if said == row["use"]), Use.NOTHING)
    code = next((code for code, label in labels.items() if label == row["measure"]), None)
    before = next(column for column in draft.columns if column.name == row["name"])
    chosen = code is not None and before.measure is None and use is Use.NOTHING
    use = Use.VALUE if chosen else use
    low, high = (None if value is None or pd.isna(value) else float(str(value)) for value in (row["low"], row["high"]))
    if code is not None and (low is None or high is None):
        low, high = catalogue()[code].low, catalogue()[code].high
    return ColumnDraft(before.name, use, code if use is Use.VALUE else None, low, high, before.examples)


def _labels() -> dict[str, str]:
    """Each measure's name with its scale, by its code."""
    return {code: _label(measure) for code, measure in catalogue().items() if code != "prompts_answered"}


def _label(measure: Measure) -> str:
    scale = "" if measure.low is None or measure.high is None else f" {measure.low:g}–{measure.high:g}"
    return f"{_(measure.label)}{scale} ({measure.code})"


def lacking(draft: Draft) -> list[str]:
    """What has to be said before the proposal can be tried."""
    wanted = {
        _("whose entries they are"): bool(draft.of(Use.PERSON)),
        _("when they were made"): bool(draft.of(Use.TIME) or (draft.of(Use.DATE) and draft.of(Use.CLOCK))),
        _("at least one measure"): any(column.measure for column in draft.of(Use.VALUE)),
    }
    return [name for name, there in wanted.items() if not there]


def render_report(report: words.AnyReport) -> None:
    """What a trial found, or an import did."""
    with st.container(border=True):
        icon = ":material/science:" if report.dry_run else ":material/check_circle:"
        st.markdown(f"{icon} **{literal(words.title(report))}**")
        table = pd.DataFrame(words.rows(report), columns=["", _("in the file"), _("new")])
        st.table(table.set_index(""), border="horizontal", width=420)
        for line in words.remarks(report):
            st.caption(literal(line))
        _render_not_taken(report)


def _render_not_taken(report: words.AnyReport) -> None:
    listed = words.not_taken(report)
    if not listed:
        return
    head = (_("Where"), _("Why it was not taken"))
    with st.expander(_("What was not taken ({n})").format(n=len(listed)), icon=":material/rule:"):
        st.dataframe(pd.DataFrame(listed[:500], columns=list(head)), hide_index=True)
        st.download_button(
            _("All of them as CSV"), as_csv([dict(zip(head, row, strict=True)) for row in listed]),
            f"{Path(report.file).stem}-not-taken.csv", "text/csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def render_runs(view: RunsView) -> None:
    """The newest imports, each of which can be taken back."""
    st.subheader(_("Imports so far"), anchor=False)
    if not view.runs:
        st.caption(_("Nothing was imported yet."))
    for run in view.runs:
        _render_run(run, view.time_zone, by=_("command line") if run.by is None else run.by)
    if view.sent:
        with st.expander(_("Sent by devices and partners"), icon=":material/cable:"):
            for run in view.sent:
                _render_run(run, view.time_zone)


def _render_run(run: RunView, time_zone: str, *, by: str = "") -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        parts = [f"**{literal(run.file or run.source)}**", say_time(run.at, time_zone), literal(by)]
        st.markdown(f"{' · '.join(part for part in parts if part)}  \n{words.brought(run)}", width="stretch")
        if run.undone_at is None:
            _render_undo(run)
        else:
            st.caption(_("Taken back {when}").format(when=say_time(run.undone_at, time_zone)), width="content")


def _render_undo(run: RunView) -> None:
    with st.popover(_("Take back"), icon=":material/undo:"):
        st.markdown(words.undo_explained(run))
        key = context.form_key(f"undo-{run.id}")
        if st.button(_("Take this import back"), key=f"undo-{run.id}", type="primary") and context.act(
            undo, key=key, said=_("The import was taken back."), run_id=run.id
        ):
            st.rerun()


def counting(bar: Callable[[str], object]) -> Callable[[int], None]:
    """Says how far the reading has come."""

    def progress(read: int) -> None:
        bar(_("{n} read").format(n=f"{read:,}"))

    return progress

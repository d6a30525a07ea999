"""Import: a file is looked at, what its columns mean is proposed and mended, tried without writing anything, then
taken in. Every import can be taken back."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.access.permissions import Permission
from core.actions.imports import Request, import_csv
from core.actions.intake import Way, source_name, take_in
from core.errors import VincleError
from core.ingest.arrival import arrived
from core.ingest.devices import Device, read_export
from core.ingest.devices.clock import known_zone
from core.ingest.fhir import read_fhir
from core.ingest.load import OWN_MAPPINGS, fitting, load_mapping, parse_mapping
from core.ingest.mapping import Mapping
from core.ingest.placement import Wish
from core.ingest.reader import file_hash
from core.ingest.sniff import glance
from core.ingest.suggestion import as_text, suggest
from core.language import _
from core.queries.accounts import accounts_of
from core.queries.import_runs import import_runs
from dashboard import context
from dashboard.components.imports import counting, edit_draft, lacking, render_head, render_report, render_runs
from dashboard.wording.imports import lacking as say_lacking
from models import Role

LARGEST = 200  # MB; larger files come in by the command line
TABLE, FHIR = "table", "fhir"


def _kinds() -> dict[str, str]:
    return {
        TABLE: _("Table (CSV)"), FHIR: "FHIR", Device.FITBIT: "Fitbit", Device.APPLE_HEALTH: "Apple Health",
        Device.OPEN_MHEALTH: "Open mHealth", Device.MINDLAMP: "mindLAMP",
    }  # fmt: skip


def _mapping(path: Path, key: str, zone: str) -> Mapping | None:
    """What the columns mean: proposed and mended, one of ours, or written out."""
    ways = {"": _("proposed from the file")} | {one.stem: one.stem for one in sorted(OWN_MAPPINGS.glob("*.yaml"))}
    seen = glance(path)
    fits = list(ways).index(fitting(seen.header))
    way = st.selectbox(
        _("What the columns mean"), list(ways), fits, format_func=ways.__getitem__, width=320, key=f"way-{key}"
    )
    if way:
        return load_mapping(Path(way))
    render_head(seen)
    draft = edit_draft(suggest(seen, time_zone=zone), key)
    missing = lacking(draft)
    with st.expander(_("As text, for what the table cannot say"), icon=":material/code:"):
        text = st.text_area(_("Mapping"), as_text(draft), height=320, key=f"text-{key}-{hash(as_text(draft))}")
    if missing and text == as_text(draft):
        st.info(say_lacking(missing), icon=":material/edit:")
        return None
    return parse_mapping(text, name=seen.name)


def _whose(kind: str) -> str | None:
    """Whom a device's export is about; FHIR says so by itself."""
    if kind == FHIR:
        return ""
    words = _("Whose export this is: a number at the source, or the person's number in Vincle")
    return st.text_input(words, max_chars=120, width=520).strip() or None


def _take(kind: str, path: Path, wish: Wish, how: Mapping | str, zone: str, *, dry_run: bool) -> Any:
    """Try the file or import it; the report, or nothing where it was refused (the reason is on screen)."""
    progress = counting(st.empty().caption)
    with st.spinner(_("Reading")):
        if isinstance(how, Mapping):
            return context.read(import_csv, request=Request(path, how, wish, dry_run=dry_run), progress=progress)
        way = Way(source=source_name(kind), kind="device", name=kind, wish=wish, dry_run=dry_run)
        items = read_fhir(path) if kind == FHIR else read_export(Device(kind), path, person=how, zone=known_zone(zone))
        return context.read(take_in, way=way, items=items, file=path.name, sha256=file_hash(path), progress=progress)


def _wish() -> Wish:
    accounts = [one for one in context.read(accounts_of, role=Role.THERAPIST) if one.enabled]
    names = {one.username: f"{one.name} · {one.team}" for one in accounts}
    chosen = st.selectbox(_("New people are treated by"), list(names), format_func=names.__getitem__, width=320)
    return Wish(therapist=chosen)


def _new_import(home: Path, zone: str) -> None:
    kinds = _kinds()
    kind = st.segmented_control(_("Kind of file"), list(kinds), default=TABLE, format_func=kinds.__getitem__) or TABLE
    given = st.file_uploader(_("File, up to {n} MB").format(n=LARGEST), max_upload_size=LARGEST, key=f"file-{kind}")
    if given is None:
        return
    with arrived(home, given.name, given.getbuffer()) as path:
        key = f"{kind}-{file_hash(path)[:16]}"
        how = _mapping(path, key, zone) if kind == TABLE else _whose(kind)
        wish = _wish()
        tried = (key, wish, how)
        with st.container(horizontal=True):
            trial = st.button(_("Try it: nothing is written"), icon=":material/science:", disabled=how is None)
            sure = how is not None and st.session_state.get("import_tried") == tried
            real = st.button(_("Import"), icon=":material/upload:", type="primary", disabled=not sure)
        if how is not None and (trial or real):
            st.session_state["import_report"] = _take(kind, path, wish, how, zone, dry_run=trial)
            st.session_state["import_tried"] = tried if trial else None
            st.rerun()


context.require(Permission.IMPORT_DATA)
st.title(_("Import"), anchor=False)
st.caption(_("A file is looked at and tried first: nothing is written. Each import can be taken back."))
imported = context.read(import_runs)
try:
    _new_import(context.home(), imported.time_zone)
except VincleError as error:
    context.say(error)
if "import_report" in st.session_state:
    render_report(st.session_state["import_report"])
render_runs(imported)

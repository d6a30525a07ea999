"""The shape of the house, held by tests: how a service call looks, that none ends a transaction by itself, that times
come with their person, and that files stay small."""

import ast
import inspect
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint
from sqlmodel import Session

from core.access.actor import Actor
from models import Base
from tests.factories.services import Call, everything_with_by, service_calls

ROOT = Path(__file__).parents[2]
SOURCES = ("core", "models", "seed", "dashboard", "pages", "bench")
ENDS_A_TRANSACTION = {"commit", "rollback", "begin", "begin_nested", "close_all"}


@pytest.mark.parametrize("call", everything_with_by().values(), ids=everything_with_by())
def test_a_service_call_takes_a_session_and_then_names(call: Call) -> None:
    parameters = list(inspect.signature(call).parameters.values())
    assert (parameters[0].name, parameters[0].annotation) == ("session", Session)
    assert {p.kind for p in parameters[1:]} == {inspect.Parameter.KEYWORD_ONLY}
    kinds = {p.name: p.annotation for p in parameters}
    assert kinds["by"] is Actor
    assert kinds["now"] is datetime
    assert inspect.signature(call).return_annotation is not inspect.Signature.empty
    assert inspect.getdoc(call)


SERVICES = sorted([*(ROOT / "core" / "actions").glob("*.py"), *(ROOT / "core" / "queries").glob("*.py")])


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: f"{file.parent.name}.{file.stem}")
def test_a_service_call_never_ends_its_transaction(file: Path) -> None:
    called = {node.func.attr for node in ast.walk(ast.parse(file.read_text())) if _is_method_call(node)}
    assert called & ENDS_A_TRANSACTION == set()


def _is_method_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def test_every_moment_with_its_person_is_held_together_by_the_database() -> None:
    unpaired = []
    for table in Base.metadata.sorted_tables:
        checks = " ".join(str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint))
        for column in table.columns:
            person = column.name.removesuffix("_at") + "_by"
            nullable = column.nullable
            if column.name.endswith("_at") and person in table.columns and nullable and f"{person} IS" not in checks:
                unpaired.append(f"{table.name}.{column.name}")
    assert unpaired == []


def test_calls_about_a_patient_name_it_the_same_way() -> None:
    odd = [name for name, call in service_calls().items() if "patient" in inspect.signature(call).parameters]
    assert odd == []


def python_files() -> Iterator[Path]:
    for folder in SOURCES:
        yield from (f for f in (ROOT / folder).rglob("*.py") if "versions" not in f.parts)


@pytest.mark.parametrize("file", sorted(python_files()), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_says_why_it_exists_and_stays_small(file: Path) -> None:
    text = file.read_text()
    assert ast.get_docstring(ast.parse(text)) or not text.strip(), "no docstring"
    assert len(text.splitlines()) <= (120 if file.parent.name == "pages" else 500)
    assert file.stem not in {"utils", "common", "helpers", "misc"}


def test_pages_and_dashboard_speak_no_sql() -> None:
    modules = {"sqlalchemy", "sqlmodel", "sqlite3", "psycopg"}
    found = [
        f"{file.relative_to(ROOT)}: {name}"
        for folder in ("pages", "dashboard/components", "dashboard/charts", "dashboard/wording")
        for file in (ROOT / folder).rglob("*.py")
        for name in imported(file)
        if name.split(".")[0] in modules
    ]
    assert found == []


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_map_of_the_house_knows_every_folder() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text()
    folders = {f"core/{file.parent.name}/" for file in ROOT.glob("core/*/*.py")}
    folders |= {f"dashboard/{file.parent.name}/" for file in ROOT.glob("dashboard/*/*.py")}
    assert {folder for folder in folders if f"`{folder}`" not in told} == set()

"""``python -m dashboard``: finds the commands by the files in ``dashboard/commands`` and imports only the one that
was asked for, so that ``--help`` is instant. An error of ours is one sentence and exit code 1, never a traceback."""

import ast
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import typer

from core.errors import VincleError

FOLDER = Path(__file__).parent / "commands"


def command_files() -> dict[str, Path]:
    """Every command's name and file (``import_.py`` is ``import``, ``load_wording.py`` is ``load-wording``)."""
    files = (file for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__")
    return {file.stem.rstrip("_").replace("_", "-"): file for file in files}


def summary(file: Path) -> str:
    """The first sentence of a file's docstring, without importing it."""
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".") + "."


def build(wanted: str | None) -> typer.Typer:
    """The application with ``wanted`` mounted for real and every other command by name and help only."""
    app = typer.Typer(
        name="vincle", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        help="Vincle: clinician decision support with the alliance in the middle.",
    )  # fmt: skip
    app.callback()(_root)
    for name, file in command_files().items():
        if name == wanted:
            _mount(app, name, summary(file), importlib.import_module(f"dashboard.commands.{file.stem}"))
        else:
            app.command(name, help=summary(file))(_root)
    return app


def _root() -> None:
    """Vincle: clinician decision support with the alliance in the middle."""


def _mount(app: typer.Typer, name: str, text: str, module: ModuleType) -> None:
    inner = getattr(module, "app", None)
    if inner is None:
        app.command(name, help=text)(getattr(module, module.__name__.rsplit(".", 1)[-1]))
    elif _is_one_command(inner, name):
        app.command(name, help=text)(inner.registered_commands[0].callback)
    else:
        app.add_typer(inner, name=name, help=text)


def _is_one_command(inner: typer.Typer, name: str) -> bool:
    commands = inner.registered_commands
    if len(commands) != 1 or inner.registered_groups or inner.registered_callback:
        return False
    only = commands[0]
    called = only.name or (only.callback.__name__.rstrip("_").replace("_", "-") if only.callback else "")
    return called in (name, "main", "run", f"{name}-command")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what a person can mend is said in one sentence on stderr (and as JSON when asked for)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    wanted = next((word for word in given if not word.startswith("-")), None)
    try:
        build(wanted)(args=given, prog_name="python -m dashboard")
    except VincleError as error:
        if "--json" in given:
            typer.echo(json.dumps({"error": str(error), "kind": type(error).__name__}))
        typer.echo(str(error), err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()

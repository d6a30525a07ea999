"""``python -m bench``: measures group by group, prints the table, writes ``VINCLE_HOME/bench.json``. Everything
measured lives in a folder of its own that is removed at the end; the installation in ``VINCLE_HOME`` is not touched."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bench import (
    analysis,
    check_in,
    explaining,
    features,
    files,
    ingest,
    night,
    pages,
    reads,
    rehearsal,
    rules,
    seeding,
    service_view,
    starts,
)
from bench.figures import Figure, keep, table
from core.start import load_settings

GROUPS: dict[str, Callable[[Path], list[Figure]]] = {
    "starts": starts.measure, "reads": reads.measure, "pages": pages.measure, "analysis": analysis.measure,
    "explaining": explaining.measure, "check-in": check_in.measure, "features": features.measure,
    "night": night.measure,
    "rehearsal": rehearsal.measure, "rules": rules.measure, "ingest": ingest.measure, "files": files.measure,
}  # fmt: skip
LARGE: dict[str, Callable[[Path], list[Figure]]] = {
    "seeding": seeding.measure, "service": service_view.measure,
    "night-large": night.measure_large, "rehearsal-large": rehearsal.measure_large,
    "rules-large": rules.measure_large, "files-large": files.measure_large,
}  # fmt: skip


def main(
    large: Annotated[bool, typer.Option(help="Also measure what takes longer.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only these groups.")] = None,
) -> None:
    """Measure, print, keep. A figure that misses its goal is marked; nothing fails for being slow."""
    file = load_settings().home / "bench.json"
    known = GROUPS | LARGE
    wanted = only or [*GROUPS, *(LARGE if large else ())]
    measured: list[Figure] = []
    for name in wanted:
        if name not in known:
            raise typer.BadParameter(f"{name} is none of {', '.join(known)}")
        typer.echo(f"· {name}", err=True)
        with tempfile.TemporaryDirectory(prefix=f"vincle-bench-{name}-") as folder:
            measured += known[name](Path(folder))
        keep(measured, file)
    typer.echo(table(measured))
    typer.echo(f"\nwritten to {file}")


if __name__ == "__main__":
    typer.run(main)

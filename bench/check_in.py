"""What one answer of a check-in costs the server: the tap is stored with its day, its alert where there is one, its log
entry, durable on the disk (SQLite), and the page that follows is read."""

import uuid
from pathlib import Path

from sqlmodel import select

from bench.figures import Figure, interleaved
from bench.people import patient_of
from bench.serve import Client, cookie_of, served
from core.actions.check_ins import answer
from core.queries.check_ins import check_in_page
from core.settings import Settings
from core.start import open_installation
from models import CheckIn
from tests.factories.installation import command

ROOT = Path(__file__).parents[1]
PEOPLE, DAYS, ANSWERS = 120, 180, 60
CODES = ("cheerful", "relaxed", "satisfied", "sad", "anxious", "tired", "lonely")


def measure(folder: Path) -> list[Figure]:
    """The median over answers of one patient among 120 with half a year of entries."""
    home = folder / "home"
    command(home, "seed", "--patients", str(PEOPLE), "--days", str(DAYS), "--seed", "5")
    with open_installation(Settings(home=home)) as opened:
        by, calls, said = patient_of(opened), opened.calls(), iter(range(10_000))

        def tap(kind: str, code: str, value: float) -> None:
            calls.run(
                answer, by=by, key=uuid.uuid4().hex, check_in_id=uuid.uuid5(by.user_id, kind), kind=kind, code=code,
                value=value,
            )  # fmt: skip
            calls.run(check_in_page, by=by, kind=kind)

        def ordinary() -> None:
            number = next(said)
            tap("momentary", CODES[number % len(CODES)], 1 + (number // len(CODES)) % 7)

        def safety() -> None:
            tap("safety", "wish_not_alive", 1 + next(said) % 4)

        plain, grave = interleaved(ordinary, safety, rounds=ANSWERS)
        with calls.transaction() as session:
            if session.exec(select(CheckIn).limit(1)).first() is None:
                raise RuntimeError("nothing was stored")
        shown = _page(home, cookie_of(opened, by.user_id))
    return [
        Figure("check-in: one answer with its page, served", round(1000 * (plain + shown), 1), 60, "lower", "ms"),
        Figure("check-in: server time for one answer", round(1000 * plain, 1), 60, "lower", "ms"),
        Figure("check-in: one answer about safety, alert included", round(1000 * grave, 1), 60, "lower", "ms"),
    ]


def _page(home: Path, cookie: str) -> float:
    """Seconds from a tap's message to the end of the run that draws the page anew, over the wire on this machine."""
    with served(ROOT / "dashboard" / "server.py", home) as server:
        client = Client(server, cookie=cookie, page="check_in", query="about=momentary")
        try:
            return interleaved(client.rerun, rounds=20, warm=5)[0]
        finally:
            client.close()

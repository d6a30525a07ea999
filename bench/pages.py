"""What a page costs beside a bare Streamlit page, and what throughput our settings of the collector give."""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, ratio
from bench.people import therapist_with_cookie
from bench.serve import Client, Served, cpu_per_rerun, reruns_per_second, served
from core.access.reach import reachable
from core.settings import Settings
from core.start import Installation, open_installation
from tests.factories.installation import command

ROOT = Path(__file__).parents[1]
ROUNDS, CLIENTS, SECONDS = 5, 10, 6.0
PAIRS, RERUNS = 15, 40  # side by side, for the speed of a machine changes within a run
STOCK = ("--runner.postScriptGC", "true", "--runner.magicEnabled", "true", "--runner.fastReruns", "true")
# The bare page imports what ours imports and draws nothing, or makes and draws the same figures out of constants.
_BARE = """
import dashboard.context, dashboard.navigation, dashboard.components
import gc, json, pathlib
import plotly.graph_objects as go
import streamlit as st

@st.cache_resource
def constants():
    found = json.loads(pathlib.Path({figures!r}).read_text())
    gc.collect(); gc.freeze()
    return found

st.set_page_config(page_title="bare", layout="wide")
for number, spec in enumerate(constants()):
    st.plotly_chart(go.Figure(spec), key=str(number))
"""


@dataclass(frozen=True, slots=True)
class House:
    """The demonstration that is measured: its folder, a therapist's cookie, a patient in care."""

    home: Path
    cookie: str
    patient: str


def measure(folder: Path) -> list[Figure]:
    """All figures about pages, on a seeded demonstration in ``folder``."""
    home = folder / "home"
    command(home, "seed", "--patients", "24", "--days", "200")
    command(home, "run", "--prepare-only")
    with open_installation(Settings(home=home)) as installation:
        house = House(home, *_therapist(installation))
    return [_empty_page(house, folder), _case_review(house, folder), _throughput(house)]


def _therapist(installation: Installation) -> tuple[str, str]:
    """A therapist's cookie and a patient within their reach."""
    by, cookie = therapist_with_cookie(installation)
    calls = installation.calls()
    with calls.transaction() as session:
        return cookie, str(session.exec(reachable(by, now=calls.clock())).first())


def _bare(folder: Path, figures: list[object]) -> Path:
    constants, script = folder / f"figures-{len(figures)}.json", folder / f"bare_{len(figures)}.py"
    constants.write_text(json.dumps(figures))
    script.write_text(_BARE.format(figures=str(constants)))
    return script


def _cost(ours: tuple[Served, Client], bare: tuple[Served, Client]) -> float:
    """The median over rounds of one's processor time over the other's."""
    for _, client in (ours, bare):
        for _turn in range(10):
            client.rerun()
    return statistics.median(
        cpu_per_rerun(*ours, reruns=RERUNS) / cpu_per_rerun(*bare, reruns=RERUNS) for _ in range(PAIRS)
    )


def _empty_page(house: House, folder: Path) -> Figure:
    with (
        served(ROOT / "bench" / "framed.py", house.home) as our_server,
        served(_bare(folder, []), house.home) as bare_server,
    ):
        ours, bare = Client(our_server, cookie=house.cookie), Client(bare_server)
        value = _cost((our_server, ours), (bare_server, bare))
    return ratio("empty signed-in page, CPU per rerun / bare Streamlit page with the same imports", value, 1.2)


def _case_review(house: House, folder: Path) -> Figure:
    query = f"patient={house.patient}"
    with served(ROOT / "dashboard" / "server.py", house.home) as our_server:
        ours = Client(our_server, cookie=house.cookie, page="case_review", query=query)
        figures = _drawn(ours)
        with served(_bare(folder, figures), house.home) as bare_server:
            value = _cost((our_server, ours), (bare_server, Client(bare_server)))
    return ratio("case review, CPU per rerun / bare page drawing the same charts from constants", value, 1.5)


def _drawn(client: Client) -> list[object]:
    """The figures of a page's run, as Plotly's own JSON."""
    client.rerun()
    elements = [m.delta.new_element for m in client.rerun() if m.WhichOneof("type") == "delta"]
    drawn = [json.loads(e.plotly_chart.spec) for e in elements if e.WhichOneof("type") == "plotly_chart"]
    if not drawn:
        raise RuntimeError("the case review drew no figure: is the page there and the patient within reach?")
    return drawn


def _throughput(house: House) -> Figure:
    def rate(*options: str, **environment: str) -> Callable[[], float]:
        def measured() -> float:
            with served(ROOT / "bench" / "framed.py", house.home, *options, **environment) as server:
                clients = [Client(server, cookie=house.cookie) for _ in range(CLIENTS)]
                reruns_per_second(clients, seconds=1.0)
                return reruns_per_second(clients, seconds=SECONDS)

        return measured

    ours, stock = rate(), rate(*STOCK, BENCH_STOCK="1")
    value = statistics.median(ours() / stock() for _ in range(ROUNDS))
    return ratio("reruns per second with 10 clients / the same under stock runner settings", value, 5, higher=True)

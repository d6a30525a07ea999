"""The colours and sizes of every figure, light and dark, and nowhere else: two people have two colours, each measure a
quiet one of its own. ``.streamlit/config.toml`` holds the same tokens for what Streamlit draws (a test compares them).

Lines and fills reach 3 : 1 on their ground, everything written 4.5 : 1; neighbours in one row differ in lightness or
shape too, so that they stay apart for colour-blind eyes.
"""

from dataclasses import dataclass
from typing import Any

FONT = '"Source Sans", "Source Sans Pro", sans-serif'


@dataclass(frozen=True, slots=True)
class Palette:
    """Tokens of one theme as ``#rrggbb``, except ``usual``, ``silence`` and ``focus`` (``rgba`` fills).

    ``unusual`` marks what is unlike the person's own usual, ``unusual_text`` writes about it; ``overdue`` is the only
    red and only for a time that has passed. Sizes are in px.
    """

    name: str
    background: str
    surface: str
    text: str
    muted: str
    border: str
    grid: str
    patient: str
    therapist: str
    positive: str
    negative: str
    urges: str
    meals: str
    activity: str
    sleep: str
    unusual: str
    unusual_text: str
    overdue: str
    usual: str
    silence: str
    focus: str
    tick: int = 11
    label: int = 12
    line: float = 1.8

    @property
    def is_dark(self) -> bool:
        """Whether these are the tokens of the dark theme."""
        return self.name == "dark"

    def font(self, size: int | None = None, color: str | None = None) -> dict[str, Any]:
        """A Plotly font of the house."""
        return {"family": FONT, "size": size or self.label, "color": color or self.text}

    def hover(self) -> dict[str, Any]:
        """What a hover label looks like."""
        return {"bgcolor": self.surface, "bordercolor": self.border, "font": self.font(12), "align": "left"}


LIGHT = Palette(
    name="light",
    background="#fbfaf7",
    surface="#f1efe8",
    text="#1f2a2c",
    muted="#5c6866",
    border="#e3dfd4",
    grid="#eae7de",
    patient="#0f6b66",
    therapist="#a2542f",
    positive="#2b6cb0",
    negative="#b7791f",
    urges="#7b4b94",
    meals="#968d74",
    activity="#6f8f8b",
    sleep="#4a6fa5",
    unusual="#b7791f",
    unusual_text="#885510",
    overdue="#a8322a",
    usual="rgba(92, 104, 102, 0.11)",
    silence="rgba(92, 104, 102, 0.10)",
    focus="rgba(15, 107, 102, 0.07)",
)
DARK = Palette(
    name="dark",
    background="#151a1a",
    surface="#202727",
    text="#e9e6de",
    muted="#a3aeab",
    border="#344040",
    grid="#273030",
    patient="#5bbcb3",
    therapist="#df9a78",
    positive="#7fb2e5",
    negative="#dfa84f",
    urges="#c39ad8",
    meals="#8c8672",
    activity="#6d8b88",
    sleep="#8fb0de",
    unusual="#dfa84f",
    unusual_text="#e6b769",
    overdue="#f08f84",
    usual="rgba(163, 174, 171, 0.13)",
    silence="rgba(163, 174, 171, 0.13)",
    focus="rgba(91, 188, 179, 0.09)",
)


def palette(*, dark: bool) -> Palette:
    """The tokens of the theme that is shown."""
    return DARK if dark else LIGHT

"""The tokens: the same in figures and in Streamlit's theme, legible, and without a green or a stray red."""

import tomllib
from pathlib import Path

import pytest

from dashboard.charts.palette import DARK, LIGHT, Palette

THEME = tomllib.loads(Path(".streamlit/config.toml").read_text())["theme"]
BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(color: str) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@BOTH
def test_streamlit_and_the_figures_have_the_same_tokens(theme: Palette) -> None:
    said = THEME[theme.name]
    ours = {
        "backgroundColor": theme.background, "secondaryBackgroundColor": theme.surface, "textColor": theme.text,
        "borderColor": theme.border, "primaryColor": theme.patient, "orangeColor": theme.therapist,
        "yellowColor": theme.unusual, "yellowTextColor": theme.unusual_text, "blueColor": theme.positive,
        "violetColor": theme.urges, "grayTextColor": theme.muted, "redColor": theme.overdue,
    }  # fmt: skip
    assert {name: said[name] for name in ours} == ours


@BOTH
def test_what_is_written_reaches_four_and_a_half_and_what_is_drawn_three(theme: Palette) -> None:
    written = (theme.text, theme.muted, theme.patient, theme.therapist, theme.unusual_text, theme.overdue)
    drawn = (theme.positive, theme.negative, theme.urges, theme.sleep, theme.meals, theme.activity, theme.unusual)
    assert min(contrast(color, ground) for color in written for ground in (theme.background, theme.surface)) >= 4.5
    assert min(contrast(color, theme.background) for color in drawn) >= 3.0


@BOTH
def test_no_token_is_a_plain_green(theme: Palette) -> None:
    colors = [value for name in theme.__slots__ if isinstance(value := getattr(theme, name), str) and value[:1] == "#"]
    greens = [c for c in colors if (rgb := channels(c))[1] > 1.25 * max(rgb[0], rgb[2]) and rgb[1] > 0.3]
    assert greens == []


def test_the_theme_of_streamlit_has_no_green_either() -> None:
    assert (THEME["light"]["greenColor"], THEME["dark"]["greenColor"]) == (LIGHT.patient, DARK.patient)

"""Instruments as data: definition files (``definitions/*.yaml``), the checks on them, and scoring."""

from core.instruments.library import instrument, instruments
from core.instruments.scoring import Flag, Scored, score

__all__ = ["Flag", "Scored", "instrument", "instruments", "score"]

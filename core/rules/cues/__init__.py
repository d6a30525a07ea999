"""Cues in what people write: phrases that ask for a response by a time. They quote words and never score a person."""

from core.rules.cues.scan import Cue, Scan, scan

__all__ = ["Cue", "Scan", "scan"]

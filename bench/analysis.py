"""What statistics cost: scoring answered instruments, and the analysis of a service's alliance."""

from itertools import cycle, islice
from pathlib import Path

import numpy as np

from bench.figures import Figure, interleaved
from core.analysis.alliance import analyse
from core.instruments import instrument, instruments, score
from core.instruments.definition import Range
from tests.factories.alliance_data import service_of

A_MILLION, SCORED = 1_000_000, 100_000  # what is asked for, and what is timed
PAIRS = 5_000
ROUNDS = 5


def measure(_folder: Path) -> list[Figure]:
    """Seconds for a million responses of all instruments in turn, a tenth of them with a gap; and for the whole
    analysis of 5,000 pairs at four occasions."""
    responses = _responses()
    data = service_of({"Day care": PAIRS // 2, "Oncology": PAIRS - PAIRS // 2})
    (scoring,) = interleaved(lambda: _score_all(responses), rounds=ROUNDS, warm=1)
    (analysis,) = interleaved(lambda: analyse(data), rounds=ROUNDS, warm=1)
    seconds = scoring * A_MILLION / SCORED
    return [
        Figure("scoring a million responses", round(seconds, 2), 20, "lower", "s"),
        Figure("alliance analysis, 5,000 pairs at 4 occasions", round(analysis, 2), 10, "lower", "s"),
    ]


def _score_all(responses: list[tuple[str, dict[str, float]]]) -> None:
    for code, answers in responses:
        score(code, answers)


def _responses() -> list[tuple[str, dict[str, float]]]:
    draws = np.random.default_rng(1)
    return [(code, _answers(code, draws)) for code in islice(cycle(instruments()), SCORED)]


def _answers(code: str, draws: np.random.Generator) -> dict[str, float]:
    definition = instrument(code)
    answers = {}
    for item in definition.items:
        options = definition.options_of(item)
        if isinstance(options, Range):
            answers[item.id] = float(draws.integers(int(options.low), int(options.high) + 1))
        else:
            answers[item.id] = options[int(draws.integers(len(options)))].answer
    if draws.random() < 0.1:
        answers.pop(definition.items[0].id)
    return answers

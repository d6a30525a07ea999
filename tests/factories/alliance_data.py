"""A service's alliance without names, made up for the analysis: two programmes, four occasions, both sides."""

from datetime import date

import numpy as np

from core.analysis.alliance import HELD_EQUAL, OCCASIONS, OUTCOMES, PREDICTORS, AllianceData, Ratings


def service_of(sizes: dict[str, int], *, seed: int = 11, rise: float = 0.03, spread: float = 0.3) -> AllianceData:
    """``sizes`` people in each programme; patients' ratings rise by ``rise`` points a month, therapists' stay; patients
    rate half a point higher; ``sus`` goes with the patients' alliance."""
    draws = np.random.default_rng(seed)
    programmes = tuple(name for name, size in sizes.items() for _ in range(size))
    n, days = len(programmes), [5.0 + 30.4 * months for months in OCCASIONS]
    level = draws.normal(3.5, 0.3, n)
    person, side, day, value = [], [], [], []
    for who in range(n):
        for which in (0, 1):
            for at in days:
                person.append(who)
                side.append(which)
                day.append(at)
                mean = level[who] + (0.5 + rise * at / 30.4 if which == 0 else 0.0)
                value.append(float(mean + spread * draws.standard_normal()))
    ratings = Ratings(np.array(person), np.array(side), np.array(day), np.array(value))
    pairs = np.column_stack([level + 0.5 + spread * draws.normal(size=n), level + spread * draws.normal(size=n)])
    columns = {name: draws.normal(size=n) for name in (*OUTCOMES, *PREDICTORS, *HELD_EQUAL, "watoci")}
    columns["patient_alliance"] = level
    columns["sus"] = level + 0.2 * draws.standard_normal(n)
    return AllianceData(date(2026, 11, 18), "Test service", True, programmes, ratings, pairs, columns)

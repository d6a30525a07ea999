"""Has somebody changed by more than measurement error, and is the change one that matters?"""

import math
from enum import StrEnum

Z = 1.96  # the change that chance alone exceeds in 5 of 100


class Change(StrEnum):
    """The four outcomes of Jacobson & Truax."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


def reliable_change(sd: float, reliability: float, *, z: float = Z) -> float:
    """The smallest difference between two scores that measurement error does not explain: z · SD · √2 · √(1 − r).

    ``sd`` in points of the score, ``reliability`` from 0 to below 1. Jacobson & Truax 1991, Journal of Consulting and
    Clinical Psychology 59:12-19. Raises ``ValueError`` for a negative SD or an impossible reliability.
    """
    if not (sd >= 0 and 0 <= reliability < 1):
        raise ValueError(f"SD {sd} and reliability {reliability} are no measurement error")
    return z * sd * math.sqrt(2 * (1 - reliability))


def clinical_cut_off(*, clinical: tuple[float, float], usual: tuple[float, float]) -> float:
    """Where a score is as near to people without the problem as to people with it; each is (mean, SD).

    (SD₁M₀ + SD₀M₁) / (SD₁ + SD₀), criterion c of Jacobson & Truax 1991. Raises ``ValueError`` without any spread.
    """
    (clinical_mean, clinical_sd), (usual_mean, usual_sd) = clinical, usual
    if clinical_sd + usual_sd <= 0:
        raise ValueError("without any spread there is no cut-off")
    return (clinical_sd * usual_mean + usual_sd * clinical_mean) / (clinical_sd + usual_sd)


def classify_change(
    before: float, after: float, *, reliable: float, better: int, cut_off: float | None = None
) -> Change:  # fmt: skip
    """What became of somebody: ``reliable`` is the reliable change in points, ``better`` 1 where more is better and −1
    where less is, ``cut_off`` the first score that counts as within the range of people without the problem.

    Recovered: reliably better and across the cut-off. Without a cut-off nobody counts as recovered. Raises
    ``ValueError`` where a score is missing or one of the others is not what it must be: nothing is then no change.
    """
    if not (math.isfinite(before) and math.isfinite(after) and reliable >= 0 and better in (1, -1)):
        raise ValueError(f"from {before} to {after} by {reliable} ({better}) there is no change to tell")
    gain = better * (after - before)
    if gain <= -reliable + 1e-9:
        return Change.DETERIORATED
    if gain < reliable - 1e-9:
        return Change.UNCHANGED
    crossed = cut_off is not None and better * (before - cut_off) < 0 <= better * (after - cut_off)
    return Change.RECOVERED if crossed else Change.IMPROVED

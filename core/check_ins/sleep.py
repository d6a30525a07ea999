"""What follows from the answers of the sleep diary (consensus sleep diary core, Carney 2012). Clock times are hours
since the midnight before the evening: 23.5 is half past eleven, 31.0 is seven in the morning."""

from collections.abc import Mapping

NOON = 15.0  # (d) a time before three in the afternoon belongs to the next morning
ASKED = ("bed_time", "sleep_attempt", "sleep_latency", "awakenings", "awake_after_onset", "sleep_offset", "out_of_bed")
DERIVED = ("sleep_onset", "sleep_hours", "sleep_efficiency")


def from_clock(hour: int, minute: int) -> float:
    """A time of the clock as hours since the midnight before the evening."""
    hours = hour + minute / 60
    return round(hours if hours >= NOON else hours + 24.0, 4)


def to_clock(hours: float) -> tuple[int, int]:
    """Hours since the midnight before the evening as a time of the clock."""
    minutes = round(hours * 60)
    return minutes // 60 % 24, minutes % 60


def derive(given: Mapping[str, float]) -> dict[str, float]:
    """Sleep onset (h), total sleep (h) and efficiency (%), as far as the answers suffice and agree.

    TST = (woke for good − tried to sleep) − SOL − WASO; SE = TST / (out of bed − went to bed). The time awake in bed
    after the last waking counts to the time in bed alone. No waking at all makes WASO 0.
    """
    found: dict[str, float] = {}
    attempt, latency = given.get("sleep_attempt", given.get("bed_time")), given.get("sleep_latency")
    if attempt is None or latency is None:
        return found
    found["sleep_onset"] = round(attempt + latency / 60, 2)
    awake = 0.0 if given.get("awakenings") == 0 else given.get("awake_after_onset")
    end = given.get("sleep_offset")
    if end is None or awake is None:
        return found
    hours = end - found["sleep_onset"] - awake / 60
    if not 0 < hours <= 24:
        return found
    found["sleep_hours"] = round(hours, 2)
    in_bed = given.get("out_of_bed", end) - given.get("bed_time", attempt)
    if in_bed >= hours:
        found["sleep_efficiency"] = round(100 * hours / in_bed, 1)
    return found

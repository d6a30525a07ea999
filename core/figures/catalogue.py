"""The figures of the director's view: of which kind each is, over which lengths of time it may be gathered, and where
its reference comes from. What it is called and how it is defined in words stands in ``dashboard.wording.service``."""

from dataclasses import dataclass
from enum import StrEnum

WEEK, MONTH, QUARTER, HALF, YEAR = 1, 4, 13, 26, 52  # weeks over which a point is gathered
DENSE = (WEEK, MONTH, QUARTER, HALF, YEAR)
SPARSE = (QUARTER, HALF, YEAR)
PERIODS = (QUARTER, HALF, YEAR)  # weeks that can be looked at
STARTED_WITHIN = 14  # days from acceptance to the first entry
IN_SESSION = 24.0  # (d) hours after the start of a session in which what was due there counts as answered in time
NO_ANSWER_AFTER = 28  # (d) days after which an offer without an answer counts as not accepted
USING_SHARE = 0.5  # (d) of the entries asked for: from there on somebody is said to use it
USING_DAYS = {"week_4": (21, 34), "week_12": (77, 90)}  # days since the start that are looked at
TREATMENT_WEEKS = 12  # shown one by one; later weeks together
OUTCOME_DAY, OUTCOME_FROM, OUTCOME_TO = 84, 42, 97  # day of judging, first and last day of the answer it rests on
BASELINE_TO = 21  # last day of the first answer


class Kind(StrEnum):
    """How a figure is made and drawn."""

    PEOPLE = "people"  # share of people: nobody small on either side of it, p-chart
    SHARE = "share"  # share of things (entries, replies): XmR chart
    MEAN = "mean"  # mean of values with a 95 % interval: XmR chart
    MEDIAN = "median"  # median of durations in classes: XmR chart
    RATE = "rate"  # things for each person-week or therapist-week: XmR chart
    NPS = "nps"  # share of 9–10 minus share of 0–6, in points


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``parts`` are its categories, where it has any. ``upwards`` is +1 where more is wished for, -1 where
    less is, 0 where neither; it never colours anything, it only words a change."""

    code: str
    kind: Kind
    gathered: tuple[int, ...]
    parts: tuple[str, ...] = ("",)
    upwards: int = 0


FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure("coverage", Kind.PEOPLE, (MONTH, QUARTER, HALF, YEAR), upwards=1),
        Figure("alliance_patient", Kind.MEAN, DENSE, upwards=1),
        Figure("alliance_therapist", Kind.MEAN, DENSE, upwards=1),
        Figure("alliance_gap", Kind.MEAN, DENSE),
        Figure("using", Kind.PEOPLE, DENSE, upwards=1),
        Figure("accepted", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("started", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("week_4", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("week_12", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("left_early", Kind.PEOPLE, SPARSE, upwards=-1),
        Figure("days_to_accept", Kind.MEDIAN, SPARSE, upwards=-1),
        Figure("days_to_start", Kind.MEDIAN, SPARSE, upwards=-1),
        Figure("answered", Kind.SHARE, DENSE, upwards=1),
        Figure(
            "answered_by_week", Kind.SHARE, SPARSE, tuple(f"{week:02d}" for week in range(1, TREATMENT_WEEKS + 2)),
            upwards=1,
        ),
        Figure("messages_in", Kind.RATE, DENSE),
        Figure("messages_out", Kind.RATE, DENSE),
        Figure("reply_team", Kind.MEDIAN, DENSE, upwards=-1),
        Figure("reply_patient", Kind.MEDIAN, DENSE),
        Figure("usability", Kind.MEAN, DENSE, upwards=1),
        Figure("satisfied_app", Kind.MEAN, DENSE, upwards=1),
        Figure("satisfied_platform", Kind.MEAN, DENSE, upwards=1),
        Figure("nps", Kind.NPS, DENSE, upwards=1),
        Figure("steps_up", Kind.PEOPLE, SPARSE),
        Figure("steps_down", Kind.PEOPLE, SPARSE),
        Figure("improved", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("recovered", Kind.PEOPLE, SPARSE, upwards=1),
        Figure("worse", Kind.PEOPLE, SPARSE, upwards=-1),
        Figure("alerts", Kind.RATE, DENSE, upwards=-1),
        Figure("useful", Kind.SHARE, DENSE, upwards=1),
        Figure("kept", Kind.SHARE, DENSE, upwards=1),
    )
}  # fmt: skip

# Reference marks, each with its source; they are drawn only where somebody asks for them, and never as a target.
COMPLIANCE = 0.79  # share of entries answered at 6 a day for 7 days (clinical reference, EMA norms)
SUS_BENCHMARK = 68.0  # mean of the System Usability Scale over many products (clinical reference)
EARLIER_SCORES = (5.0, 15.0, 56.0)  # the clinic's own three attempts, as reported; their instrument is not named
ACCEPTANCE, USE = 0.576, 0.746  # stepped programme in breast cancer (Medina 2022, Cancers 14:974)
# NHS Talking Therapies, England, 2024-25 (NHS Digital, Open Government Licence v3). Its measures are PHQ-9 and anxiety
# scales at the end of treatment, ours the programme's own after 12 weeks: a reference line, not a comparison.
TALKING_THERAPIES = {"improved": 0.675, "recovered": 0.505, "worse": 0.058}
TALKING_THERAPIES_YEAR = "2024-25"

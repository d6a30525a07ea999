"""How each figure of the director's view is defined, one click away from it."""

from core.figures.catalogue import (
    NO_ANSWER_AFTER,
    OUTCOME_FROM,
    OUTCOME_TO,
    STARTED_WITHIN,
    USING_SHARE,
)
from core.language import _, say_number


def definition(code: str) -> str:
    """What is counted, of what, from which data, and what it does not say."""
    return _made()[code]


def _made() -> dict[str, str]:
    half = say_number(100 * USING_SHARE, 0)
    return _relationship() | _use(half) | _work() | {
        "improved": _outcome(_("fell by at least the instrument's reliable change (CORE-10: 6 points; Barkham 2013)")),
        "recovered": _outcome(
            _("fell reliably and from the clinical range (CORE-10: 11 or more) to below it; of those who began in it")
        ),
        "worse": _outcome(_("rose by at least the instrument's reliable change")),
    }  # fmt: skip


def _relationship() -> dict[str, str]:
    means = _(
        "Mean of all ratings of this side in the period; each rating is the mean of goal, task and bond (item "
        "means 1–5, "
        "WAI-SR). With the 95 % interval of the mean; several ratings of one person count as several."
    )
    return {
        "coverage": _(
            "Of the people who had a session in a stretch of four weeks: those for whom both sides rated the same "
            "session in it. Not every session is asked about."
        ),
        "alliance_patient": means,
        "alliance_therapist": means,
        "alliance_gap": _(
            "Patient minus therapist, mean over the sessions that both rated. Patients usually rate higher (d = "
            "0.63) and "
            "the two agree loosely (r = 0.36; Tryon 2007): a gap is expected, not an error."
        ),
        "usability": _(
            "System Usability Scale, 0–100, answered by patients at 1, 3, 6 and 12 months; mean with interval."
        ),
        "satisfied_app": _("Visual analogue scale 0–100 about the app, answered by patients; mean with interval."),
        "satisfied_platform": _(
            "Visual analogue scale 0–100 about the platform, answered by therapists for each patient; mean with "
            "interval."
        ),
        "nps": _(
            "Share of answers 9–10 minus share of answers 0–6 to “would you recommend it”, in points (−100 to "
            "100), with a "
            "95 % interval. The marks 5, 15 and 56 are the scores of the clinic's three earlier attempts as "
            "reported; the "
            "report does not name their scale, so they are marks and not a comparison."
        ),
    }  # fmt: skip


def _use(half: str) -> dict[str, str]:
    using = _("Of the people who once began, those who answered at least {half} % of the entries asked for in {weeks}.")
    return {
        "using": _(
            "Of the people in treatment in a week, those who answered at least {half} % of the entries asked for "
            "in it. "
            "The share is our own choice."
        ).format(half=half),
        "accepted": _(
            "Of the programmes offered in the period, those accepted. No answer after {days} days counts as not "
            "accepted. "
            "Who declines has no record here, only a day and a place."
        ).format(days=NO_ANSWER_AFTER),
        "started": _("Of those who accepted, those with a first entry within {days} days.").format(days=STARTED_WITHIN),
        "week_4": using.format(half=half, weeks=_("the fourth and fifth week")),
        "week_12": using.format(half=half, weeks=_("the twelfth and thirteenth week")),
        "left_early": _("Of those who accepted, those who left before the end of week 12, for whatever reason."),
        "days_to_accept": _("Median days from the offer to its acceptance; exact to its class."),
        "days_to_start": _("Median days from the first day of treatment to the first entry; exact to its class."),
        "answered": _("Entries answered of the entries asked for. Late answers count."),
        "answered_by_week": _(
            "Entries answered of those asked for, by week since the first day of treatment; the last column holds all "
            "later weeks. People who left are no longer asked, so later weeks are about those who stayed."
        ),
        "steps_up": _("Of the people in treatment in a quarter, those who went to a higher step at least once in it."),
        "steps_down": _("Of the people in treatment in a quarter, those who went to a lower step at least once in it."),
    }  # fmt: skip


def _work() -> dict[str, str]:
    reply = _(
        "From the first message of a stretch to the next one of the other side, nights and weekends included. "
        "The median "
        "is exact to its class (1, 2, 3, 4, 6, 8, 10, 12 … hours)."
    )
    written = _(
        "Messages for each person in treatment and week. Neither more nor fewer is better: neither type nor amount "
        "of messages went with the alliance in the trial behind this product."
    )
    return {
        "messages_in": written,
        "messages_out": written,
        "reply_team": reply,
        "reply_patient": reply,
        "alerts": _(
            "New alerts divided by the therapists who led at least one treatment in the week. The mean only: "
            "there is no "
            "list of therapists."
        ),
        "useful": _("Of the alerts that were closed with a mark whether they were worth it: those that were."),
        "kept": _(
            "Of the alerts due in the period: those that somebody acknowledged, acted on or closed by their time "
            "(what is "
            "due in a session: within a day of its start)."
        ),
    }


def _outcome(what: str) -> str:
    return _(
        "Of the people with a first answer in the first three weeks and a last one between day {first} and "
        "{last}: those "
        "whose score on the programme's outcome measure {what}. People who left without a second answer are not in it, "
        "which makes a service look better than it is."
    ).format(first=OUTCOME_FROM, last=OUTCOME_TO, what=what)

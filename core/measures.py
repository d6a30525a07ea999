"""The measure catalogue: every stream's code, our own short label, domain, scale and clinical direction.

Numbers are fixed for good (they stand in every observation); a retired measure keeps its number.
Source of the blocks: clinical reference, section EMA (momentary affect after circumplex EMA item sets, the consensus
sleep diary core of Carney 2012, meals without calories or weight).
"""

from functools import cache

from core.language import N_
from models import Domain, Measure, Scale

_RATING, _URGE = (1.0, 7.0), (0.0, 10.0)
MEAL = {"0": N_("skipped"), "1": N_("partly"), "2": N_("eaten")}
YES_NO = {"0": N_("no"), "1": N_("yes")}
MEAL_WHICH = {
    "0": N_("breakfast"), "1": N_("morning snack"), "2": N_("lunch"), "3": N_("afternoon snack"), "4": N_("dinner"),
    "5": N_("evening snack"),
}  # fmt: skip
ACTIVITY_KIND = {"0": N_("walking"), "1": N_("sport"), "2": N_("everyday activity"), "3": N_("something else")}
COMPANY = {"0": N_("alone"), "1": N_("family"), "2": N_("friends"), "3": N_("others")}

# id, code, label, domain, scale, unit, low, high, better, categories
_ROWS: tuple[tuple[object, ...], ...] = (
    (1, "cheerful", N_("Cheerful"), Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (2, "relaxed", N_("Relaxed"), Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (3, "satisfied", N_("Satisfied"), Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (4, "irritated", N_("Irritated"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (5, "anxious", N_("Anxious"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (6, "sad", N_("Sad"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (7, "insecure", N_("Insecure"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (8, "stressed", N_("Stressed"), Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (9, "restless", N_("Restless"), Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (10, "tired", N_("Tired"), Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (11, "worry", N_("Worrying"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (12, "lonely", N_("Lonely"), Domain.CONTEXT, Scale.RATING, "", *_RATING, -1, None),
    (13, "company", N_("With whom"), Domain.CONTEXT, Scale.CATEGORY, "", 0.0, 3.0, 0, COMPANY),
    (
        14,
        "event_pleasant",
        N_("Pleasantness of what happened"),
        Domain.CONTEXT,
        Scale.RATING,
        "",
        -3.0,
        3.0,
        1,
        None,
    ),
    (20, "urge_binge", N_("Urge to binge"), Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (21, "urge_purge", N_("Urge to purge"), Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (22, "urge_restrict", N_("Urge to restrict"), Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (23, "urge_exercise", N_("Urge to over-exercise"), Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (24, "urge_self_harm", N_("Urge to self-harm"), Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (30, "wish_not_alive", N_("Wish not to be alive"), Domain.SAFETY, Scale.RATING, "", 0.0, 4.0, -1, None),
    (31, "suicidal_thoughts", N_("Thoughts of suicide"), Domain.SAFETY, Scale.RATING, "", 0.0, 4.0, -1, None),
    (32, "suicidal_intent", N_("Intent"), Domain.SAFETY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (33, "suicidal_plan", N_("Plan"), Domain.SAFETY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (40, "meal", N_("Meal"), Domain.MEALS, Scale.CATEGORY, "", 0.0, 2.0, 1, MEAL),
    (
        41,
        "loss_of_control",
        N_("Loss of control over eating"),
        Domain.MEALS,
        Scale.YES_NO,
        "",
        0.0,
        1.0,
        -1,
        YES_NO,
    ),
    (42, "compensation", N_("Compensation after a meal"), Domain.MEALS, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (43, "meal_which", N_("Which meal"), Domain.MEALS, Scale.CATEGORY, "", 0.0, 5.0, 0, MEAL_WHICH),
    (50, "sleep_hours", N_("Sleep"), Domain.SLEEP, Scale.AMOUNT, "h", 0.0, 24.0, 1, None),
    (51, "sleep_efficiency", N_("Sleep efficiency"), Domain.SLEEP, Scale.AMOUNT, "%", 0.0, 100.0, 1, None),
    (52, "sleep_quality", N_("Sleep quality"), Domain.SLEEP, Scale.RATING, "", 1.0, 5.0, 1, None),
    (53, "sleep_onset", N_("Fell asleep at"), Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (54, "sleep_offset", N_("Woke for good at"), Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (55, "sleep_latency", N_("Time to fall asleep"), Domain.SLEEP, Scale.AMOUNT, "min", 0.0, 600.0, -1, None),
    (
        56,
        "awake_after_onset",
        N_("Awake during the night"),
        Domain.SLEEP,
        Scale.AMOUNT,
        "min",
        0.0,
        900.0,
        -1,
        None,
    ),
    (57, "bed_time", N_("Went to bed at"), Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (58, "sleep_attempt", N_("Tried to sleep from"), Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (59, "out_of_bed", N_("Got out of bed at"), Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (60, "activity_minutes", N_("Active minutes"), Domain.ACTIVITY, Scale.AMOUNT, "min", 0.0, 1440.0, 0, None),
    (61, "steps", N_("Steps"), Domain.ACTIVITY, Scale.COUNT, "", 0.0, 200000.0, 0, None),
    (62, "driven_exercise", N_("Driven exercise"), Domain.ACTIVITY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (64, "awakenings", N_("Times awake at night"), Domain.SLEEP, Scale.COUNT, "", 0.0, 50.0, -1, None),
    (65, "activity_kind", N_("Kind of activity"), Domain.ACTIVITY, Scale.CATEGORY, "", 0.0, 3.0, 0, ACTIVITY_KIND),
    (63, "outdoors", N_("Time outdoors"), Domain.ACTIVITY, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (
        70,
        "resting_heart_rate",
        N_("Resting heart rate"),
        Domain.PHYSIOLOGY,
        Scale.AMOUNT,
        "bpm",
        20.0,
        220.0,
        0,
        None,
    ),
    (71, "weight", N_("Weight"), Domain.PHYSIOLOGY, Scale.AMOUNT, "kg", 15.0, 400.0, 0, None),
    (72, "body_mass_index", N_("Body mass index"), Domain.PHYSIOLOGY, Scale.AMOUNT, "kg/m2", 6.0, 100.0, 0, None),
    (73, "intake_refused", N_("Food or drink refused"), Domain.PHYSIOLOGY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (80, "relax_difficult", N_("Hard to relax"), Domain.AROUSAL, Scale.RATING, "", 1.0, 5.0, -1, None),
    (81, "irritable_5", N_("Irritable"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (82, "worry_5", N_("Worrying"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (83, "nervous_5", N_("Nervous"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (
        84,
        "no_future_5",
        N_("Nothing to look forward to"),
        Domain.NEGATIVE_AFFECT,
        Scale.RATING,
        "",
        1.0,
        5.0,
        -1,
        None,
    ),
    (
        85,
        "no_positive_5",
        N_("No positive feeling"),
        Domain.NEGATIVE_AFFECT,
        Scale.RATING,
        "",
        1.0,
        5.0,
        -1,
        None,
    ),
    (86, "tired_5", N_("Tired"), Domain.AROUSAL, Scale.RATING, "", 1.0, 5.0, -1, None),
    (87, "hungry_5", N_("Hungry"), Domain.CONTEXT, Scale.RATING, "", 1.0, 5.0, 0, None),
    (88, "lonely_5", N_("Lonely"), Domain.CONTEXT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (89, "angry_5", N_("Angry"), Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (90, "social_contact_5", N_("Time with people"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (91, "social_media_5", N_("Time on social media"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (92, "music_5", N_("Time with music"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (93, "procrastination_5", N_("Time put off"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (
        94,
        "pandemic_occupied_5",
        N_("Occupied with the pandemic"),
        Domain.CONTEXT,
        Scale.CATEGORY,
        "",
        1.0,
        5.0,
        0,
        None,
    ),
    (95, "pandemic_health_5", N_("Pandemic and health"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (96, "at_home_5", N_("Time at home"), Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (99, "prompts_answered", N_("Entries answered"), Domain.ENGAGEMENT, Scale.COUNT, "", 0.0, None, 1, None),
    (100, "neuroticism", N_("Neuroticism"), Domain.CONTEXT, Scale.AMOUNT, "", 12.0, 60.0, 0, None),
)
_COLUMNS = ("id", "code", "label", "domain", "scale", "unit", "low", "high", "better", "categories")
PROMPTS_ANSWERED = 99


@cache
def catalogue() -> dict[str, Measure]:
    """Every measure by its code (fresh, unattached rows; copy before adding to a session)."""
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in _ROWS)
    return {str(row["code"]): Measure.model_validate(row) for row in rows}


@cache
def by_id() -> dict[int, Measure]:
    """Every measure by its number."""
    return {measure.id: measure for measure in catalogue().values()}

"""The measure catalogue: every stream's code, our own short label, domain, scale and clinical direction.

Numbers are fixed for good (they stand in every observation); a retired measure keeps its number.
Source of the blocks: clinical reference, section EMA (momentary affect after circumplex EMA item sets, the consensus
sleep diary core of Carney 2012, meals without calories or weight).
"""

from functools import cache

from models import Domain, Measure, Scale

_RATING, _URGE = (1.0, 7.0), (0.0, 10.0)
MEAL = {"0": "skipped", "1": "partly", "2": "eaten"}
YES_NO = {"0": "no", "1": "yes"}
COMPANY = {"0": "alone", "1": "family", "2": "friends", "3": "others"}

# id, code, label, domain, scale, unit, low, high, better, categories
_ROWS: tuple[tuple[object, ...], ...] = (
    (1, "cheerful", "Cheerful", Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (2, "relaxed", "Relaxed", Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (3, "satisfied", "Satisfied", Domain.POSITIVE_AFFECT, Scale.RATING, "", *_RATING, 1, None),
    (4, "irritated", "Irritated", Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (5, "anxious", "Anxious", Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (6, "sad", "Sad", Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (7, "insecure", "Insecure", Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (8, "stressed", "Stressed", Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (9, "restless", "Restless", Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (10, "tired", "Tired", Domain.AROUSAL, Scale.RATING, "", *_RATING, -1, None),
    (11, "worry", "Worrying", Domain.NEGATIVE_AFFECT, Scale.RATING, "", *_RATING, -1, None),
    (12, "lonely", "Lonely", Domain.CONTEXT, Scale.RATING, "", *_RATING, -1, None),
    (13, "company", "With whom", Domain.CONTEXT, Scale.CATEGORY, "", 0.0, 3.0, 0, COMPANY),
    (
        14,
        "event_pleasant",
        "Pleasantness of what happened",
        Domain.CONTEXT,
        Scale.RATING,
        "",
        -3.0,
        3.0,
        1,
        None,
    ),
    (20, "urge_binge", "Urge to binge", Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (21, "urge_purge", "Urge to purge", Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (22, "urge_restrict", "Urge to restrict", Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (23, "urge_exercise", "Urge to over-exercise", Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (24, "urge_self_harm", "Urge to self-harm", Domain.URGES, Scale.RATING, "", *_URGE, -1, None),
    (30, "wish_not_alive", "Wish not to be alive", Domain.SAFETY, Scale.RATING, "", 0.0, 4.0, -1, None),
    (31, "suicidal_thoughts", "Thoughts of suicide", Domain.SAFETY, Scale.RATING, "", 0.0, 4.0, -1, None),
    (32, "suicidal_intent", "Intent", Domain.SAFETY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (33, "suicidal_plan", "Plan", Domain.SAFETY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (40, "meal", "Meal", Domain.MEALS, Scale.CATEGORY, "", 0.0, 2.0, 1, MEAL),
    (
        41,
        "loss_of_control",
        "Loss of control over eating",
        Domain.MEALS,
        Scale.YES_NO,
        "",
        0.0,
        1.0,
        -1,
        YES_NO,
    ),
    (42, "compensation", "Compensation after a meal", Domain.MEALS, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (50, "sleep_hours", "Sleep", Domain.SLEEP, Scale.AMOUNT, "h", 0.0, 24.0, 1, None),
    (51, "sleep_efficiency", "Sleep efficiency", Domain.SLEEP, Scale.AMOUNT, "%", 0.0, 100.0, 1, None),
    (52, "sleep_quality", "Sleep quality", Domain.SLEEP, Scale.RATING, "", 1.0, 5.0, 1, None),
    (53, "sleep_onset", "Fell asleep at", Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (54, "sleep_offset", "Woke for good at", Domain.SLEEP, Scale.CLOCK, "h", 0.0, 48.0, 0, None),
    (55, "sleep_latency", "Time to fall asleep", Domain.SLEEP, Scale.AMOUNT, "min", 0.0, 600.0, -1, None),
    (
        56,
        "awake_after_onset",
        "Awake during the night",
        Domain.SLEEP,
        Scale.AMOUNT,
        "min",
        0.0,
        900.0,
        -1,
        None,
    ),
    (60, "activity_minutes", "Active minutes", Domain.ACTIVITY, Scale.AMOUNT, "min", 0.0, 1440.0, 0, None),
    (61, "steps", "Steps", Domain.ACTIVITY, Scale.COUNT, "", 0.0, 200000.0, 0, None),
    (62, "driven_exercise", "Driven exercise", Domain.ACTIVITY, Scale.YES_NO, "", 0.0, 1.0, -1, YES_NO),
    (63, "outdoors", "Time outdoors", Domain.ACTIVITY, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (
        70,
        "resting_heart_rate",
        "Resting heart rate",
        Domain.PHYSIOLOGY,
        Scale.AMOUNT,
        "bpm",
        20.0,
        220.0,
        0,
        None,
    ),
    (80, "relax_difficult", "Hard to relax", Domain.AROUSAL, Scale.RATING, "", 1.0, 5.0, -1, None),
    (81, "irritable_5", "Irritable", Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (82, "worry_5", "Worrying", Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (83, "nervous_5", "Nervous", Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (
        84,
        "no_future_5",
        "Nothing to look forward to",
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
        "No positive feeling",
        Domain.NEGATIVE_AFFECT,
        Scale.RATING,
        "",
        1.0,
        5.0,
        -1,
        None,
    ),
    (86, "tired_5", "Tired", Domain.AROUSAL, Scale.RATING, "", 1.0, 5.0, -1, None),
    (87, "hungry_5", "Hungry", Domain.CONTEXT, Scale.RATING, "", 1.0, 5.0, 0, None),
    (88, "lonely_5", "Lonely", Domain.CONTEXT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (89, "angry_5", "Angry", Domain.NEGATIVE_AFFECT, Scale.RATING, "", 1.0, 5.0, -1, None),
    (90, "social_contact_5", "Time with people", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (91, "social_media_5", "Time on social media", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (92, "music_5", "Time with music", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (93, "procrastination_5", "Time put off", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (94, "pandemic_occupied_5", "Occupied with the pandemic", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (95, "pandemic_health_5", "Pandemic and health", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (96, "at_home_5", "Time at home", Domain.CONTEXT, Scale.CATEGORY, "", 1.0, 5.0, 0, None),
    (99, "prompts_answered", "Entries answered", Domain.ENGAGEMENT, Scale.COUNT, "", 0.0, None, 1, None),
    (100, "neuroticism", "Neuroticism", Domain.CONTEXT, Scale.AMOUNT, "", 12.0, 60.0, 0, None),
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

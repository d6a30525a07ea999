"""What each feature of the models is called, and a factor in words: its value, the patient's own usual, the window.
Factors go with an estimate; nothing here says that they cause anything."""

from core.language import _, ngettext, say_number
from core.signals.explain import FactorView


def domain_name(domain: str) -> str:
    """The clinical domain as it stands beside a bar."""
    return {
        "mood": _("Mood"), "urges": _("Urges"), "meals": _("Meals"), "sleep": _("Sleep"), "activity": _("Activity"),
        "alliance": _("Alliance"), "messages": _("Messages"), "engagement": _("Entries"),
        "questionnaires": _("Questionnaires"), "safety_answers": _("Safety answers"), "treatment": _("Treatment"),
        "rest": _("All other small factors"),
    }[domain]  # fmt: skip


def feature_label(code: str) -> str:
    """A feature's name with its statistic and window, e.g. "Sleep, mean of 7 days"."""
    plain = _plain_labels().get(code)
    if plain is not None:
        return plain
    series, statistic = code.split(".")
    return f"{_series_labels()[series]}, {_statistic_labels()[statistic]}"


def _series_labels() -> dict[str, str]:
    return {
        "mood_good": _("Pleasant mood"), "mood_low": _("Unpleasant mood"), "tension": _("Tension"),
        "lonely": _("Loneliness"), "urges": _("Urges"), "urge_self_harm": _("Urge to self-harm"),
        "meals_eaten": _("Meals eaten"), "loss_of_control": _("Loss of control over eating"),
        "compensation": _("Compensation after meals"), "sleep_hours": _("Sleep"),
        "sleep_efficiency": _("Sleep efficiency"), "sleep_quality": _("Sleep quality"),
        "sleep_onset": _("Time of falling asleep"), "nights_short": _("Nights under 5 hours"),
        "nights_inefficient": _("Nights with a sleep efficiency under 85 %"),
        "nights_awake": _("Nights with more than 30 minutes to fall asleep, or awake"),
        "sleep_regularity": _("Sleep regularity"), "sleep_middle": _("Social jet lag"),
        "activity": _("Active minutes"), "steps": _("Steps"), "driven_exercise": _("Driven exercise"),
        "safety_answers": _("Wish not to be alive or thoughts of suicide"),
    }  # fmt: skip


def _statistic_labels() -> dict[str, str]:
    return {
        "mean_7": _("mean of 7 days"), "change_7": _("7 days against the eight weeks before"),
        "change_14": _("14 days against the seven weeks before"),
        "change_28": _("28 days against the five weeks before"), "sd_14": _("ups and downs over 14 days"),
        "sd_change_14": _("ups and downs over 14 days, against the seven weeks before"),
        "rmssd_14": _("swings from entry to entry within a day, 14 days"),
        "inertia_28": _("how much of one entry stays in the next, 28 days"),
        "pac_14": _("share of days with an unusually large jump, 14 days"),
        "trend_14": _("trend a day over 14 days"), "share_14": _("share of 14 nights"),
        "sri_28": _("index over 28 days (100: the same every night)"),
        "jet_lag_28": _("free days against others, 28 days"), "highest_14": _("highest answer of 14 days"),
        "days_above_28": _("share of days above 0 in 28"),
    }  # fmt: skip


def _plain_labels() -> dict[str, str]:
    return _entry_labels() | _message_labels() | _alliance_labels() | _care_labels()


def _entry_labels() -> dict[str, str]:
    return {
        "entries.compliance_7": _("Entries answered, 7 days"), "entries.compliance_28": _("Entries answered, 28 days"),
        "entries.change_7": _("Entries answered, 7 days against the eight weeks before"),
        "entries.hours_since": _("Time since the last entry"),
        "entries.longest_gap_28": _("Longest silence in 28 days"),
        "missed.morning_14": _("Missed in the morning, 14 days"),
        "missed.afternoon_14": _("Missed in the afternoon, 14 days"),
        "missed.evening_14": _("Missed in the evening, 14 days"),
        "missed.morning_change_14": _("Missed in the morning, 14 days against the seven weeks before"),
        "missed.afternoon_change_14": _("Missed in the afternoon, 14 days against the seven weeks before"),
        "missed.evening_change_14": _("Missed in the evening, 14 days against the seven weeks before"),
    }  # fmt: skip


def _message_labels() -> dict[str, str]:
    return {
        "messages.patient_7": _("Messages written, 7 days"), "messages.team_7": _("Messages by the team, 7 days"),
        "messages.patient_28": _("Messages written a week, 28 days"),
        "messages.team_28": _("Messages by the team a week, 28 days"),
        "messages.change_14": _("Messages written, change over 14 days"),
        "messages.reply_hours_28": _("Our usual reply time, 28 days"),
        "messages.patient_reply_hours_28": _("The patient's usual reply time, 28 days"),
        "messages.waiting_hours": _("Time a message has waited"),
        "messages.unread_by_team": _("Messages we have not read"),
        "messages.unread_by_patient": _("Messages the patient has not read"),
    }  # fmt: skip


def _alliance_labels() -> dict[str, str]:
    return {
        "alliance_patient.last": _("Alliance, patient's last rating"),
        "alliance_patient.change": _("Alliance, patient's change from own mean"),
        "alliance_goal.change": _("Agreement on goals, change from own mean"),
        "alliance_task.change": _("Agreement on tasks, change from own mean"),
        "alliance_bond.change": _("Bond, change from own mean"),
        "alliance_patient.days_since": _("Days since the patient rated"),
        "alliance_therapist.last": _("Alliance, therapist's last rating"),
        "alliance_therapist.change": _("Alliance, therapist's change from own mean"),
        "alliance_therapist.days_since": _("Days since the therapist rated"),
        "alliance.gap": _("Alliance, patient minus therapist"),
        "alliance_goal.gap": _("Agreement on goals, patient minus therapist"),
    }


def _care_labels() -> dict[str, str]:
    return {
        "core10.last": _("CORE-10, last"), "core10.change": _("CORE-10, change since the start"),
        "core10.reliable": _("CORE-10, reliable change since the start"),
        "phq9.last": _("PHQ-9, last"), "phq9.change": _("PHQ-9, change since the start"),
        "phq9.reliable": _("PHQ-9, reliable change since the start"),
        "who5.last": _("WHO-5, last"), "who5.change": _("WHO-5, change since the start"),
        "who5.reliable": _("WHO-5, reliable change since the start"),
        "who5.mean": _("WHO-5, mean of this treatment"),
        "phq9_item9.last": _("PHQ-9 item 9, last answer"), "core10_item6.last": _("CORE-10 item 6, last answer"),
        "treatment.weeks": _("Weeks in treatment"), "treatment.step": _("Step of care"),
        "treatment.weeks_on_step": _("Weeks on this step"),
    }  # fmt: skip


def feature_value(code: str, value: float | None, unit: str) -> str:
    """A value in its unit; what is missing is said to be missing."""
    if value is None:
        return _("no data")
    if unit == "side":
        return _reliable(value)
    sign = "+" if value > 0 and is_change(code) else ""
    if unit == "share":
        return _("{n} %").format(n=sign + say_number(100 * value, 0))
    number = sign + say_number(value, DIGITS.get(unit, 1))
    if unit == "days":
        return ngettext("{n} day", "{n} days", round(value)).format(n=number)
    units = {
        "h": _("{n} h"), "min": _("{n} min"), "%": _("{n} %"), "weeks": _("{n} weeks"), "steps": _("{n} steps"),
    }  # fmt: skip
    return units.get(unit, "{n}").format(n=number)


DIGITS = {"steps": 0, "index": 0, "slope": 2}


def _reliable(side: float) -> str:
    if side > 0:
        return _("reliably more difficulty")
    if side < 0:
        return _("reliably less difficulty")
    return _("no reliable change")


def is_change(code: str) -> bool:
    """Whether a feature is a difference, so that its sign is said."""
    statistic = code.split(".")[1]
    return statistic in ("change", "gap", "trend_14") or "change_" in statistic


def factor_line(factor: FactorView, unit: str) -> str:
    """One factor: name, value, and the patient's own usual where it is known."""
    said = f"{feature_label(factor.feature)}: {feature_value(factor.feature, factor.value, unit)}"
    if factor.usual is None or factor.value is None:
        return said
    return _("{factor} (own usual {usual})").format(
        factor=said, usual=feature_value(factor.feature, factor.usual, unit)
    )

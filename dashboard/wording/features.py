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
        "sleep_efficiency": _("Sleep efficiency"), "sleep_onset": _("Time of falling asleep"),
        "activity": _("Active minutes"), "driven_exercise": _("Driven exercise"),
        "safety_answers": _("Wish not to be alive or thoughts of suicide"),
    }  # fmt: skip


def _statistic_labels() -> dict[str, str]:
    return {
        "mean_7": _("mean of 7 days"), "change_7": _("7 days against the eight weeks before"),
        "sd_14": _("ups and downs over 14 days"), "within_14": _("swings within a day, 14 days"),
        "trend_14": _("trend a day over 14 days"), "highest_14": _("highest answer of 14 days"),
        "days_above_28": _("share of days above 0 in 28"),
    }  # fmt: skip


def _plain_labels() -> dict[str, str]:
    return {
        "entries.compliance_7": _("Entries answered, 7 days"),
        "entries.change_7": _("Entries answered, 7 days against the eight weeks before"),
        "entries.days_since": _("Days since the last entry"),
        "entries.longest_gap_28": _("Longest silence in 28 days"),
        "messages.patient_14": _("Messages written, 14 days"),
        "messages.team_14": _("Messages by the team, 14 days"),
        "messages.change_14": _("Messages written, change over 14 days"),
        "messages.reply_hours_28": _("Our usual reply time, 28 days"),
        "messages.waiting_hours": _("Time a message has waited"),
        "alliance_patient.last": _("Alliance, patient's last rating"),
        "alliance_patient.change": _("Alliance, patient's change from own mean"),
        "alliance_goal.change": _("Agreement on goals, change from own mean"),
        "alliance_therapist.last": _("Alliance, therapist's last rating"),
        "alliance_therapist.change": _("Alliance, therapist's change from own mean"),
        "alliance.gap": _("Alliance, patient minus therapist"),
        "alliance_patient.days_since": _("Days since the patient rated"),
        "core10.last": _("CORE-10, last"), "core10.change": _("CORE-10, change since the start"),
        "phq9.last": _("PHQ-9, last"), "phq9.change": _("PHQ-9, change since the start"),
        "who5.last": _("WHO-5, last"), "who5.change": _("WHO-5, change since the start"),
        "who5.mean": _("WHO-5, mean of this treatment"),
        "phq9_item9.last": _("PHQ-9 item 9, last answer"), "core10_item6.last": _("CORE-10 item 6, last answer"),
        "treatment.weeks": _("Weeks in treatment"), "treatment.step": _("Step of care"),
        "treatment.weeks_on_step": _("Weeks on this step"),
    }  # fmt: skip


def feature_value(code: str, value: float | None, unit: str) -> str:
    """A value in its unit; what is missing is said to be missing."""
    if value is None:
        return _("no data")
    if unit == "share":
        return _("{n} %").format(n=say_number(100 * value, 0))
    sign = "+" if value > 0 and is_change(code) else ""
    number = sign + say_number(value, 1)
    if unit == "days":
        return ngettext("{n} day", "{n} days", round(value)).format(n=number)
    units = {"h": _("{n} h"), "min": _("{n} min"), "%": _("{n} %"), "weeks": _("{n} weeks")}
    return units.get(unit, "{n}").format(n=number)


def is_change(code: str) -> bool:
    """Whether a feature is a difference, so that its sign is said."""
    return code.endswith((".change", ".change_7", ".change_14", ".trend_14", ".gap"))


def factor_line(factor: FactorView, unit: str) -> str:
    """One factor: name, value, and the patient's own usual where it is known."""
    said = f"{feature_label(factor.feature)}: {feature_value(factor.feature, factor.value, unit)}"
    if factor.usual is None or factor.value is None:
        return said
    return _("{factor} (own usual {usual})").format(
        factor=said, usual=feature_value(factor.feature, factor.usual, unit)
    )

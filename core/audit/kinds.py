"""The entries of the log in the kinds that a patient is told of: what somebody did with their record."""

from collections.abc import Mapping
from types import MappingProxyType

OTHER = "other"
_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "record": ("read_case_review", "read_pair", "read_us", "read_my_day", "read_own_course", "read_goals"),
        "messages_read": ("read_messages", "read_own_messages"),
        "messages_written": ("write_message",),
        "family_read": ("read_family_note",),
        "family_written": ("write_family_note", "answer_family_note"),
        "family_page": ("read_family_space", "see_family_answers"),
        "check_in_read": ("read_check_in",),
        "check_in": ("answer_check_in", "finish_check_in", "open_prompt", "read_check_in_page"),
        "questionnaires": ("record_answers", "read_questionnaires_due", "read_outcomes"),
        "alliance": ("rate_as_patient", "rate_as_therapist", "rate_alliance", "record_alliance_talk",
                     "record_alliance_mended"),
        "goals": ("add_goal", "change_goal", "mark_goal", "finish_goal"),
        "exercises_read": ("read_exercises", "read_my_exercises", "read_patient_exercises"),
        "exercises": ("assign_exercise", "change_exercise", "end_exercise", "start_exercise", "finish_exercise",
                      "say_helped"),
        "signals": ("read_signals", "see_signal_differently"),
        "alerts": ("open_alert", "add_evidence_to_alert", "acknowledge_alert", "act_on_alert", "snooze_alert",
                   "wake_alert", "hand_over_alert", "escalate_alert", "close_alert", "reopen_alert", "batch_alert",
                   "read_imminent"),
        "safety_plan_read": ("read_safety_plan", "read_help_now"),
        "safety_plan": ("write_safety_plan",),
        "prompts": ("agree_on_prompts", "read_prompt_plan"),
        "steps": ("decide_step", "ask_for_step", "read_steps"),
        "consent_read": ("read_consent",),
        "consent": ("give_consent", "withdraw_consent"),
        "meeting": ("read_in_meeting", "meeting_turned_to", "meeting_reordered", "meeting_time_box", "meeting_added",
                    "meeting_left_out", "meeting_decided", "meeting_agreed", "action_done"),
        "export": ("export_link", "export_record"),
        "emergency": ("break_glass", "review_glass"),
        "leaving": ("ask_to_leave", "take_back_leaving", "answer_leaving"),
        "import": ("import", "import_undo", "import_undone", "patient_admitted"),
        "privacy": ("read_privacy", "read_access_log"),
        "refused": ("refused",),
    }
)  # fmt: skip
_OF: Mapping[str, str] = MappingProxyType({action: kind for kind, actions in _KINDS.items() for action in actions})
KINDS = (*_KINDS, OTHER)


def kind_of(action: str) -> str:
    """The kind of an entry's action; ``other`` for what has none of its own."""
    return _OF.get(action, OTHER)

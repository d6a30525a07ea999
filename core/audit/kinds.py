"""The entries of the log in the kinds that a patient is told of: what somebody did with their record."""

from collections.abc import Mapping
from types import MappingProxyType

OTHER = "other"
_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "record": ("read_case_review", "read_pair", "read_us", "read_goals", "read_my_day", "read_privacy",
                   "read_own_course", "add_goal"),
        "messages": ("read_messages", "write_message", "read_own_messages"),
        "family": ("read_family_note", "answer_family_note", "write_family_note", "see_family_answers"),
        "family_page": ("read_family_space",),
        "entries": ("read_check_in", "answer_check_in", "finish_check_in", "open_prompt", "read_check_in_page"),
        "questionnaires": ("record_answers", "read_questionnaires_due"),
        "alliance": ("rate_as_patient", "rate_as_therapist", "rate_alliance", "record_alliance_talk",
                     "record_alliance_mended"),
        "signals": ("read_signals", "see_signal_differently"),
        "alerts": ("open_alert", "add_evidence_to_alert", "acknowledge_alert", "act_on_alert", "close_alert",
                   "snooze_alert", "hand_over_alert", "escalate_alert", "reopen_alert", "read_imminent"),
        "safety_plan": ("read_safety_plan", "write_safety_plan", "read_help_now"),
        "prompts": ("agree_on_prompts", "read_prompt_plan"),
        "steps": ("decide_step", "ask_for_step", "read_steps"),
        "consent": ("give_consent", "withdraw_consent", "read_consent"),
        "meeting": ("read_in_meeting",),
        "export": ("export_link", "export_record"),
        "emergency": ("break_glass", "review_glass"),
        "leaving": ("ask_to_leave", "take_back_leaving", "answer_leaving"),
        "import": ("import", "import_undo", "import_undone", "patient_admitted"),
        "log": ("read_access_log",),
        "refused": ("refused",),
    }
)  # fmt: skip
_OF: Mapping[str, str] = MappingProxyType({action: kind for kind, actions in _KINDS.items() for action in actions})
KINDS = (*_KINDS, OTHER)


def kind_of(action: str) -> str:
    """The kind of an entry's action; ``other`` for what has none of its own."""
    return _OF.get(action, OTHER)

"""Permissions in one table: what each role may do at all. Whose record it is comes on top (``core.access.reach``)."""

from enum import StrEnum

from core.access.actor import Actor
from core.errors import AccessRefused
from core.language import _
from models import Role


class Permission(StrEnum):
    """One thing that can be allowed."""

    READ_RECORD = "read_record"
    READ_WORK_LIST = "read_work_list"
    HANDLE_ALERTS = "handle_alerts"
    WRITE_MESSAGES = "write_messages"
    READ_FAMILY_NOTES = "read_family_notes"
    WRITE_FAMILY_NOTES = "write_family_notes"
    RATE_AS_THERAPIST = "rate_as_therapist"
    RATE_AS_PATIENT = "rate_as_patient"
    ANSWER_QUESTIONNAIRES = "answer_questionnaires"
    READ_SIGNALS = "read_signals"
    DISAGREE_WITH_SIGNAL = "disagree_with_signal"
    WRITE_NOTES = "write_notes"
    READ_MODEL_CARDS = "read_model_cards"
    BREAK_GLASS = "break_glass"
    REVIEW_ACCESS = "review_access"
    READ_SERVICE_FIGURES = "read_service_figures"
    HOLD_MEETINGS = "hold_meetings"
    MANAGE_USERS = "manage_users"
    VERIFY_AUDIT = "verify_audit"
    ADMIT_PATIENTS = "admit_patients"
    IMPORT_DATA = "import_data"
    EXPORT_RECORD = "export_record"
    ERASE_PATIENTS = "erase_patients"
    SHARE_GOALS = "share_goals"
    TALK_ABOUT_ALLIANCE = "talk_about_alliance"
    DECIDE_STEP = "decide_step"
    ASK_FOR_STEP = "ask_for_step"
    READ_STEP_FLOW = "read_step_flow"
    READ_ALLIANCE_ANALYSIS = "read_alliance_analysis"
    KEEP_NOTIFICATIONS = "keep_notifications"
    ARRANGE_COVER = "arrange_cover"
    SET_RULES = "set_rules"
    SHARE_SAFETY_PLAN = "share_safety_plan"
    PLAN_PROMPTS = "plan_prompts"
    ASSIGN_EXERCISES = "assign_exercises"
    SHARE_IDEAS = "share_ideas"
    STEER_IDEAS = "steer_ideas"
    READ_OWN_SPACE = "read_own_space"
    READ_FAMILY_SPACE = "read_family_space"
    DECIDE_CONSENT = "decide_consent"
    ANSWER_FAMILY_NOTES = "answer_family_notes"
    ANSWER_LEAVING = "answer_leaving"


_P = Permission
_CLINICAL = frozenset(
    {
        _P.READ_RECORD, _P.READ_WORK_LIST, _P.HANDLE_ALERTS, _P.WRITE_MESSAGES, _P.READ_FAMILY_NOTES,
        _P.RATE_AS_THERAPIST, _P.READ_SIGNALS, _P.DISAGREE_WITH_SIGNAL, _P.WRITE_NOTES, _P.READ_MODEL_CARDS,
        _P.BREAK_GLASS, _P.ANSWER_QUESTIONNAIRES, _P.SHARE_GOALS, _P.TALK_ABOUT_ALLIANCE, _P.DECIDE_STEP,
        _P.READ_STEP_FLOW, _P.HOLD_MEETINGS, _P.SHARE_SAFETY_PLAN, _P.PLAN_PROMPTS, _P.ASSIGN_EXERCISES,
        _P.SHARE_IDEAS, _P.DECIDE_CONSENT, _P.ANSWER_FAMILY_NOTES, _P.ANSWER_LEAVING,
    }
)  # fmt: skip

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.THERAPIST: _CLINICAL,
    Role.TEAM_LEAD: _CLINICAL
    | {_P.EXPORT_RECORD, _P.REVIEW_ACCESS, _P.READ_ALLIANCE_ANALYSIS}
    | {_P.ARRANGE_COVER, _P.SET_RULES, _P.STEER_IDEAS},
    Role.DIRECTOR: frozenset({_P.READ_SERVICE_FIGURES, _P.READ_MODEL_CARDS, _P.READ_STEP_FLOW})
    | {_P.READ_ALLIANCE_ANALYSIS},
    Role.PATIENT: frozenset({_P.READ_OWN_SPACE, _P.WRITE_MESSAGES, _P.RATE_AS_PATIENT, _P.ANSWER_QUESTIONNAIRES})
    | {_P.SHARE_GOALS, _P.ASK_FOR_STEP, _P.EXPORT_RECORD, _P.SHARE_SAFETY_PLAN, _P.PLAN_PROMPTS}
    | {_P.SHARE_IDEAS, _P.DECIDE_CONSENT},
    Role.RELATIVE: frozenset({_P.READ_FAMILY_SPACE, _P.WRITE_FAMILY_NOTES, _P.SHARE_IDEAS}),
    Role.ADMINISTRATOR: frozenset({_P.MANAGE_USERS, _P.VERIFY_AUDIT, _P.REVIEW_ACCESS, _P.READ_MODEL_CARDS})
    | {_P.ADMIT_PATIENTS, _P.IMPORT_DATA, _P.ERASE_PATIENTS, _P.KEEP_NOTIFICATIONS}
    | {_P.SHARE_IDEAS, _P.STEER_IDEAS},
}


def can(by: Actor, permission: Permission) -> bool:
    """Whether the person's role holds the permission."""
    return permission in ROLE_PERMISSIONS[by.role]


def check(by: Actor, permission: Permission) -> None:
    """Raise ``AccessRefused`` unless the person's role holds the permission."""
    if not can(by, permission):
        raise AccessRefused(_("Your role does not include this. If you need it, ask your administrator."))

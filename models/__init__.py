"""The tables of Vincle, one file for each aggregate. Importing this package fills ``Base.metadata``."""

from models.alert import Alert, AlertEvent, AlertState, AlertVerb, Response
from models.audit import ActionReceipt, AuditEntry, AuditHead, Outbox
from models.base import Base, UtcDateTime, new_id
from models.care import (
    AgreementKind,
    AimEvent,
    AimVerb,
    Appointment,
    AppointmentState,
    ClinicalEvent,
    EventKind,
    SharedAim,
    StepOfCare,
)
from models.check_in import CheckIn, PromptPlan
from models.exercise import ExerciseAssignment, ExerciseDoing
from models.idea import EmpathyMap, Idea, IdeaRating, IdeaState, Maker, MapOf, Release, StoryFrame
from models.intake import ApiToken, ExportLink, ImportPiece, ImportRun
from models.meeting import AgendaItem, Meeting, MeetingDecision, Need, Presence, TeamAction
from models.message import FamilyAnswer, FamilyNote, Message, MessageThread
from models.notification import Absence, Chore, NotificationChannel, RuleChange
from models.observation import (
    Domain,
    Measure,
    Observation,
    ObservationDay,
    Prompt,
    PromptKind,
    Scale,
    Source,
)
from models.patient import Consent, LeaveRequest, Patient, PatientKey, Relative
from models.questionnaire import AllianceRating, Informant, QuestionnaireResponse, Side
from models.record import Note, SafetyPlan, SafetyPlanVersion
from models.rupture import AllianceTalk, Mended
from models.service import Programme, Service, Team
from models.service_figures import ProgrammeOffer, ServiceFigures
from models.signal import (
    ScoringRun,
    ScoringShard,
    Signal,
    SignalContribution,
    SignalDisagreement,
    SignalDrift,
    SignalScore,
)
from models.staff import BreakGlass, CareKind, CareRelationship, Staff
from models.stepped import PatientView, StepDecision, StepRequest, StepWish
from models.user import AttemptCounter, Role, SignInSession, SignInTicket, User

__all__ = [
    "Absence",
    "ActionReceipt",
    "AgendaItem",
    "AgreementKind",
    "AimEvent",
    "AimVerb",
    "Alert",
    "AlertEvent",
    "AlertState",
    "AlertVerb",
    "AllianceRating",
    "AllianceTalk",
    "ApiToken",
    "Appointment",
    "AppointmentState",
    "AttemptCounter",
    "AuditEntry",
    "AuditHead",
    "Base",
    "BreakGlass",
    "CareKind",
    "CareRelationship",
    "CheckIn",
    "Chore",
    "ClinicalEvent",
    "Consent",
    "Domain",
    "EmpathyMap",
    "EventKind",
    "ExerciseAssignment",
    "ExerciseDoing",
    "ExportLink",
    "FamilyAnswer",
    "FamilyNote",
    "Idea",
    "IdeaRating",
    "IdeaState",
    "ImportPiece",
    "ImportRun",
    "Informant",
    "LeaveRequest",
    "Maker",
    "MapOf",
    "Measure",
    "Meeting",
    "MeetingDecision",
    "Mended",
    "Message",
    "MessageThread",
    "Need",
    "Note",
    "NotificationChannel",
    "Observation",
    "ObservationDay",
    "Outbox",
    "Patient",
    "PatientKey",
    "PatientView",
    "Presence",
    "Programme",
    "ProgrammeOffer",
    "Prompt",
    "PromptKind",
    "PromptPlan",
    "QuestionnaireResponse",
    "Relative",
    "Release",
    "Response",
    "Role",
    "RuleChange",
    "SafetyPlan",
    "SafetyPlanVersion",
    "Scale",
    "ScoringRun",
    "ScoringShard",
    "Service",
    "ServiceFigures",
    "SharedAim",
    "Side",
    "SignInSession",
    "SignInTicket",
    "Signal",
    "SignalContribution",
    "SignalDisagreement",
    "SignalDrift",
    "SignalScore",
    "Source",
    "Staff",
    "StepDecision",
    "StepOfCare",
    "StepRequest",
    "StepWish",
    "StoryFrame",
    "Team",
    "TeamAction",
    "User",
    "UtcDateTime",
    "new_id",
]

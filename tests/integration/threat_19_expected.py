"""The expectation table of threat 19: for each service call who may use it on their own patient and on one of another
team, and with which arguments it is tried. Default deny: whoever is not named is refused."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.actions.absences import Away
from core.actions.exercises import Agreed
from core.actions.family_notes import Noticed
from core.actions.ideas import Empathy, Words
from core.actions.imports import Request
from core.actions.intake import Way
from core.actions.patients import Admission
from core.ingest.load import load_mapping
from models import Role
from tests.factories.cast import NOW, Cast
from tests.factories.meetings import action_of, item_of, meeting_of
from tests.factories.story import Story

Arguments = Callable[[Cast, Story], dict[str, Any]]

ROLES = ("therapist", "team lead", "director", "administrator", "patient", "relative")
NOBODY: frozenset[str] = frozenset()
MAKERS = frozenset({"therapist", "team lead", "administrator", "patient", "relative"})
EVERYONE = frozenset(ROLES)
CLINICIANS = frozenset({"therapist", "team lead"})
ADMINISTRATOR = frozenset({"administrator"})
REVIEWERS = frozenset({"team lead", "administrator"})
PASSWORD = "a long sentence nobody would guess 41"


@dataclass(frozen=True, slots=True)
class Expected:
    """Who may (``own``, ``other``), whether it is about a patient, whether it must leave an entry of its own."""

    arguments: Arguments
    own: frozenset[str] = NOBODY
    other: frozenset[str] = NOBODY
    about_patient: bool = True
    logged: bool = True


def nothing(_cast: Cast, _story: Story) -> dict[str, Any]:
    return {}


def patient(_cast: Cast, story: Story) -> dict[str, Any]:
    return {"patient_id": story.patient.id}


def words(_cast: Cast, story: Story) -> dict[str, Any]:
    return {"key": "k", "patient_id": story.patient.id, "body": "Thursday at ten suits me."}


def account(**more: Any) -> Arguments:
    return lambda _cast, _story: {"username": "bob"} | more


def alert(**more: Any) -> Arguments:
    return lambda _cast, story: {"key": "k", "alert_id": story.alert_id, "version": 1} | more


def goal(**more: Any) -> Arguments:
    return lambda _cast, story: {
        "key": "k", "patient_id": story.patient.id, "aim_id": story.aim_id, "version": 1, **more
    }  # fmt: skip


def idea(**more: Any) -> Arguments:
    return lambda _cast, story: {"key": "k", "idea_id": story.idea_id} | more


def item(**more: Any) -> Arguments:
    return lambda _cast, story: {"key": "k", "item_id": item_of(story.patient)} | more


EXPECTED: dict[str, Expected] = {
    # The patient's space
    "actions.language.choose_language": Expected(
        lambda _cast, _story: {"key": "k", "locale": "ca"}, EVERYONE, about_patient=False
    ),
    "actions.check_ins.answer": Expected(
        lambda _cast, _story: {"key": "k", "check_in_id": uuid.UUID(int=7), "kind": "momentary", "code": "sad",
                               "value": 3},
        frozenset({"patient"}), about_patient=False,
    ),
    "actions.check_ins.finish": Expected(
        lambda _cast, _story: {"key": "k", "check_in_id": uuid.UUID(int=7), "kind": "momentary", "words": "Swam."},
        frozenset({"patient"}), about_patient=False,
    ),
    "actions.check_ins.open_prompt": Expected(
        lambda _cast, _story: {"key": "k", "kind": "momentary", "sent_at": NOW}, frozenset({"patient"}),
        about_patient=False,
    ),
    "actions.check_ins.mark_check_in_read": Expected(
        lambda _cast, story: {"key": "k", "check_in_id": story.check_in_id}, CLINICIANS
    ),
    "queries.check_ins.check_in_choice": Expected(
        nothing, frozenset({"patient"}), about_patient=False, logged=False
    ),
    "queries.check_ins.check_in_page": Expected(
        lambda _cast, _story: {"kind": "evening"}, frozenset({"patient"}), about_patient=False
    ),
    "queries.check_ins.thanks": Expected(
        lambda _cast, _story: {"kind": "evening"}, frozenset({"patient"}), about_patient=False
    ),
    "queries.safety_plan.help_now": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.safety_plan.safety_plan": Expected(patient, CLINICIANS | {"patient"}),
    "actions.safety_plan.write_safety_plan": Expected(
        lambda _cast, story: {"key": "k", "patient_id": story.patient.id, "version": 0,
                              "parts": {"own_coping": "Music."}},
        CLINICIANS | {"patient"},
    ),
    "queries.prompt_plan.prompt_plan": Expected(patient, CLINICIANS | {"patient"}),
    "actions.prompt_plans.agree_on_prompts": Expected(
        lambda _cast, story: {"key": "k", "patient_id": story.patient.id, "version": 0, "settings": {"safety": True}},
        CLINICIANS | {"patient"},
    ),
    "queries.own_messages.own_messages": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.us.us": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.my_day.my_day": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.my_course.my_course": Expected(lambda _c, _s: {"days": 30}, frozenset({"patient"}), about_patient=False),
    "queries.exercises.my_exercises": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.exercises.patient_exercises": Expected(patient, CLINICIANS),
    "actions.exercises.assign_exercise": Expected(
        lambda _cast, story: {"key": "k", "patient_id": story.patient.id, "exercise": "values",
                              "agreed": Agreed("For the evenings.")},
        CLINICIANS,
    ),
    "actions.exercises.change_exercise": Expected(
        lambda _cast, story: {"key": "k", "assignment_id": story.exercise_id, "version": 1,
                              "agreed": Agreed(times_a_week=3)},
        CLINICIANS,
    ),
    "actions.exercises.end_exercise": Expected(
        lambda _cast, story: {"key": "k", "assignment_id": story.exercise_id, "version": 1}, CLINICIANS
    ),
    "actions.exercises.mark_doings_read": Expected(
        lambda _cast, story: {"key": "k", "patient_id": story.patient.id}, CLINICIANS
    ),
    "actions.exercise_doings.start_exercise": Expected(
        lambda _cast, _story: {"key": "k", "doing_id": uuid.UUID(int=8), "exercise": "grounding"},
        frozenset({"patient"}), about_patient=False,
    ),
    "actions.exercise_doings.finish_exercise": Expected(
        lambda _cast, _story: {"key": "k", "doing_id": uuid.UUID(int=8), "exercise": "values",
                               "answers": {"matters": "Being there."}},
        frozenset({"patient"}), about_patient=False,
    ),
    "actions.exercise_doings.say_helped": Expected(
        lambda _cast, _story: {"key": "k", "doing_id": uuid.UUID(int=8), "helped": 3},
        frozenset({"patient"}), about_patient=False,
    ),
    # Rules: rehearsed, set, looked at
    "actions.rules.set_rule": Expected(
        lambda *_: {"key": "k", "rule": "alliance_gap", "thresholds": {"points": 1.5}}, frozenset({"team lead"}),
        about_patient=False,
    ),
    "queries.rule_figures.rule_figures": Expected(nothing, frozenset({"team lead"}), about_patient=False),
    "queries.rule_figures.people_of_changes": Expected(
        lambda _cast, story: {"changes": [(story.patient.id, 1, 2)]}, frozenset({"team lead"}), about_patient=False
    ),
    # Who is away; what interrupts
    "actions.absences.enter_absence": Expected(
        lambda *_: {"key": "k", "absence": Away(NOW.date(), NOW.date() + timedelta(days=3))}, CLINICIANS,
        about_patient=False,
    ),
    "actions.absences.end_absence": Expected(  # of one's own team only: nobody is away here
        lambda *_: {"key": "k", "absence_id": uuid.UUID(int=7)}, about_patient=False
    ),
    "queries.absences.absences_of_team": Expected(nothing, CLINICIANS, about_patient=False),
    "queries.imminent.imminent": Expected(nothing, CLINICIANS, about_patient=False),
    # How people are told
    "actions.notifications.add_channel": Expected(
        lambda *_: {"key": "k", "label": "Mine", "address": "json://host.example/in"}, EVERYONE, about_patient=False
    ),
    "actions.notifications.remove_channel": Expected(  # one's own only: nobody has one here
        lambda *_: {"key": "k", "channel_id": uuid.UUID(int=7)}, about_patient=False
    ),
    "actions.notifications.send_again": Expected(lambda *_: {"key": "k"}, ADMINISTRATOR, about_patient=False),
    "queries.notifications.my_channels": Expected(nothing, EVERYONE, about_patient=False),
    "queries.notifications.outbox": Expected(nothing, ADMINISTRATOR, about_patient=False),
    # Accounts
    "actions.accounts.add_account": Expected(
        lambda cast, _: {"username": "new.person", "name": "New Person", "role": Role.THERAPIST, "password": PASSWORD,
                         "team_id": cast.team.id},
        ADMINISTRATOR, about_patient=False,
    ),
    "actions.accounts.disable_account": Expected(account(), ADMINISTRATOR, about_patient=False),
    "actions.accounts.enable_account": Expected(account(), ADMINISTRATOR, about_patient=False),
    "actions.accounts.change_role": Expected(account(role=Role.TEAM_LEAD), ADMINISTRATOR, about_patient=False),
    "actions.accounts.set_password": Expected(account(password=PASSWORD), ADMINISTRATOR, about_patient=False),
    "queries.accounts.accounts_of": Expected(nothing, ADMINISTRATOR, about_patient=False),
    "queries.accounts.teams_of": Expected(nothing, ADMINISTRATOR, about_patient=False, logged=False),
    "queries.accounts.team_named": Expected(
        lambda cast, _: {"name": cast.team.name}, ADMINISTRATOR, about_patient=False, logged=False
    ),
    # People and values from outside
    "actions.patients.admit": Expected(
        lambda cast, _: {"admission": Admission(
            given_name="Study", family_name="1", time_zone="Europe/Madrid", enrolled_on=date(2026, 1, 1),
            team_id=cast.team.id, programme_id=cast.programme.id, therapist_id=cast.alice.staff_id or cast.team.id,
        )},
        ADMINISTRATOR, about_patient=False,
    ),
    "actions.imports.import_csv": Expected(
        lambda *_: {"request": Request(Path("absent.csv"), load_mapping(Path("fried2021")))},
        ADMINISTRATOR, about_patient=False,
    ),
    "actions.intake.take_in": Expected(
        lambda *_: {"way": Way("partner", "fhir", "Partner"), "items": []}, ADMINISTRATOR, about_patient=False
    ),
    "actions.import_runs.undo": Expected(
        lambda _, story: {"key": "k", "run_id": story.run_id}, ADMINISTRATOR, about_patient=False
    ),
    "queries.import_runs.import_runs": Expected(nothing, ADMINISTRATOR, about_patient=False),
    "actions.api_tokens.add_token": Expected(
        lambda *_: {"name": "partner", "scopes": ["fhir"]}, ADMINISTRATOR, about_patient=False
    ),
    "actions.api_tokens.revoke_token": Expected(
        lambda _, story: {"token_id": story.token_id}, ADMINISTRATOR, about_patient=False
    ),
    "actions.exports.make_export_link": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "form": "fhir"},
        frozenset({"team lead", "patient"}),
    ),
    "actions.exports.take_export": Expected(  # nobody by somebody else's link; the rest in test_exports.py
        lambda *_: {"token": "somebody else's"}, about_patient=False
    ),
    "actions.erasure.erase": Expected(
        lambda _, story: {"patient_id": story.patient.id, "reason": "asked for it in writing"},
        ADMINISTRATOR, ADMINISTRATOR,
    ),
    "queries.api_tokens.api_tokens_of": Expected(nothing, ADMINISTRATOR, about_patient=False),
    # The record
    "queries.case_review.case_review": Expected(
        lambda _, story: {"patient_id": story.patient.id, "days": 30}, CLINICIANS
    ),
    "queries.cases.cases": Expected(nothing, CLINICIANS, about_patient=False),
    "queries.signals.signals": Expected(patient, CLINICIANS),
    "queries.model_cards.model_cards": Expected(
        nothing, CLINICIANS | ADMINISTRATOR | {"director"}, about_patient=False, logged=False
    ),
    "actions.signals.see_differently": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "score_id": story.score_id,
                          "reason": "knows_more", "text": "She moved house."},
        CLINICIANS,
    ),
    # Messages and family notes
    "actions.messages.reply": Expected(words, CLINICIANS),
    "actions.messages.write_as_patient": Expected(words, frozenset({"patient"})),
    "actions.messages.mark_read": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id}, CLINICIANS | {"patient"}
    ),
    "queries.privacy.privacy": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "queries.access_log.access_log": Expected(nothing, frozenset({"patient"}), about_patient=False),
    "actions.leaving.ask_to_leave": Expected(
        lambda *_: {"key": "k", "words": "I move away."}, frozenset({"patient"}), about_patient=False
    ),
    "actions.leaving.take_back_leaving": Expected(  # none waits here
        lambda *_: {"key": "k"}, frozenset({"patient"}), about_patient=False, logged=False
    ),
    "actions.leaving.answer_leaving": Expected(
        lambda _, story: {"key": "k", "request_id": story.leave_id, "answer": "Let us talk on Thursday."}, CLINICIANS
    ),
    "queries.family_space.family_space": Expected(nothing, frozenset({"relative"}), about_patient=False),
    "actions.family_notes.write_family_note": Expected(
        lambda *_: {"key": "k", "noticed": Noticed(body="She laughed at breakfast.")}, frozenset({"relative"}),
        about_patient=False,
    ),
    "actions.family_notes.see_answers": Expected(lambda *_: {"key": "k"}, frozenset({"relative"}), about_patient=False),
    "actions.family_notes.answer_family_note": Expected(
        lambda _, story: {"key": "k", "note_id": story.note_id or uuid.uuid4(), "body": "Thank you."}, CLINICIANS
    ),
    "queries.consents.family_consent": Expected(patient, CLINICIANS | {"patient"}),
    "actions.consents.decide_consent": Expected(
        lambda cast, story: {"key": "k", "patient_id": story.patient.id, "relative_id": cast.relative.id,
                             "stream": "mood", "given": True, "said_on": NOW.date()},
        CLINICIANS | {"patient"},
    ),
    "actions.family_notes.mark_read": Expected(
        lambda _, story: {"key": "k", "note_id": story.note_id or uuid.uuid4()}, CLINICIANS
    ),
    # Access in an emergency: the one call that is for patients of others
    "actions.access.break_glass": Expected(
        lambda _, story: {"key": "k", "name": story.patient.name, "proof": "1998-05-04",
                          "reason": "She rang the night line and I am on call."},
        CLINICIANS, CLINICIANS,
    ),
    "actions.access.review_glass": Expected(
        lambda _, story: {"key": "k", "glass_id": story.glass_id, "review": "It was right to look."},
        REVIEWERS, REVIEWERS,
    ),
    "queries.access.access_of": Expected(nothing, CLINICIANS | ADMINISTRATOR, about_patient=False, logged=False),
    "queries.access.welcome_of": Expected(nothing, EVERYONE, about_patient=False, logged=False),
    # Alerts
    "actions.alerts.acknowledge": Expected(alert(), CLINICIANS),
    "actions.alerts.act": Expected(alert(), CLINICIANS),
    "actions.alerts.close": Expected(
        alert(action="called", text="Called her; she is safe.", next_review=NOW.date()), CLINICIANS
    ),
    "actions.alerts.snooze": Expected(alert(until=NOW + timedelta(hours=1), text="She is in class."), CLINICIANS),
    "actions.alerts.hand_over": Expected(
        lambda cast, story: {"key": "k", "alert_id": story.alert_id, "version": 1, "to": cast.bob.staff_id}, CLINICIANS
    ),
    "actions.alerts.escalate": Expected(alert(), CLINICIANS),
    "actions.alerts.reopen": Expected(alert(text="She rang back."), CLINICIANS),
    # The service
    "queries.service_figures.service_figures": Expected(nothing, frozenset({"director"}), about_patient=False),
    "queries.service_figures.export_figures": Expected(nothing, frozenset({"director"}), about_patient=False),
    # The weekly meeting
    "queries.meetings.meeting": Expected(nothing, CLINICIANS, about_patient=False),
    "queries.meetings.talk": Expected(patient, CLINICIANS),
    "queries.minutes.minutes": Expected(lambda _, story: {"meeting_id": meeting_of(story.patient)}, CLINICIANS),
    "actions.meetings.start_meeting": Expected(
        lambda _, story: {"key": "k", "patient_ids": [story.patient.id]}, CLINICIANS
    ),
    "actions.meetings.turn_to": Expected(item(), CLINICIANS),
    "actions.meetings.move": Expected(item(position=0), CLINICIANS),
    "actions.meetings.set_time_box": Expected(item(minutes=4), CLINICIANS),
    "actions.meetings.add_to_agenda": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id}, CLINICIANS
    ),
    "actions.meetings.leave_out": Expected(item(), CLINICIANS),
    "actions.meetings.decide": Expected(item(text="One more week."), CLINICIANS),
    "actions.meetings.assign": Expected(
        lambda cast, story: {"key": "k", "item_id": item_of(story.patient), "text": "Ring the school.",
                             "owner_id": cast.bob.staff_id, "due_on": NOW.date()},
        CLINICIANS,
    ),
    "actions.meetings.mark_done": Expected(
        lambda _, story: {"key": "k", "action_id": action_of(story.patient), "version": 1}, CLINICIANS
    ),
    "actions.meetings.note_presence": Expected(
        lambda cast, _: {"key": "k", "staff_ids": [cast.bob.staff_id]}, CLINICIANS, about_patient=False
    ),
    "actions.meetings.end_meeting": Expected(lambda *_: {"key": "k"}, CLINICIANS, about_patient=False),
    # The alliance
    "actions.alliance.rate_as_therapist": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "appointment_id": story.held_id,
                          "answers": {str(item): 4.0 for item in range(1, 11)}},
        CLINICIANS,
    ),
    "actions.alliance.rate_as_patient": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "appointment_id": story.held_id,
                          "answers": {str(item): 4.0 for item in range(1, 13)}},
        frozenset({"patient"}),
    ),
    "actions.questionnaires.record_answers": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "code": "who-5", "answers": {"1": 3.0}},
        CLINICIANS | {"patient"},
    ),
    "actions.questionnaires.answer_due": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "code": "who-5", "answers": {"1": 3.0}},
        CLINICIANS | {"patient"},
    ),
    "queries.outcomes.outcomes": Expected(patient, CLINICIANS),
    "queries.questionnaires_due.questionnaires_due": Expected(patient, CLINICIANS | {"patient"}),
    # Made together: of the service, no patient's
    "queries.ideas.ideas": Expected(nothing, MAKERS, about_patient=False, logged=False),
    "queries.ideas.idea": Expected(
        lambda _, story: {"idea_id": story.idea_id}, MAKERS, about_patient=False, logged=False
    ),
    "queries.releases.releases": Expected(nothing, MAKERS, about_patient=False, logged=False),
    "actions.ideas.propose_idea": Expected(
        lambda *_: {"key": "k", "words": Words("Fewer questions", "Patients", "Calmer mornings")}, MAKERS,
        about_patient=False,
    ),
    "actions.ideas.map_idea": Expected(
        idea(side="patient", version=0, words=Empathy("Fine.", "Not again.", "Waits.", "Tired.")), MAKERS,
        about_patient=False,
    ),
    "actions.ideas.draw_frame": Expected(
        idea(number=1, version=0, words="The telephone asks."), MAKERS, about_patient=False
    ),
    "actions.ideas.rate_idea": Expected(idea(fresh=5, useful=8, feasible=7), MAKERS, about_patient=False),
    "actions.ideas.settle_idea": Expected(idea(version=1, state="tried", outcome=""), REVIEWERS, about_patient=False),
    "actions.ideas.mark_release": Expected(
        lambda *_: {"key": "k", "name": "Read marks", "released_on": NOW.date()}, REVIEWERS, about_patient=False
    ),
    # Goals and tasks of both sides
    "queries.goals.shared_goals": Expected(patient, CLINICIANS | {"patient"}),
    "actions.goals.add_goal": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "kind": "task", "title": "A walk after lunch"},
        CLINICIANS | {"patient"},
    ),
    "actions.goals.change_goal": Expected(goal(title="Eat lunch with a friend"), CLINICIANS | {"patient"}),
    "actions.goals.mark_goal": Expected(goal(agrees=False, words="Dinner first."), CLINICIANS | {"patient"}),
    "actions.goals.finish_goal": Expected(goal(outcome="reached"), CLINICIANS | {"patient"}),
    # The pair
    "queries.pair.pair_page": Expected(patient, CLINICIANS),
    "actions.rupture.record_talk": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "talked_on": NOW.date(), "about": ["goal"],
                          "words": "What she hopes for."},
        CLINICIANS,
    ),
    "actions.rupture.record_mended": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "talk_id": story.talk_id, "version": 1,
                          "mended": "mended"},
        CLINICIANS,
    ),
    # Steps of care
    "queries.steps.steps_page": Expected(patient, CLINICIANS),
    "queries.step_flow.step_flows": Expected(nothing, CLINICIANS | {"director"}, about_patient=False),
    "actions.steps.ask_for_step": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "wish": "more", "words": "A group would help."},
        frozenset({"patient"}),
    ),
    "actions.steps.decide_step": Expected(
        lambda _, story: {"key": "k", "patient_id": story.patient.id, "from_step": 1, "to_step": 2,
                          "patient_view": "agrees"},
        CLINICIANS,
    ),
    "queries.alliance_analysis.alliance_data": Expected(
        nothing, frozenset({"team lead", "director"}), about_patient=False
    ),
    "actions.analysis.note_export": Expected(
        lambda _cast, _story: {"key": "k", "kind": "csv"}, frozenset({"team lead", "director"}), about_patient=False
    ),
    # Today
    "queries.today.today": Expected(nothing, CLINICIANS, about_patient=False),
}  # fmt: skip

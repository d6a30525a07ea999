"""The weekly meetings of the simulated teams before the moment of seeding: whom they talked about, what was decided,
and what is still open, so that the next agenda has something to carry over; and who was offered the programme."""

import uuid
from datetime import datetime, timedelta

from core.rules.agenda import Reason, time_box
from models import (
    AgendaItem,
    Meeting,
    MeetingDecision,
    Need,
    Presence,
    ProgrammeOffer,
    StepOfCare,
    TeamAction,
)
from seed import meeting_words, words
from seed.person import Person
from seed.plan import RESERVED, Plan, date_of, local
from seed.rows import Rows

WEEKS = 6  # meetings before the moment of seeding
HOUR, MINUTES = 9.0, 60
PEOPLE = 11  # on an agenda
DAY_OF_WEEK = 1  # Tuesday
DONE_AFTER = 5.0  # days until most actions are done
ACCEPTED = 0.576  # of those offered (Medina 2022)


def meeting_day(plan: Plan, week: int) -> int:
    """Day number of the meeting ``week`` weeks before the last one."""
    today = plan.first_today
    last = today - (date_of(today).weekday() - DAY_OF_WEEK) % 7
    if local(last, HOUR + MINUTES / 60) > plan.seeded_at:
        last -= 7
    return last - 7 * week


def meeting_rows(plan: Plan, rows: Rows) -> None:
    """Every team's past meetings with who was there; all but one member each time."""
    for team in range(plan.teams):
        lead = plan.therapists + team
        members = [n for n in range(plan.therapists) if n % plan.teams == team] + [lead]
        for week in range(min(WEEKS, plan.days // 7)):
            began = local(meeting_day(plan, week), HOUR)
            meeting = plan.made_id("meeting", team, week)
            by = plan.made_id("account", RESERVED + lead)
            rows.add(
                Meeting, id=meeting, team_id=plan.made_id("team", team), started_at=began, started_by=by,
                minutes=MINUTES, current_id=None, ended_at=began + timedelta(minutes=48 + 3 * week % 11), ended_by=by,
            )  # fmt: skip
            away = week % len(members)
            for place, member in enumerate(members):
                if place != away or len(members) == 1:
                    rows.add(Presence, meeting_id=meeting, staff_id=plan.made_id("staff", member))


def talks(person: Person, rows: Rows) -> None:
    """The meetings in which a person was talked about, with what was decided and agreed."""
    plan = person.plan
    share = PEOPLE / max(plan.patients / plan.teams * 0.55, PEOPLE)
    for week in range(min(WEEKS, plan.days // 7)):
        day = meeting_day(plan, week) - person.enrolled
        luck = person.draws(f"meeting-{week}").random(6)
        here = 0 <= day < min(person.known, person.ends)
        if here and (luck[0] < share or (person.is_made and week % 2 == 0)):
            _talk(person, rows, week, day, [float(one) for one in luck])


def _talk(person: Person, rows: Rows, week: int, day: int, luck: list[float]) -> None:
    plan = person.plan
    team = plan.therapist_of(person.index) % plan.teams
    meeting, at = plan.made_id("meeting", team, week), person.at(day, HOUR + luck[1] * 0.7)
    by = plan.made_id("account", RESERVED + plan.therapists + team)
    need = _need(person, rows, day, luck[2])
    reasons = (Reason(need, number=_number(need, day)),)
    rows.add(
        AgendaItem, id=person.made_id("agenda", week), meeting_id=meeting, patient_id=person.id,
        position=round(luck[1] * 1000), minutes=time_box(reasons), needs=[one.to_json() for one in reasons],
        opened_at=None, seconds=70 + round(150 * luck[3]),
    )  # fmt: skip
    rows.add_words(
        MeetingDecision, person.id, "text", words.pick(meeting_words.DECISIONS, luck[4]),
        id=person.made_id("decision", week), meeting_id=meeting, patient_id=person.id, decided_at=at, decided_by=by,
    )  # fmt: skip
    if luck[5] < 0.55 or (person.is_made and week == 0):
        _action(person, rows, week, (meeting, by, at), luck)


def _need(person: Person, rows: Rows, day: int, luck: float) -> Need:
    if day < 14:
        return Need.NEW
    stays = [row for row in rows.by_table[StepOfCare] if row["patient_id"] == person.id]
    if stays and luck < 0.3:
        return Need.STEP_DECISION
    return (Need.ALLIANCE_STRAIN, Need.OFF_COURSE, Need.SILENT, Need.RESPONSE_DUE)[int(luck * 4)]


def _number(need: Need, day: int) -> int | None:
    return {Need.NEW: day, Need.STEP_DECISION: day // 7}.get(need)


def _action(
    person: Person, rows: Rows, week: int, where: tuple[uuid.UUID, uuid.UUID, datetime], luck: list[float]
) -> None:
    meeting, by, at = where
    due = date_of(person.enrolled + (at.date() - date_of(person.enrolled)).days + 2 + int(6 * luck[3]))
    done = at + timedelta(days=1 + DONE_AFTER * luck[2])
    is_open = done > person.plan.seeded_at or luck[1] > 0.93 or (person.is_made and week == 0)
    rows.add_words(
        TeamAction, person.id, "text", words.pick(meeting_words.ACTIONS, luck[2]),
        id=person.made_id("team-action", week),
        meeting_id=meeting, patient_id=person.id, owner_id=person.staff_id, due_on=due, made_at=at, made_by=by,
        done_at=None if is_open else done, done_by=None if is_open else person.user_id, version=1 if is_open else 2,
    )  # fmt: skip


def offer(person: Person, rows: Rows) -> None:
    """That the person accepted the programme, and those who were offered it on the same days and did not: nobody's
    record, so only a day and a place. About 58 of 100 accept (Medina 2022)."""
    plan, luck = person.plan, person.draws("offer").random(12)
    here = {
        "service_id": plan.made_id("service"),
        "programme_id": plan.made_id("programme", plan.programme_of(person.index)),
        "team_id": plan.made_id("team", plan.therapist_of(person.index) % plan.teams),
    }  # fmt: skip
    took = 1 + int(12 * luck[0] ** 2)
    rows.add(
        ProgrammeOffer, id=person.made_id("offer"), patient_id=person.id, offered_on=date_of(person.enrolled - took),
        answered_on=date_of(person.enrolled), accepted=True, **here,
    )  # fmt: skip
    declined = sum(float(one) < (1 / ACCEPTED - 1) / 3 for one in luck[1:4])
    for number in range(declined):
        day = person.enrolled - took + int(20 * luck[4 + number])
        if day < plan.first_today:
            answered = day + int(18 * luck[8 + number])
            rows.add(
                ProgrammeOffer, id=person.made_id("offer", number + 1), patient_id=None, offered_on=date_of(day),
                answered_on=date_of(answered) if answered < plan.first_today else None, accepted=False, **here,
            )  # fmt: skip

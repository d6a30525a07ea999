"""Words of an alert: when the response is due, the facts with their date and informant, what is asked for, and why. The
facts come first; no sentence here gives a level, and missing is never "no"."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.actions.alerts import ClosingAction
from core.clock import day_number
from core.instruments.library import instruments
from core.language import _, ngettext, say_date, say_number, say_time
from core.measures import catalogue
from core.queries.alerts import AlertStep, AlertView
from core.rules.catalogue import RULES, Ground, Limit, Rule
from core.rules.findings import Fact
from models import AlertState, AlertVerb, Response

SATURDAY = 5


def title(rule: str) -> str:
    """What a rule noticed, as the head of an item; never a level."""
    return {
        "safety_answer": _("Safety answer in a check-in"), "phq9_item9": _("Answer to PHQ-9, item 9"),
        "core10_item6": _("Answer to CORE-10, item 6"), "cssrs_now": _("Answers to the C-SSRS screener"),
        "cssrs_same_day": _("Answers to the C-SSRS screener"), "cssrs_next_day": _("Answers to the C-SSRS screener"),
        "reliable_deterioration": _("Worse by more than measurement error"),
        "alliance_fall": _("Possible strain in the alliance"), "alliance_gap": _("The two views lie far apart"),
        "ewma_change": _("Change from usual"), "no_entries": _("No entries for a while"),
        "meals_missed": _("Meals missed"), "sleep_short": _("Short or broken sleep"),
        "medical_signs": _("Readings that ask for a medical review"),
        "message_unanswered": _("A message waits for an answer"), "srs_low": _("Session rated lower"),
        "off_course": _("Course differs from the expected range"),
        "words_now": _("Words that ask for an answer now"), "words_same_day": _("Words that ask for an answer today"),
    }.get(rule, rule.replace("_", " "))  # fmt: skip


def heading(alert: AlertView, now: datetime, time_zone: str) -> str:
    """The due time in words; only a time that has passed is "overdue"."""
    if alert.closed:
        return _("Closed")
    if alert.overdue:
        return _("Overdue since {when}").format(when=_moment(alert.due_at, now, time_zone))
    if day_number(alert.due_at, time_zone) == day_number(now, time_zone):
        return _("Today, by {when}").format(when=_moment(alert.due_at, now, time_zone))
    return _("By {when}").format(when=_moment(alert.due_at, now, time_zone))


def due_icon(alert: AlertView) -> str:
    """A sign beside the due time, so that colour never stands alone."""
    if alert.closed:
        return ":material/task_alt:"
    return ":material/alarm:" if alert.overdue else ":material/schedule:"


def _moment(at: datetime, now: datetime, time_zone: str) -> str:
    days = abs(day_number(at, time_zone) - day_number(now, time_zone))
    if days == 0:
        return say_time(at, time_zone, "HH:mm")
    return say_time(at, time_zone, "EEE HH:mm" if days < 7 else "d MMM")


def state_line(alert: AlertView, time_zone: str) -> str:
    """Whose it is and where it stands; nothing for one's own that nobody touched yet."""
    parts = [] if alert.mine else [alert.owner]
    if alert.state is AlertState.SNOOZED and alert.snoozed_until:
        parts.append(_("put off until {when}").format(when=say_time(alert.snoozed_until, time_zone)))
    elif alert.state is not AlertState.NEW:
        parts.append({
            AlertState.ACKNOWLEDGED: _("seen"), AlertState.ACTING: _("in hand"), AlertState.CLOSED: _("closed"),
        }.get(alert.state, _("put off")))  # fmt: skip
    return " · ".join(parts)


def facts(alert: AlertView, time_zone: str) -> list[str]:
    """The newest facts behind the alert, one sentence each, newest last (at most three)."""
    return list(dict.fromkeys(fact_sentence(fact, time_zone) for fact in alert.evidence[-3:]))


def quoted(alert: AlertView) -> list[str]:
    """The words that the newest facts point to, as they were written (at most three). To be shown as plain text."""
    known = [alert.quotes[fact] for fact in alert.evidence[-3:] if fact in alert.quotes]
    return [f"“{words}”" for words in dict.fromkeys(known)]


def fact_sentence(fact: Fact, time_zone: str) -> str:
    """One fact with its date and informant."""
    return _KINDS.get(fact.kind, _score)(fact, time_zone)


def _when(fact: Fact, time_zone: str) -> str:
    return say_time(fact.at, time_zone, "EEE d MMM HH:mm")


def _who(fact: Fact) -> str:
    return {"patient": _("self-report"), "therapist": _("therapist"), "relative": _("relative")}.get(
        fact.informant or "", _("informant not recorded")
    )


def _window(fact: Fact) -> str:
    return {
        "day": _("that day"), "today": _("that day"), "week": _("past week"), "two_weeks": _("past two weeks"),
        "month": _("past month"), "three_months": _("past three months"), "lifetime": _("ever"),
    }.get(fact.window or "", "")  # fmt: skip


def _instrument(code: str | None) -> str:
    known = instruments().get(code or "")
    return known.name if known else (code or "").upper()


def _subject(fact: Fact) -> str:
    if fact.measure:
        known = catalogue().get(fact.measure)
        return _(known.label) if known else _domain(fact.measure)
    if fact.item:
        return _("{instrument}, item {item}").format(instrument=_instrument(fact.instrument), item=fact.item)
    return _instrument(fact.instrument)


def _domain(code: str) -> str:
    return {
        "positive_affect": _("Pleasant mood"), "negative_affect": _("Unpleasant mood"), "urges": _("Strongest urge"),
        "arousal": _("Tension"), "sleep": _("Sleep"), "activity": _("Activity"), "meals": _("Meals"),
    }.get(code, code.replace("_", " "))  # fmt: skip


def _answer(fact: Fact, time_zone: str) -> str:
    value = _("yes") if fact.high == 1 else _number(fact)
    if fact.high and fact.high > 1:
        value = _("{value} of {high}").format(value=value, high=say_number(fact.high, 0))
    parts = [_who(fact), _window(fact), _when(fact, time_zone)]
    subject = f"“{_subject(fact)}”" if fact.measure else _subject(fact)
    return f"{subject}: {value}, {', '.join(part for part in parts if part)}."


def _score(fact: Fact, time_zone: str) -> str:
    words = _("{what}: {value}, before {usual} ({who}, {when}).") if fact.usual is not None else _(
        "{what}: {value} ({who}, {when})."
    )  # fmt: skip
    if fact.window == "expected_course":
        words = _("{what}: {value}, expected at most {limit} ({who}, {when}).")
    usual, limit = ("" if number is None else say_number(number) for number in (fact.usual, fact.threshold))
    return words.format(
        what=_subject(fact), value=_number(fact), usual=usual, limit=limit, who=_who(fact), when=_when(fact, time_zone)
    )


def _rating(fact: Fact, time_zone: str) -> str:
    side = _("The patient") if fact.informant == "patient" else _("The therapist")
    when = say_time(fact.at, time_zone, "d MMM")
    if fact.subscale is None:
        return _("{side}: {value} of 5, {when}.").format(side=side, value=_number(fact), when=when)
    part = {"goal": _("Agreement on goals"), "task": _("Agreement on tasks"), "bond": _("The bond")}[fact.subscale]
    usual = "" if fact.usual is None else say_number(fact.usual)
    words = _("{part}, as the patient rates it: {value}, usual {usual}, {when}. Beyond measurement error.")
    if fact.informant != "patient":
        words = _("{part}, as the therapist rates it: {value}, usual {usual}, {when}. Beyond measurement error.")
    return words.format(part=part, value=_number(fact), usual=usual, when=when)


def _series(fact: Fact, time_zone: str) -> str:
    when = say_time(fact.at, time_zone, "EEE d MMM")
    if fact.measure in _BODY:
        return _body(fact, when)
    if fact.measure == "meal":
        words = _("At least {n} meals skipped a day, {span}, last on {when}.")
        return words.format(n=_number(fact), span=fact.window or "", when=when)
    span = f", {fact.window}" if fact.window else ""
    if fact.usual is None:
        return _("{what}: {value}{span}, last on {when}.").format(
            what=_subject(fact), value=_number(fact), span=span, when=when
        )
    return _("{what}: {value}, own usual {usual}{span}, last on {when}.").format(
        what=_subject(fact), value=_number(fact), usual=say_number(fact.usual), span=span, when=when
    )


_BODY = ("weight", "resting_heart_rate", "intake_refused", "body_mass_index")


def _body(fact: Fact, when: str) -> str:
    unit = catalogue()[fact.measure or ""].unit.replace("m2", "m²")
    words = {
        "weight": _("{what}: {value} {unit} on {when}; {usual} {unit} two weeks before, less in each of them."),
        "intake_refused": _("{what} on {when}."),
    }.get(fact.measure or "", _("{what}: {value} {unit} on {when}."))
    usual = "" if fact.usual is None else say_number(fact.usual)
    return words.format(what=_subject(fact), value=_number(fact), unit=unit, usual=usual, when=when)


def _silence(fact: Fact, time_zone: str) -> str:
    return _("No entries since {when}. Silence is not “well”.").format(when=_when(fact, time_zone))


def _message(fact: Fact, time_zone: str) -> str:
    return _("A message of {when} waits for an answer.").format(when=_when(fact, time_zone))


def _words(fact: Fact, time_zone: str) -> str:
    words = {
        "family_note": _("A relative wrote on {when}."),
        "family_note.about_self": _("A relative wrote about themselves on {when}."),
        "leave_request": _("Written when asking to leave, {when}."), "check_in": _("Written in a check-in, {when}."),
        "step_request": _("Written when asking for other support, {when}."),
        "exercise_doing": _("Written about an exercise, {when}."),
        "exercise_doing.answers": _("Written in an exercise, {when}."),
    }.get(fact.place or "", _("Written in a message, {when}."))  # fmt: skip
    return words.format(when=_when(fact, time_zone))


def _number(fact: Fact) -> str:
    return _("not recorded") if fact.value is None else say_number(fact.value)


_KINDS: dict[str, Callable[[Fact, str], str]] = {
    "answer": _answer, "score": _score, "rating": _rating, "series": _series, "silence": _silence, "message": _message,
    "words": _words,
}  # fmt: skip


def asked_for(alert: AlertView) -> str:
    """What is asked for, as a person says it."""
    if alert.rule == "medical_signs":
        return _("Medical review today.")
    return {
        Response.NOW: _("Contact now, on call."),
        Response.SAME_DAY: _("Contact today."),
        Response.NEXT_WORKING_DAY: _("Get in touch by the next working day."),
        Response.TWO_WORKING_DAYS: _("Look at it within two working days."),
        Response.NEXT_SESSION: _("Worth raising at the next session."),
        Response.SUPERVISION: _("Worth taking to supervision; most pairs differ."),
    }[alert.response]


def caution(rule: str) -> str:
    """What must stand beside an answer about safety."""
    known = RULES.get(rule)
    if known and known.ground is Ground.SAID and rule != "srs_low":
        return _("This does not say how safe someone is; ask.")
    if known and known.ground is Ground.MEASURED:
        return _("Numbers alone do not say how well a body is; a physician looks at the person.")
    return ""


def why(alert: AlertView) -> list[str]:
    """Rule, thresholds, data, source and limits, a line each."""
    rule = RULES.get(alert.rule)
    if rule is None:
        return [_("This rule is no longer in use.")]
    lines = [_("**Rule**: {title}. {asked}").format(title=title(alert.rule), asked=asked_for(alert))]
    if rule.thresholds:
        lines.append(_("**Thresholds**: {list}").format(list="; ".join(_thresholds(rule))))
    count = len(alert.evidence)
    data = ngettext("**Data**: {n} fact, shown on the card", "**Data**: {n} facts, the newest on the card", count)
    lines.append(data.format(n=count))
    lines.append(_("**Source**: {source}").format(source=rule.source))
    lines += [_("**Limits**: {limit}").format(limit=limit(one)) for one in rule.limits]
    return lines


def _thresholds(rule: Rule) -> list[str]:
    default = _("our default")
    return [
        f"{name.replace('_', ' ')} {say_number(value, 2)}" + (f" ({default})" if name in rule.defaults else "")
        for name, value in rule.thresholds.items()
    ]


def limit(code: Limit) -> str:
    """What a rule cannot see, as a person says it."""
    return {
        Limit.SELF_REPORT: _("rests on what the person reported"),
        Limit.ABSENCE_RULES_NOTHING_OUT: _("no such answer on other days rules nothing out"),
        Limit.MANY_FALSE_CHANGES: _("in studies it missed changes and called others that were none"),
        Limit.UNVERIFIED_THRESHOLD: _("the threshold is recalled from the literature and not verified here"),
        Limit.ORDINARY_DIFFERENCE: _("differences are ordinary and no fault of anyone"),
        Limit.PHRASES_ARE_MATCHED: _("finds phrases: it misses some ways to say it and may misread others"),
        Limit.ANSWERED_ELSEWHERE: _("it does not know of answers given by telephone or in person"),
        Limit.AS_SENT_IN: _("rests on what was measured and sent in; no reading says nothing about the body"),
        Limit.COUNTS_ENTRIES_ONLY: _("counts entries only: a person may be in touch in other ways"),
    }[code]


def closing_action(action: str) -> str:
    """What was done, as a person says it."""
    said = {
        ClosingAction.CALLED.value: _("I called"), ClosingAction.SAW_IN_PERSON.value: _("We met"),
        ClosingAction.WROTE.value: _("I wrote"), ClosingAction.DISCUSSED_IN_TEAM.value: _("Discussed in the team"),
        ClosingAction.EMERGENCY_SERVICE.value: _("Emergency service called in"),
        ClosingAction.NOT_REACHED.value: _("Not reached; tried as described"),
    }  # fmt: skip
    return said.get(action, action.replace("_", " "))


def first_action(alert: AlertView) -> tuple[str, ClosingAction, str]:
    """The verb of the card's main button, what it stands for, and its icon."""
    if alert.rule == "message_unanswered":
        return _("I wrote"), ClosingAction.WROTE, ":material/edit:"
    if alert.response in (Response.NEXT_SESSION, Response.SUPERVISION):
        return _("We talked about it"), ClosingAction.SAW_IN_PERSON, ":material/forum:"
    return _("I called"), ClosingAction.CALLED, ":material/call:"


def step_line(step: AlertStep, time_zone: str) -> str:
    """One line of history: who did what, when."""
    verb = {
        AlertVerb.OPEN: _("opened it"), AlertVerb.ADD_EVIDENCE: _("added facts"), AlertVerb.ACKNOWLEDGE: _("saw it"),
        AlertVerb.ACT: _("took it in hand"), AlertVerb.SNOOZE: _("put it off"), AlertVerb.WAKE: _("came back"),
        AlertVerb.HAND_OVER: _("handed it over"), AlertVerb.ESCALATE: _("took it to the team lead"),
        AlertVerb.CLOSE: _("closed it"), AlertVerb.REOPEN: _("opened it again"),
        AlertVerb.BATCH: _("put it on the weekly list, the week's number being full"),
    }[step.verb]  # fmt: skip
    who = step.by or _("the rule")
    review = "" if step.next_review is None else _("; next review {day}").format(day=say_date(step.next_review))
    return f"{say_time(step.at, time_zone)} · {who} {verb}{review}"


def review_day(now: datetime, alert: AlertView) -> datetime:
    """The day proposed for the next review: tomorrow where a quick response was asked for, else in a week (default);
    a Monday instead of a weekend. ``now`` is on the clock of the patient."""
    proposed = now + timedelta(days=1 if alert.response in (Response.NOW, Response.SAME_DAY) else 7)
    return proposed + timedelta(days=max(0, 7 - proposed.weekday()) if proposed.weekday() >= SATURDAY else 0)

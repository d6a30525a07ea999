"""Every rule in words: a title of its own, what is asked for, the facts with their date and informant, why, with
which limits; never a level, never a colour, never "no" for what is missing."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from core.queries.alerts import VERBS, AlertView
from core.rules.catalogue import RULES, Ground, Limit
from core.rules.findings import Fact
from dashboard.wording import alerts as words
from models import AlertState, Response

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ZONE = "Europe/Madrid"
NEVER = re.compile(
    r"(high|low|medium|elevated|no|at)[- ]risk|risk (level|score|group)|\b(green|red|amber)\b|suicidal|attempter"
    r"|non-?complian|probability|\d ?%|nothing to worry|all (is )?well|danger|\bsafe\b(?! someone)|: none\b|\bnan\b",
    re.IGNORECASE,
)  # fmt: skip
FACTS = {
    "answer": (
        Fact(NOW, "answer", 2, instrument="phq-9", item="9", high=3, window="two_weeks", informant="patient"),
        "PHQ-9, item 9: 2 of 3, self-report, past two weeks, Wed 18 Nov 10:30.",
    ),
    "answer yes": (
        Fact(NOW, "answer", 1, instrument="cssrs-screener", item="6", high=1, window="month", informant="therapist"),
        "item 6: yes, therapist, past month, Wed 18 Nov 10:30.",
    ),
    "score": (
        Fact(NOW, "score", 21, instrument="core-10", usual=14, informant="patient"),
        "CORE-10: 21, before 14 (self-report, Wed 18 Nov 10:30).",
    ),
    "score without a value": (
        Fact(NOW, "score", None, instrument="core-10", informant="patient"),
        "CORE-10: not recorded (self-report, Wed 18 Nov 10:30).",
    ),
    "rating": (
        Fact(NOW, "rating", 2.4, instrument="wai-sr", subscale="bond", usual=3.9, informant="patient"),
        "The bond, as the patient rates it: 2.4, usual 3.9, 18 Nov. Beyond measurement error.",
    ),
    "series": (
        Fact(NOW, "series", 4.1, measure="sleep", usual=7.2, window="3 of 4 nights", informant="patient"),
        "Sleep: 4.1, own usual 7.2, 3 of 4 nights, last on Wed 18 Nov.",
    ),
    "silence": (
        Fact(NOW - timedelta(days=4), "silence", 4, informant="patient"),
        "No entries since Sat 14 Nov 10:30. Silence is not “well”.",
    ),
    "message": (Fact(NOW, "message", 1, informant="patient"), "A message of Wed 18 Nov 10:30 waits for an answer."),
    "words": (Fact(NOW, "words", informant="patient", place="message"), "Written in a message, Wed 18 Nov 10:30."),
}  # fmt: skip


def card(rule: str, *facts: Fact, due: timedelta = timedelta(hours=3), state: AlertState = AlertState.NEW) -> AlertView:
    return AlertView(
        id=uuid.UUID(int=1), rule=rule, response=RULES[rule].response, opened_at=NOW, due_at=NOW + due,
        overdue=due < timedelta(), state=state, closed=state is AlertState.CLOSED, owner_id=uuid.UUID(int=2),
        owner="Alice", mine=True, evidence=facts, history=(), snoozed_until=None, version=1, can=dict.fromkeys(VERBS),
    )  # fmt: skip


def said(alert: AlertView) -> list[str]:
    """Everything the screen says of an alert."""
    return [
        words.title(alert.rule), words.heading(alert, NOW, ZONE), words.state_line(alert, ZONE),
        *words.facts(alert, ZONE), words.asked_for(alert), words.caution(alert.rule), *words.why(alert),
        words.first_action(alert)[0],
    ]  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_a_fact_is_one_sentence_with_its_date_and_informant(fact: str) -> None:
    given, sentence = FACTS[fact]
    assert words.fact_sentence(given, ZONE).endswith(sentence)


@pytest.mark.parametrize("rule", RULES)
def test_no_sentence_of_a_rule_gives_a_level_a_colour_or_a_probability(rule: str) -> None:
    for fact, _sentence in FACTS.values():
        for sentence in said(card(rule, fact)):
            told = sentence if not sentence.startswith("**Source**") else ""  # titles and figures of others
            assert not NEVER.search(told), sentence


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_title_of_its_own_and_says_what_it_rests_on(rule: str) -> None:
    why = words.why(card(rule, FACTS["answer"][0]))
    assert words.title(rule) != rule.replace("_", " ")
    assert any(line.startswith("**Source**: ") and RULES[rule].source in line for line in why)
    assert sum(line.startswith("**Limits**") for line in why) == len(RULES[rule].limits) > 0
    if RULES[rule].thresholds:
        (line,) = [line for line in why if line.startswith("**Thresholds**")]
        assert line.count("(our default)") == len(RULES[rule].defaults)


@pytest.mark.parametrize("rule", [code for code, rule in RULES.items() if rule.ground is Ground.SAID])
def test_beside_what_somebody_said_about_safety_stands_that_one_must_ask(rule: str) -> None:
    caution = words.caution(rule)
    assert (caution == "This does not say how safe someone is; ask.") is (
        Limit.ABSENCE_RULES_NOTHING_OUT in RULES[rule].limits
    )


@pytest.mark.parametrize("response", Response)
def test_what_is_asked_for_is_a_thing_to_do_by_a_time(response: Response) -> None:
    asked = {words.asked_for(card(code)) for code, rule in RULES.items() if rule.response is response}
    verb = re.compile(r"^(Contact|Get in touch|Look at|Worth|Medical review)")
    assert all(verb.match(sentence) for sentence in asked)
    if response in (Response.NOW, Response.SAME_DAY):
        assert asked
        assert all("now" in sentence or "today" in sentence for sentence in asked)


@pytest.mark.parametrize(
    ("due", "heading"),
    [
        (timedelta(hours=3), "Today, by 13:30"), (timedelta(days=1), "By Thu 10:30"), (timedelta(days=9), "By 27 Nov"),
        (timedelta(hours=-2), "Overdue since 08:30"), (timedelta(days=-2), "Overdue since Mon 10:30"),
    ],
)  # fmt: skip
def test_the_head_is_a_time_and_only_a_time_that_has_passed_is_overdue(due: timedelta, heading: str) -> None:
    assert words.heading(card("no_entries", due=due), NOW, ZONE) == heading


def test_the_same_fact_twice_is_said_once_and_the_newest_three_stand_on_the_card() -> None:
    facts = [Fact(NOW - timedelta(days=day), "silence", day) for day in (5, 4, 3, 2)]
    alert = card("no_entries", *facts, facts[-1])
    assert words.facts(alert, ZONE) == [
        "No entries since Sun 15 Nov 10:30. Silence is not “well”.",
        "No entries since Mon 16 Nov 10:30. Silence is not “well”.",
    ]

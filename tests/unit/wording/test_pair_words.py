"""Words of the pair and of steps: a question and never a verdict, each figure with what stands behind it, no level."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from core.queries.pair import After, TalkView
from core.queries.step_flow import ENTERED, LEFT, FlowView, Link
from core.queries.steps import DecisionView, StepsView
from core.rules.congruence import Congruence
from core.rules.findings import Fact
from core.rules.rupture import Component, Part
from core.stepped.suggest import Direction, Ground, Reason, Suggestion
from dashboard.wording import pair, steps
from models import Mended, PatientView
from tests.factories.alliance_views import view as alliance_view
from tests.factories.cast import NOW, ZONE

NEVER_SAID = re.compile(r"\b(risk|fail\w*|poor|non-compli\w*|bad|green|red)\b", re.IGNORECASE)
ALLIANCE = alliance_view(None, None)


def component(part: Part, value: float, usual: float | None, *, side: str | None = None, n: int = 5) -> Component:
    return Component(part, value, usual, 2, n, True, NOW, side)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (component(Part.GOAL, 2.8, 4.1, side="patient"), "goals 2.8, usually 4.1"),
        (component(Part.GOAL, 2.8, 4.1, side="patient", n=1), "goals 2.8, before 4.1"),
        (component(Part.PATIENT_REPLIES, 31, 6), "Laia answers after 31 h, usually 6 h"),
        (component(Part.TEAM_REPLIES, 30, 0.4), "we answer after 30 h, usually less than 1 h"),
        (component(Part.ENTRIES, 0.52, 0.81), "entries answered 52 %, usually 81 %"),
        (component(Part.MESSAGES, 0.5, 2.0), "messages 0.5 a week, usually 2"),
        (component(Part.SESSIONS, 0.25, None), "sessions missed 25 %"),
    ],
)
def test_a_component_says_its_number_and_its_own_usual(seen: Component, said: str) -> None:
    assert pair.line(seen, ALLIANCE) == said


def test_too_little_is_never_as_usual() -> None:
    assert pair.standing(component(Part.SESSIONS, 0.25, None)) == "too little yet"


def test_the_question_of_the_issue() -> None:
    asked = pair.question(component(Part.GOAL, 2.8, 4.1, side="patient"), ALLIANCE)
    assert asked == "Agreement on goals lower than usual. Worth asking about?"


@pytest.mark.parametrize("part", Part)
def test_every_part_has_a_question_and_prompts_that_explore_and_validate_first(part: Part) -> None:
    asked = pair.question(component(part, 1, 2, side="patient" if part in list(Part)[:3] else None), ALLIANCE)
    assert asked.endswith("Worth asking about?")
    stages = pair.prompts(part, "Laia")
    assert [stage for stage, _said in stages] == [
        "Explore", "Understand before you explain", "Name your own share", "Only then, what next",
    ]  # fmt: skip
    assert stages[0][1].endswith("?”")
    for sentence in (asked, *(said for _stage, said in stages)):
        assert not NEVER_SAID.search(sentence)


def talk(mended: Mended | None, *after: After) -> TalkView:
    return TalkView(uuid.uuid4(), NOW, "Alice", ("goal", "messages"), (), "", mended, None, "", "", 1, after)


def test_a_conversation_says_how_it_stands_and_what_came_after() -> None:
    assert pair.talked(talk(None), ALLIANCE) == (
        "Alice talked about it on 18 Nov (goals, messages). How it stands now was not said yet."
    )
    assert pair.talked(talk(Mended.PARTLY), ALLIANCE).endswith("It mended in part.")
    assert pair.course_after(talk(None), "Laia") == "Laia has not rated since."
    after = (After("goal", 2.6, 4.1, 2), After("task", None, 4.0, 2))
    assert pair.course_after(talk(None, *after), "Laia") == "Since then Laia rated 2 times, last: goals 2.6 → 4.1."


def test_the_gap_reads_as_expected_with_its_figures() -> None:
    said = pair.typical(ALLIANCE)
    for figure in ("d = 0.63", "r = 0.36", "0.5 points", "±0.5"):
        assert figure in said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Congruence(2), "it takes 5 changes that both rated; there are 2"),
        (Congruence(8, constant=True), "cannot be said: one side rated the same each time"),
        (Congruence(12, 0.131, -0.484, 0.662, 5), "correlation of the changes 0.13 (-0.48 to 0.66, n = 12)"),
    ],
)
def test_congruence_never_stands_without_its_n(found: Congruence, said: str) -> None:
    assert said in pair.congruence(found)


def steps_view(*suggestions: Suggestion) -> StepsView:
    return StepsView(
        uuid.uuid4(), "Laia", ZONE, NOW, 1, NOW.date() - timedelta(days=30), {1: "Screening", 5: "Individual"}, "S.",
        suggestions, (), (), (), may_decide=True,
    )  # fmt: skip


def suggestion(ground: Ground, fact: Fact, to: int | None = 5, direction: Direction = Direction.MORE) -> Suggestion:
    return Suggestion(to, direction, (Reason(ground, (fact,)),))


SCORE = Fact(NOW, "score", 9.0, instrument="hads", subscale="anxiety", threshold=8.0, informant="patient")


@pytest.mark.parametrize(
    ("made", "head", "link"),
    [
        (
            suggestion(Ground.SAFETY, Fact(NOW, "safety", window="phq9_item9")),
            "A need for safety goes straight to Step 5 · Individual", "Consider step 5",
        ),
        (
            suggestion(Ground.ASKED, Fact(NOW, "wish", window="more")),
            "Laia asks for more support: Step 5 · Individual?", "Laia asks for more support",
        ),
        (suggestion(Ground.SCORE, SCORE), "More support may help: Step 5 · Individual?", "Consider step 5"),
        (
            suggestion(Ground.BELOW, SCORE, 1, Direction.LESS),
            "Less support may be enough: Step 1 · Screening?", "Consider step 1",
        ),
    ],
)  # fmt: skip
def test_a_suggestion_is_worded_as_one(made: Suggestion, head: str, link: str) -> None:
    seen = steps_view(made)
    assert steps.heading(made, seen) == head
    assert steps.link_label(seen) == link
    assert not NEVER_SAID.search(head + steps.reason_line(made.reasons[0], seen))


def test_a_reason_names_the_score_its_date_and_the_cut() -> None:
    said = steps.reason_line(Reason(Ground.SCORE, (SCORE,)), steps_view())
    assert said == "At or above the cut. Anxiety: HADS: 9 (self-report, Wed 18 Nov 10:30). The cut is 8."


def test_a_safety_fact_never_says_how_safe_someone_is() -> None:
    said = steps.reason_line(Reason(Ground.SAFETY, (Fact(NOW, "safety", window="phq9_item9"),)), steps_view())
    assert said.endswith("It does not say how safe someone is; ask.")


def test_a_decision_is_somebodys_with_the_patients_view() -> None:
    made = DecisionView(
        uuid.uuid4(), NOW, "Alice", 1, 5, ("asked", "score"), PatientView.UNSURE, "", "", NOW.date()
    )  # fmt: skip
    seen = steps_view()
    assert steps.decision_line(made, seen) == "18 Nov 2026 · Alice decided for Step 5 · Individual; Laia is unsure."
    assert steps.decision_details(made).startswith("because: the patient asked, score at or above the cut")
    assert "to stay on Step 1 · Screening" in steps.decision_line(replace(made, to_step=1), seen)


def test_the_flow_in_words_says_what_is_left_out() -> None:
    flow = FlowView(uuid.uuid4(), "Oncology", {1: "Screening", 2: "Campus"}, (), 2, {})
    assert steps.flow_text(flow) == "Oncology: fewer than 8 people went any one way, so none is shown."
    links = (Link(ENTERED, 1, 40), Link(1, 2, 20), Link(2, LEFT, 30))
    said = steps.flow_text(replace(flow, links=links, today={1: 20}))
    assert said == (
        "Now about 20 on step 1 (Screening). The way most went: step 1 (Screening) → step 2 (Campus), about 20 people. "
        "2 ways that fewer than 8 people went are not shown."
    )

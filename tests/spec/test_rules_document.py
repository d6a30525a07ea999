"""``docs/alerts.md`` is held to the tables it describes: the diagram to ``TRANSITIONS``, the list to ``RULES``."""

import re
from pathlib import Path

from core.rules.catalogue import RULES
from core.rules.life_cycle import AUDIT_ACTIONS, TRANSITIONS
from models import AlertState, AlertVerb

DOCUMENT = Path("docs/alerts.md").read_text(encoding="utf-8")


def diagram() -> str:
    """The life of an alert as a Mermaid state diagram: one arrow for each pair of states, its verbs on it."""
    arrows: dict[tuple[AlertState, AlertState], list[str]] = {}
    for (before, verb), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(verb.value.replace("_", " "))
    lines = [f"    {before} --> {after}: {', '.join(sorted(verbs))}" for (before, after), verbs in arrows.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {AlertState.NEW}: open", *sorted(lines)])


def test_the_diagram_in_the_document_is_the_table() -> None:
    (drawn,) = re.findall(r"```mermaid\n(.*?)\n```", DOCUMENT, re.DOTALL)
    assert drawn == diagram(), f"docs/alerts.md should hold:\n{diagram()}"


def test_the_document_lists_every_rule_with_its_response() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", DOCUMENT, re.MULTILINE))
    assert listed == {code: rule.response.replace("_", " ") for code, rule in RULES.items()}


def test_every_verb_has_its_name_in_the_log_and_leads_somewhere() -> None:
    assert set(AUDIT_ACTIONS) == set(AlertVerb)
    assert {verb for _state, verb in TRANSITIONS} == set(AlertVerb) - {AlertVerb.OPEN}
    assert {state for state, _verb in TRANSITIONS} == set(AlertState)

"""What is configured about rules: the programme over the service, what is malformed refused by name, and nothing that
somebody said about their safety ever switched off by a slip."""

import pytest

from core.rules.catalogue import RULES, Ground, Limit, Rule, unsound
from core.rules.in_force import fault, in_force
from models import Response


def threshold(rule: str, name: str, settings: dict) -> float:
    return RULES[rule].threshold(name, settings)


def test_a_programmes_threshold_goes_before_its_services() -> None:
    service = {"rules": {"no_entries": {"task_hours": 60, "after_safety_hours": 12}, "sleep_short": {"hours": 4}}}
    programme = {"rules": {"no_entries": {"task_hours": 48}}}
    settings = in_force(service, programme)
    assert threshold("no_entries", "task_hours", settings) == 48
    assert threshold("no_entries", "after_safety_hours", settings) == 12
    assert threshold("sleep_short", "hours", settings) == 4
    assert threshold("meals_missed", "meals", settings) == RULES["meals_missed"].thresholds["meals"]


def test_a_programme_may_run_what_its_service_does_without() -> None:
    settings = in_force({"rules": {"ewma_change": {"runs": False}}}, {"rules": {"ewma_change": {"runs": True}}})
    assert RULES["ewma_change"].runs(settings)
    assert not RULES["ewma_change"].runs(in_force({"rules": {"ewma_change": {"runs": False}}}, {}))


@pytest.mark.parametrize(
    ("configured", "why"),
    [
        ({"task_hours": "three"}, "task_hours is no number"),
        ({"task_hours": None}, "task_hours is no number"),
        ({"task_hours": True}, "task_hours is no number"),
        ({"task_hours": float("nan")}, "task_hours lies outside 0 to 10000"),
        ({"task_hours": -1}, "task_hours lies outside 0 to 10000"),
        ({"task_hour": 5}, "task_hour is no threshold of it"),
        ({"runs": "no"}, "runs is neither true nor false"),
        ([72], "no table of thresholds"),
    ],
)
def test_a_malformed_rule_rests_and_the_others_run(configured: object, why: str) -> None:
    settings = in_force({"rules": {"no_entries": configured, "sleep_short": {"hours": 4}}}, {})
    assert fault("no_entries", configured) == why
    assert not RULES["no_entries"].runs(settings)
    assert RULES["sleep_short"].runs(settings)
    assert threshold("sleep_short", "hours", settings) == 4


@pytest.mark.parametrize("configured", [{"at_least": "none"}, {"at_least": 3}, {"runs": False}, "off"])
def test_a_rule_on_what_was_said_about_safety_runs_as_it_is_and_what_is_configured_is_refused(
    configured: object,
) -> None:
    settings = in_force({"rules": {"phq9_item9": configured}}, {"rules": {"phq9_item9": {}}})
    assert fault("phq9_item9", configured) == "what a person says about their safety always counts"
    assert RULES["phq9_item9"].runs(settings)
    assert threshold("phq9_item9", "at_least", settings) == 1


@pytest.mark.parametrize("given", [None, 7, [], "rules"])
def test_settings_that_are_no_table_configure_nothing(given: object) -> None:
    assert in_force({"rules": given}, {}) == {"rules": {}}


def test_a_rule_without_source_limits_or_sound_thresholds_cannot_be_used() -> None:
    def rule(source: str, limits: tuple[Limit, ...], thresholds: dict[str, float], *defaults: str) -> Rule:
        return Rule("a", Response.SAME_DAY, Ground.SAID, thresholds, source, limits, frozenset(defaults))

    limits = (Limit.SELF_REPORT,)
    assert unsound(rule("Somebody 2020", limits, {"x": 1.0}, "x")) is None
    assert unsound(rule("", limits, {})) == "no source or no limits"
    assert unsound(rule("Somebody 2020", (), {})) == "no source or no limits"
    assert unsound(rule("Somebody 2020", limits, {"x": float("nan")})) == "its threshold x is malformed"
    assert unsound(rule("Somebody 2020", limits, {"x": 1.0}, "y")) == "its threshold y is malformed"

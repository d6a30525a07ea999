"""What rehearsed alerts are worth: counted by hand on a few."""

import uuid

from core.rehearsal.judge import Share, cooled, judge
from core.rehearsal.people import ALWAYS, Past

ANNA, BERTA = uuid.UUID(int=1), uuid.UUID(int=2)
PAST = Past(
    leads={1: [(ANNA, 0, ALWAYS)], 2: [(ANNA, 0, ALWAYS)], 3: [(BERTA, 0, ALWAYS)]},
    events={1: [40, 100], 3: [60]},
    marks={1: [(22, True)], 2: [(50, False)]},
)


def test_what_comes_within_a_week_is_added_to_the_open_alert() -> None:
    assert cooled([(1, 3), (1, 3), (1, 9), (1, 10), (1, 16), (1, 17), (2, 11)]) == [(1, 3), (1, 10), (1, 17), (2, 11)]


def test_alerts_are_counted_for_each_therapist_and_week() -> None:
    judged = judge([(1, 0), (2, 6), (3, 13)], PAST, first=0, last=27)
    assert judged.weeks == (1.0, 0.5, 0.0, 0.0)
    assert judged.per_week == 3 / 8
    assert (judged.alerts, judged.people) == (3, 3)


def test_an_event_within_four_weeks_counts_and_what_is_not_over_is_not_judged() -> None:
    judged = judge([(1, 20), (2, 30), (1, 80), (3, 110)], PAST, first=0, last=120)
    assert judged.followed == Share(2, 3)  # after 20 and 80; after 30 nothing; four weeks after 110 are not over
    assert judged.lead_days == 20
    assert judged.preceded == Share(2, 3)


def test_an_event_on_the_day_of_the_alert_was_not_foretold() -> None:
    judged = judge([(1, 40)], PAST, first=0, last=90)
    assert (judged.followed, judged.preceded) == (Share(0, 1), Share(0, 2))


def test_real_alerts_nearby_tell_whether_they_were_useful() -> None:
    assert judge([(1, 20), (2, 44), (3, 20)], PAST, first=0, last=90).useful == Share(1, 2)
    assert judge([(1, 60)], PAST, first=0, last=90).useful == Share(0, 0)


def test_nothing_raised_has_no_precision_and_no_interval() -> None:
    judged = judge([], PAST, first=0, last=27)
    assert (judged.per_week, judged.followed.interval, judged.lead_days) == (0.0, None, None)

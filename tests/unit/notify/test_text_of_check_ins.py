"""What a reminder of a check-in says on a telephone on a table: that there are questions, and nothing else."""

import pytest

from core.language import use_locale
from core.notify.text import ASKED, ASKED_AGAIN, Matter, body, title

CLINICAL = ("mood", "night", "sleep", "safety", "urge", "meal", "therap", "patient", "treatment", "clinic", "suicid")


@pytest.mark.parametrize("kinds", [(ASKED,), (ASKED_AGAIN,), (ASKED, ASKED_AGAIN)])
def test_a_reminder_says_that_something_waits_and_nothing_clinical(kinds: tuple[str, ...]) -> None:
    use_locale("en")
    matters = [Matter(kind) for kind in kinds]
    said = f"{title(matters)}\n{body(matters, 'https://vincle.example')}".lower()
    assert "leave any of them out" in said
    assert [word for word in CLINICAL if word in said] == []

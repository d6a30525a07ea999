"""A page that fails: a number on screen, no words of the exception in the log."""

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest


def failing_page() -> None:
    """Handles a fault as the server lets every page handle one."""
    from dashboard.faults import show_calmly

    try:
        raise ValueError("Laia Puig wrote: I am not well")
    except ValueError as error:
        show_calmly(error)


def test_threat_40_a_fault_shows_a_reference_and_logs_no_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="vincle.faults"):
        app = AppTest.from_function(failing_page).run()
    reference = re.search(r"quote ([0-9a-f]{8})\.", app.error[0].value)
    assert reference is not None
    assert f"fault {reference[1]}: ValueError at" in caplog.text
    assert "Laia" not in caplog.text + app.error[0].value

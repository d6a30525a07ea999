"""What is shown and what is logged when something fails that nobody foresaw: a number to quote on screen; the kind and
the place of the fault in the log. Never its words, which may be a patient's (threat 40)."""

import logging
import secrets
import traceback

import streamlit as st

from core.errors import VincleError
from core.language import _
from dashboard import context

_FRAMES = 6
logger = logging.getLogger("vincle.faults")


def place(error: BaseException) -> str:
    """Where an exception came from, innermost first: files, lines and functions, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-_FRAMES:]))


def show_calmly(error: Exception) -> bool:
    """What a page shows when it fails: our own sentences as they are, anything else as a number to quote."""
    if isinstance(error, VincleError):
        context.say(error)
        return True
    reference = secrets.token_hex(4)
    logger.error("fault %s: %s at %s", reference, type(error).__name__, place(error))
    st.error(
        _(
            "Something went wrong on our side; what was saved stays saved. If it happens again, quote {reference}."
        ).format(reference=reference),
        icon=":material/support:",
    )
    return True


def keep_words_out_of_the_log() -> None:
    """Silence what Streamlit would log about a failing page with the exception's own words, and its notes about calls
    from outside a page, which are on purpose here."""
    logging.getLogger("streamlit.error_util").disabled = True
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(
        lambda record: "missing ScriptRunContext" not in record.getMessage()
    )

"""Where a run of a page may be given up because its person has done something else meanwhile: where it draws, and only
there.

Streamlit also gives it up at any look at its state, thus in the middle of the callback that keeps an answer (which is
never called again, since the value counts as known by then), or after a change and before the page remembers that it
was made. And it begins the next run beside the one that still writes, unless ``runner.fastReruns`` is off."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState


def interrupt_only_where_it_draws() -> None:
    """Let a run look at its state without being given up there. Streamlit has no setting for it."""
    state: Any = SafeSessionState
    state.__init__ = _never_given_up(state.__init__)


def _never_given_up(make: Callable[..., None]) -> Callable[..., None]:
    @wraps(make)
    def made(self: Any, state: Any, yield_callback: Callable[[], None]) -> None:  # noqa: ARG001 - as Streamlit calls it
        make(self, state, lambda: None)

    return made

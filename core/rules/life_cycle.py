"""The life of an alert in one table: which verb leads from which state to which. Everything that changes an alert goes
through ``next_state``; the diagram in the docs is generated from ``TRANSITIONS``."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from core.errors import NotPossible
from core.language import _
from models import Alert, AlertState, AlertVerb

_S, _V = AlertState, AlertVerb
_OPEN = (_S.NEW, _S.ACKNOWLEDGED, _S.ACTING, _S.SNOOZED)

TRANSITIONS: Mapping[tuple[AlertState, AlertVerb], AlertState] = MappingProxyType(
    {
        (_S.NEW, _V.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        (_S.SNOOZED, _V.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        (_S.SNOOZED, _V.WAKE): _S.NEW,
        (_S.CLOSED, _V.REOPEN): _S.NEW,
        **{(state, _V.ACT): _S.ACTING for state in _OPEN},
        **{(state, _V.SNOOZE): _S.SNOOZED for state in _OPEN if state is not _S.SNOOZED},
        **{(state, _V.HAND_OVER): _S.NEW for state in _OPEN},
        **{(state, _V.ESCALATE): _S.NEW for state in _OPEN},
        **{(state, _V.CLOSE): _S.CLOSED for state in _OPEN},
        **{(state, _V.ADD_EVIDENCE): state for state in _OPEN if state is not _S.SNOOZED},
        (_S.SNOOZED, _V.ADD_EVIDENCE): _S.NEW,
        (_S.NEW, _V.BATCH): _S.NEW,
    }
)

# What the audit log calls each step (parallel to TRANSITIONS: a verb without a name here cannot be carried out).
AUDIT_ACTIONS: Mapping[AlertVerb, str] = MappingProxyType(
    {
        _V.OPEN: "open_alert",
        _V.ADD_EVIDENCE: "add_evidence_to_alert",
        _V.ACKNOWLEDGE: "acknowledge_alert",
        _V.ACT: "act_on_alert",
        _V.SNOOZE: "snooze_alert",
        _V.WAKE: "wake_alert",
        _V.HAND_OVER: "hand_over_alert",
        _V.ESCALATE: "escalate_alert",
        _V.CLOSE: "close_alert",
        _V.REOPEN: "reopen_alert",
        _V.BATCH: "batch_alert",
    }
)


def standing(alert: Alert, now: datetime) -> AlertState:
    """Where the alert stands at ``now``: one that waited until a moment which has come is new again."""
    if alert.state is AlertState.SNOOZED and alert.snoozed_until is not None and alert.snoozed_until <= now:
        return next_state(alert.state, AlertVerb.WAKE)
    return alert.state


def next_state(state: AlertState, verb: AlertVerb) -> AlertState:
    """The state that ``verb`` leads to; raises ``NotPossible`` with the reason where it does not apply."""
    reached = TRANSITIONS.get((state, verb))
    if reached is None:
        raise NotPossible(why_not(state, verb))
    return reached


def can(state: AlertState, verb: AlertVerb) -> bool:
    """Whether ``verb`` applies to an alert in ``state``."""
    return (state, verb) in TRANSITIONS


def why_not(state: AlertState, verb: AlertVerb) -> str:
    """The reason as a sentence, for the tooltip of the disabled button."""
    if state is AlertState.CLOSED:
        return _("This alert is closed. Reopen it first if something new came up.")
    if verb is AlertVerb.REOPEN:
        return _("This alert is still open.")
    if verb is AlertVerb.ACKNOWLEDGE:
        return _("This alert has been acknowledged already.")
    return _("This alert is already waiting until its date.")

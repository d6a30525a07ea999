"""What is said of tokens: what one may be used for, until when it holds, when it was used."""

from core.language import _, say_date, say_time
from core.queries.api_tokens import TokenView


def scope_labels() -> dict[str, str]:
    """What each scope lets in, in the order of ``core.access.api_tokens.SCOPES``."""
    return {
        "observations": _("Values"),
        "responses": _("Questionnaires"),
        "messages": _("Messages"),
        "fhir": "FHIR",
    }


def explained(address: str) -> str:
    """What a token is for."""
    words = _(
        "A device or partner application shows its token and sends to {address}. It reads nothing and admits nobody; "
        "it stores values, questionnaires or messages of people who are known here."
    )
    return words.format(address=address)


def shown_once(name: str) -> str:
    """Above a token that was just made."""
    return _("The token of {name}. Copy it now: it is shown this once.").format(name=name)


def scopes(token: TokenView) -> str:
    """What it may be used for."""
    labels = scope_labels()
    return ", ".join(labels.get(scope, scope) for scope in token.scopes)


def state(token: TokenView, time_zone: str) -> str:
    """Until when it holds, or since when not; when it was last used."""
    used = (
        _("last used {when}").format(when=say_time(token.used_at, time_zone)) if token.used_at else _("never used")
    )  # fmt: skip
    if token.revoked_at is not None:
        until = _("revoked {when}").format(when=say_time(token.revoked_at, time_zone))
    else:
        words = _("holds until {day}") if token.holds else _("over since {day}")
        until = words.format(day=say_date(token.expires_at.date(), "d MMM y"))
    return f"{until} · {used}"

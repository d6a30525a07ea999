"""What every page of patients and families says around its own matter: whom to call, and which language."""

from core.language import _

LANGUAGE_NAMES = {"en": "English", "es": "Español", "ca": "Català"}  # each in its own


def language_name(locale: str) -> str:
    """A language as those who speak it call it."""
    return LANGUAGE_NAMES.get(locale, locale)


def not_watched() -> str:
    """The honest line under every page."""
    return _("What you write here is not watched round the clock.")


def call(contact: tuple[str, str, str]) -> str:
    """One contact in a few words: whom, which number, when."""
    name, phone, hours = contact
    said = _("{name}: {phone}").format(name=name, phone=phone)
    return f"{said} ({hours})" if hours else said


def telephone(phone: str) -> str:
    """The address that dials a number."""
    return "tel:" + "".join(sign for sign in phone if sign.isdigit() or sign == "+")

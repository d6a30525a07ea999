"""Who makes the product together: each role in its group; a relative while the patient lets them take part."""

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.errors import AccessRefused
from core.language import _
from core.queries.family_notes import consenting
from models import Maker, Patient, Role

_MAKERS = {
    Role.PATIENT: Maker.PATIENTS, Role.RELATIVE: Maker.RELATIVES, Role.THERAPIST: Maker.CLINICIANS,
    Role.TEAM_LEAD: Maker.CLINICIANS, Role.ADMINISTRATOR: Maker.TECHNICAL,
}  # fmt: skip


def maker_of(session: Session, by: Actor) -> Maker:
    """The group a person makes ideas in; ``AccessRefused`` for a role without one, and for a relative whose consent
    was withdrawn."""
    check(by, Permission.SHARE_IDEAS)
    if by.role is Role.RELATIVE:
        patient = session.get(Patient, by.patient_id)
        if patient is None or by.relative_id not in consenting(session, patient):
            raise AccessRefused(_("You can take part again when the consent to your notes holds."))
    return _MAKERS[by.role]

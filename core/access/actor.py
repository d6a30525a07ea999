"""The person on whose behalf a service call runs; every query and action takes one as ``by``."""

import uuid
from dataclasses import dataclass

from models import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, re-read from the database on every run so that changes of role act at once."""

    user_id: uuid.UUID
    service_id: uuid.UUID
    role: Role
    name: str
    locale: str = "en"
    staff_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    relative_id: uuid.UUID | None = None

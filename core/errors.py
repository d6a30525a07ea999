"""Named errors. Each message is a sentence that a clinician can read and act on; causes go to the log."""


class VincleError(Exception):
    """Parent of everything that may be shown on screen as it is."""


class SettingsError(VincleError):
    """The installation is not configured so that it can start."""


class KeyMissing(SettingsError):
    """Data exist, their key does not: never make a new one."""


class SignInRefused(VincleError):
    """This sign-in does not succeed; the sentence never says whether the user exists."""


class AccessRefused(VincleError):
    """The signed-in person may not do or see this."""


class NotFound(VincleError):
    """No such thing within this person's reach (also said for what is out of reach)."""


class NotPossible(VincleError):
    """The state does not allow the action; the sentence becomes the tooltip of the disabled button."""


class ChangedMeanwhile(VincleError):
    """Someone else was faster; the sentence says who did what and when."""


class InvalidInput(VincleError):
    """What was entered cannot be taken; the sentence names the field."""


class ImportRefused(VincleError):
    """A file cannot be imported at all; the sentence says why and what to mend."""


class InstrumentRefused(SettingsError):
    """A definition file of an instrument does not hold; the sentence names the file and the reason."""


class DatabaseTrouble(VincleError):
    """The database could not carry this out; nothing was written."""


class DatabaseBusy(DatabaseTrouble):
    """Another process holds the database."""


class DatabaseGone(DatabaseTrouble):
    """The database cannot be reached."""


class StorageFull(DatabaseTrouble):
    """Nothing more can be written: the disk is full or read-only."""


class NewerDatabase(DatabaseTrouble):
    """The database was made by a newer Vincle."""


class ModelUnavailable(VincleError):
    """A model file is missing, unknown, stale or tampered with: no score. ``code`` says which, for the card."""

    def __init__(self, sentence: str, code: str = "model_unavailable") -> None:
        super().__init__(sentence)
        self.code = code

"""Settings from the environment, checked at start. ``VINCLE_HOME`` is the folder of everything written."""

from functools import cached_property
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The installation. Secrets are given as ``VINCLE_MASTER_KEY`` or ``VINCLE_MASTER_KEY_FILE`` (likewise the audit
    key); where neither is given, ``core.keys`` makes them at first start under ``home/keys``."""

    model_config = SettingsConfigDict(env_prefix="VINCLE_", extra="ignore")

    home: Path = Path("var")
    database_url: SecretStr | None = None
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    audit_key: SecretStr | None = None
    audit_key_file: Path | None = None
    public_url: str = ""  # where people reach it, e.g. https://vincle.hospital.example; links in notifications
    mail_server: SecretStr | None = None  # an Apprise address (mailtos://user:password@host?from=…) for plain e-mail
    notify_hosts: str = ""  # names or networks inside the house that notifications may go to, separated by commas
    chores: bool = True  # whether the server does what time brings by itself (rules, notifications)

    @cached_property
    def url(self) -> str:
        """SQLAlchemy address of the database: the configured one, or SQLite under ``home``."""
        if self.database_url is None:
            return f"sqlite+pysqlite:///{(self.home / 'vincle.db').resolve()}"
        address = self.database_url.get_secret_value()
        for prefix in ("postgresql://", "postgres://"):
            if address.startswith(prefix):
                return "postgresql+psycopg://" + address.removeprefix(prefix)
        return address

    @property
    def keys_folder(self) -> Path:
        """Where keys made at first start are kept (0700; files 0600)."""
        return self.home / "keys"

    @property
    def models_folder(self) -> Path:
        """Where trained models and their manifests are kept."""
        return self.home / "models"

"""The history of the tables (Alembic), run by ``core.migrate``."""

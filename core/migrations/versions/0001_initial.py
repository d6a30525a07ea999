"""initial"""

from core.migrations.initial import records, service

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    service.create()
    records.create()


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

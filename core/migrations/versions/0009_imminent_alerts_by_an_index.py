"""imminent alerts by an index"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_response_state', ['response', 'state'], unique=False)
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_kind_made', ['kind', 'made_at'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

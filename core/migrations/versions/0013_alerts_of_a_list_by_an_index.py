"""alerts of a list by an index"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_owner_due')
        batch_op.create_index('ix_alert_work', ['owner_id', 'state', 'due_at', 'opened_at', 'patient_id', 'rule', 'snoozed_until', 'batched_on', 'id'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

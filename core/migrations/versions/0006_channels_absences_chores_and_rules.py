"""channels absences chores and rule changes"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('chore',
    sa.Column('name', sa.String(40), nullable=False),
    sa.Column('holder', sa.String(60), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_chore'))
    )
    op.create_table('notification_channel',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.String(80), nullable=False),
    sa.Column('kind', sa.String(20), nullable=False),
    sa.Column('address', sa.LargeBinary(), nullable=False),
    sa.Column('quiet_from', sa.String(5), nullable=True),
    sa.Column('quiet_until', sa.String(5), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trouble', sa.String(40), nullable=True),
    sa.CheckConstraint('(quiet_from IS NULL AND quiet_until IS NULL) OR (quiet_from IS NOT NULL AND quiet_until IS NOT NULL)', name=op.f('ck_notification_channel_quiet_pair')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_notification_channel_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_channel'))
    )
    op.create_index(op.f('ix_notification_channel_user_id'), 'notification_channel', ['user_id'], unique=False)

    op.create_table('rule_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=True),
    sa.Column('rule', sa.String(60), nullable=False),
    sa.Column('runs', sa.Boolean(), nullable=False),
    sa.Column('thresholds', sa.JSON(), nullable=False),
    sa.Column('rehearsed', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_rule_change_programme_id_programme')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_rule_change_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_change'))
    )
    op.create_index(op.f('ix_rule_change_service_id'), 'rule_change', ['service_id'], unique=False)

    op.create_table('absence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('cover_id', sa.Uuid(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('until_on > from_on', name=op.f('ck_absence_some_days')),
    sa.ForeignKeyConstraint(['cover_id'], ['staff.id'], name=op.f('fk_absence_cover_id_staff')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_absence_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    op.create_index(op.f('ix_absence_cover_id'), 'absence', ['cover_id'], unique=False)
    op.create_index(op.f('ix_absence_staff_id'), 'absence', ['staff_id'], unique=False)

    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batched_on', sa.Date(), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('trouble', sa.String(40), nullable=True))
        batch_op.add_column(sa.Column('reached', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.create_index(batch_op.f('ix_outbox_failed_at'), ['failed_at'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

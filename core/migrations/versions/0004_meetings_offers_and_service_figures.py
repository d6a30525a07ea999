"""meetings offers and service figures"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meeting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Uuid(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('current_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(ended_at IS NULL AND ended_by IS NULL) OR (ended_at IS NOT NULL AND ended_by IS NOT NULL)', name=op.f('ck_meeting_ended_pair')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_meeting_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_team_time', ['team_id', 'started_at'], unique=False)

    op.create_table('service_figures',
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('group_key', sa.String(80), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=True),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_service_figures_programme_id_programme')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_figures_service_id_service')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_service_figures_team_id_team')),
    sa.PrimaryKeyConstraint('service_id', 'group_key', name=op.f('pk_service_figures'))
    )
    op.create_table('agenda_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_item_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_agenda_item_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('meeting_id', 'patient_id', name=op.f('uq_agenda_item_meeting_id_patient_id'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_patient_id'), ['patient_id'], unique=False)

    op.create_table('meeting_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_decision_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_meeting_decision_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_decision'))
    )
    with op.batch_alter_table('meeting_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_decision_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index('ix_meeting_decision_patient_time', ['patient_id', 'decided_at'], unique=False)

    op.create_table('presence',
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_presence_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_presence_staff_id_staff')),
    sa.PrimaryKeyConstraint('meeting_id', 'staff_id', name=op.f('pk_presence'))
    )
    op.create_table('programme_offer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=True),
    sa.Column('offered_on', sa.Date(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_programme_offer_patient_id_patient')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_offer_programme_id_programme')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_programme_offer_service_id_service')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_programme_offer_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_offer'))
    )
    with op.batch_alter_table('programme_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_offer_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_programme_offer_service_day', ['service_id', 'offered_on'], unique=False)

    op.create_table('team_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(done_at IS NULL AND done_by IS NULL) OR (done_at IS NOT NULL AND done_by IS NOT NULL)', name=op.f('ck_team_action_done_pair')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_team_action_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_team_action_owner_id_staff')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_team_action_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_action'))
    )
    with op.batch_alter_table('team_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_action_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index('ix_team_action_owner', ['owner_id', 'done_at'], unique=False)
        batch_op.create_index('ix_team_action_patient', ['patient_id', 'done_at'], unique=False)



def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

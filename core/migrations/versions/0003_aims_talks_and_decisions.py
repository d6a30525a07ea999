"""aims talks and decisions"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alliance_talk',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('talked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('seen', sa.JSON(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('mended', sa.String(40), nullable=True),
    sa.Column('mended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mended_by', sa.Uuid(), nullable=True),
    sa.Column('mended_words', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(mended_at IS NULL AND mended_by IS NULL) OR (mended_at IS NOT NULL AND mended_by IS NOT NULL)', name=op.f('ck_alliance_talk_mended_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_alliance_talk_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_alliance_talk_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alliance_talk'))
    )
    with op.batch_alter_table('alliance_talk', schema=None) as batch_op:
        batch_op.create_index('ix_alliance_talk_patient_time', ['patient_id', 'talked_at'], unique=False)

    op.create_table('step_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=False),
    sa.Column('from_step', sa.Integer(), nullable=False),
    sa.Column('to_step', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('patient_view', sa.String(40), nullable=False),
    sa.Column('patient_words', sa.LargeBinary(), nullable=True),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_step_decision_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_decision'))
    )
    with op.batch_alter_table('step_decision', schema=None) as batch_op:
        batch_op.create_index('ix_step_decision_patient_time', ['patient_id', 'decided_at'], unique=False)

    op.create_table('step_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('wish', sa.String(40), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(answered_at IS NULL AND answered_by IS NULL) OR (answered_at IS NOT NULL AND answered_by IS NOT NULL)', name=op.f('ck_step_request_answered_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_step_request_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_request'))
    )
    with op.batch_alter_table('step_request', schema=None) as batch_op:
        batch_op.create_index('ix_step_request_patient_time', ['patient_id', 'asked_at'], unique=False)

    op.create_table('shared_aim_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('aim_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.Column('side', sa.String(40), nullable=False),
    sa.Column('verb', sa.String(40), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['aim_id'], ['shared_aim.id'], name=op.f('fk_shared_aim_event_aim_id_shared_aim')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_shared_aim_event_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_aim_event'))
    )
    with op.batch_alter_table('shared_aim_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shared_aim_event_aim_id'), ['aim_id'], unique=False)
        batch_op.create_index('ix_shared_aim_event_patient_time', ['patient_id', 'at'], unique=False)

    with op.batch_alter_table('shared_aim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('patient_declined_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('therapist_declined_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('step', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('exercise', sa.String(60), nullable=True))
        batch_op.add_column(sa.Column('outcome', sa.String(20), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))



def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

"""Migration 0001, second half: what is recorded of a patient."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make these tables; those of the first half are there."""
    op.create_table('alert',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('rule', sa.String(60), nullable=False),
    sa.Column('response', sa.String(40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(closed_at IS NULL AND closed_by IS NULL) OR (closed_at IS NOT NULL AND closed_by IS NOT NULL)', name=op.f('ck_alert_closed_pair')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_alert_owner_id_staff')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_alert_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_owner_due', ['owner_id', 'state', 'due_at'], unique=False)
        batch_op.create_index('ix_alert_patient_state', ['patient_id', 'state'], unique=False)

    op.create_table('appointment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_appointment_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_appointment_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('patient_id', 'number', name=op.f('uq_appointment_patient_id_number'))
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_patient_time', ['patient_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_appointment_staff_time', ['staff_id', 'starts_at'], unique=False)

    op.create_table('break_glass',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(1000), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('review', sa.String(1000), nullable=True),
    sa.CheckConstraint('(reviewed_at IS NULL AND reviewed_by IS NULL) OR (reviewed_at IS NOT NULL AND reviewed_by IS NOT NULL)', name=op.f('ck_break_glass_reviewed_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_break_glass_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_break_glass_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_break_glass'))
    )
    with op.batch_alter_table('break_glass', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_break_glass_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_break_glass_staff_id'), ['staff_id'], unique=False)

    op.create_table('care_relationship',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_care_relationship_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_care_relationship_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care_relationship'))
    )
    with op.batch_alter_table('care_relationship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_care_relationship_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_care_staff_patient', ['staff_id', 'patient_id'], unique=False)

    op.create_table('clinical_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(recorded_at IS NULL AND recorded_by IS NULL) OR (recorded_at IS NOT NULL AND recorded_by IS NOT NULL)', name=op.f('ck_clinical_event_recorded_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_clinical_event_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clinical_event'))
    )
    with op.batch_alter_table('clinical_event', schema=None) as batch_op:
        batch_op.create_index('ix_clinical_event_patient_time', ['patient_id', 'happened_at'], unique=False)

    op.create_table('message_thread',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('needs_reply_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_message_thread_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_thread')),
    sa.UniqueConstraint('patient_id', name=op.f('uq_message_thread_patient_id'))
    )
    with op.batch_alter_table('message_thread', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_thread_needs_reply_since'), ['needs_reply_since'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.Uuid(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_note_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index('ix_note_patient_time', ['patient_id', 'written_at'], unique=False)

    op.create_table('patient_key',
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_patient_key_patient_id_patient')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_patient_key'))
    )
    op.create_table('questionnaire_response',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('instrument', sa.String(40), nullable=False),
    sa.Column('version', sa.String(20), nullable=False),
    sa.Column('informant', sa.String(40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('total', sa.Float(), nullable=True),
    sa.Column('subscales', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(60), nullable=False),
    sa.Column('source_ref', sa.String(120), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_questionnaire_response_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_response')),
    sa.UniqueConstraint('source', 'source_ref', name=op.f('uq_questionnaire_response_source_source_ref'))
    )
    with op.batch_alter_table('questionnaire_response', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_patient_time', ['patient_id', 'instrument', 'answered_at'], unique=False)

    op.create_table('relative',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('relationship', sa.String(60), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_relative_patient_id_patient')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_relative_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relative')),
    sa.UniqueConstraint('user_id', name=op.f('uq_relative_user_id'))
    )
    with op.batch_alter_table('relative', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relative_patient_id'), ['patient_id'], unique=False)

    op.create_table('safety_plan',
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('parts', sa.LargeBinary(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_safety_plan_patient_id_patient')),
    sa.PrimaryKeyConstraint('patient_id', name=op.f('pk_safety_plan'))
    )
    op.create_table('shared_aim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('label', sa.String(300), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('patient_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('therapist_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_shared_aim_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_aim'))
    )
    with op.batch_alter_table('shared_aim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shared_aim_patient_id'), ['patient_id'], unique=False)

    op.create_table('signal_score',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('signal', sa.String(40), nullable=False),
    sa.Column('model_version', sa.String(80), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('abstained', sa.Boolean(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('estimate', sa.Float(), nullable=True),
    sa.Column('lower', sa.Float(), nullable=True),
    sa.Column('upper', sa.Float(), nullable=True),
    sa.Column('usual', sa.Float(), nullable=True),
    sa.Column('margin', sa.Float(), nullable=True),
    sa.Column('base_margin', sa.Float(), nullable=True),
    sa.Column('coverage', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_signal_score_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_score')),
    sa.UniqueConstraint('patient_id', 'signal', 'as_of', name=op.f('uq_signal_score_patient_id_signal_as_of'))
    )
    with op.batch_alter_table('signal_score', schema=None) as batch_op:
        batch_op.create_index('ix_signal_score_as_of', ['as_of'], unique=False)

    op.create_table('step_of_care',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(200), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_step_of_care_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_of_care'))
    )
    with op.batch_alter_table('step_of_care', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_step_of_care_patient_id'), ['patient_id'], unique=False)

    op.create_table('alert_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.Column('verb', sa.String(40), nullable=False),
    sa.Column('from_state', sa.String(40), nullable=True),
    sa.Column('to_state', sa.String(40), nullable=False),
    sa.Column('action', sa.String(60), nullable=True),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.Column('next_review', sa.Date(), nullable=True),
    sa.Column('useful', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_event_alert_id_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_event'))
    )
    with op.batch_alter_table('alert_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_event_alert_id'), ['alert_id'], unique=False)

    op.create_table('alliance_rating',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('appointment_id', sa.Uuid(), nullable=True),
    sa.Column('side', sa.String(40), nullable=False),
    sa.Column('instrument', sa.String(40), nullable=False),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rated_by', sa.Uuid(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('goal', sa.Float(), nullable=True),
    sa.Column('task', sa.Float(), nullable=True),
    sa.Column('bond', sa.Float(), nullable=True),
    sa.CheckConstraint('(rated_at IS NULL AND rated_by IS NULL) OR (rated_at IS NOT NULL AND rated_by IS NOT NULL)', name=op.f('ck_alliance_rating_rated_pair')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_alliance_rating_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_alliance_rating_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_alliance_rating_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alliance_rating')),
    sa.UniqueConstraint('appointment_id', 'side', 'staff_id', name=op.f('uq_alliance_rating_appointment_id_side_staff_id'))
    )
    with op.batch_alter_table('alliance_rating', schema=None) as batch_op:
        batch_op.create_index('ix_alliance_patient_time', ['patient_id', 'rated_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alliance_rating_staff_id'), ['staff_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('relative_id', sa.Uuid(), nullable=True),
    sa.Column('scope', sa.JSON(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Uuid(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(granted_at IS NULL AND granted_by IS NULL) OR (granted_at IS NOT NULL AND granted_by IS NOT NULL)', name=op.f('ck_consent_granted_pair')),
    sa.CheckConstraint('(withdrawn_at IS NULL AND withdrawn_by IS NULL) OR (withdrawn_at IS NOT NULL AND withdrawn_by IS NOT NULL)', name=op.f('ck_consent_withdrawn_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_consent_patient_id_patient')),
    sa.ForeignKeyConstraint(['relative_id'], ['relative.id'], name=op.f('fk_consent_relative_id_relative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_patient_id'), ['patient_id'], unique=False)

    op.create_table('family_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('relative_id', sa.Uuid(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('about_day', sa.Date(), nullable=False),
    sa.Column('noticed', sa.JSON(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(read_at IS NULL AND read_by IS NULL) OR (read_at IS NOT NULL AND read_by IS NOT NULL)', name=op.f('ck_family_note_read_pair')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_family_note_patient_id_patient')),
    sa.ForeignKeyConstraint(['relative_id'], ['relative.id'], name=op.f('fk_family_note_relative_id_relative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_note'))
    )
    with op.batch_alter_table('family_note', schema=None) as batch_op:
        batch_op.create_index('ix_family_note_patient_time', ['patient_id', 'written_at'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('thread_id', sa.Uuid(), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('from_patient', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(read_at IS NULL AND read_by IS NULL) OR (read_at IS NOT NULL AND read_by IS NOT NULL)', name=op.f('ck_message_read_pair')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_message_author_id_account')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_message_patient_id_patient')),
    sa.ForeignKeyConstraint(['thread_id'], ['message_thread.id'], name=op.f('fk_message_thread_id_message_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_message_thread_time', ['thread_id', 'sent_at'], unique=False)

    op.create_table('signal_contribution',
    sa.Column('score_id', sa.Uuid(), nullable=False),
    sa.Column('feature', sa.String(80), nullable=False),
    sa.Column('domain', sa.String(40), nullable=False),
    sa.Column('value', sa.Float(), nullable=True),
    sa.Column('usual', sa.Float(), nullable=True),
    sa.Column('contribution', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['score_id'], ['signal_score.id'], name=op.f('fk_signal_contribution_score_id_signal_score')),
    sa.PrimaryKeyConstraint('score_id', 'feature', name=op.f('pk_signal_contribution'))
    )
    op.create_table('signal_disagreement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('score_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(60), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['score_id'], ['signal_score.id'], name=op.f('fk_signal_disagreement_score_id_signal_score')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_disagreement'))
    )
    with op.batch_alter_table('signal_disagreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signal_disagreement_score_id'), ['score_id'], unique=False)

"""Migration 0001, first half: what stands by itself, accounts, teams, patients, staff and their sign-ins."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make these tables."""
    op.create_table('action_receipt',
    sa.Column('key', sa.String(120), nullable=False),
    sa.Column('action', sa.String(80), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('target', sa.String(120), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_action_receipt'))
    )
    op.create_table('attempt_counter',
    sa.Column('scope', sa.String(20), nullable=False),
    sa.Column('subject_hash', sa.String(64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('window_started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('scope', 'subject_hash', name=op.f('pk_attempt_counter'))
    )
    op.create_table('audit_entry',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(80), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=True),
    sa.Column('target', sa.String(120), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('mac', sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_actor', ['actor_id', 'at'], unique=False)
        batch_op.create_index('ix_audit_patient', ['patient_id', 'at'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('mac', sa.String(64), nullable=False),
    sa.Column('seal', sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('measure',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(60), nullable=False),
    sa.Column('label', sa.String(120), nullable=False),
    sa.Column('domain', sa.String(40), nullable=False),
    sa.Column('scale', sa.String(40), nullable=False),
    sa.Column('unit', sa.String(40), nullable=False),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('better', sa.Integer(), nullable=False),
    sa.Column('categories', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure')),
    sa.UniqueConstraint('code', name=op.f('uq_measure_code'))
    )
    op.create_table('observation',
    sa.Column('patient_key', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('measure_id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('source_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('patient_key', 'at', 'measure_id', 'source_id', name=op.f('pk_observation'), postgresql_include=['value']),
    sqlite_with_rowid=False
    )
    op.create_table('observation_day',
    sa.Column('patient_key', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('measure_id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('total', sa.Float(), nullable=False),
    sa.Column('total_squares', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('high', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('patient_key', 'day', 'measure_id', name=op.f('pk_observation_day'), postgresql_include=['n', 'total', 'total_squares', 'low', 'high']),
    sqlite_with_rowid=False
    )
    op.create_table('outbox',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('recipient_id', sa.Uuid(), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_delivered_at'), ['delivered_at'], unique=False)

    op.create_table('prompt',
    sa.Column('patient_key', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sent_at', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('opened_at', sa.BigInteger(), nullable=True),
    sa.Column('answered_at', sa.BigInteger(), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('patient_key', 'sent_at', 'kind', name=op.f('pk_prompt')),
    sqlite_with_rowid=False
    )
    op.create_table('service',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('time_zone', sa.String(60), nullable=False),
    sa.Column('country', sa.String(2), nullable=False),
    sa.Column('region', sa.String(10), nullable=True),
    sa.Column('locale', sa.String(10), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('carried_on_to', sa.Date(), nullable=True),
    sa.Column('crisis_contacts', sa.JSON(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service'))
    )
    op.create_table('source',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(60), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source')),
    sa.UniqueConstraint('code', name=op.f('uq_source_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_source_public_id'))
    )
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.String(120), nullable=False),
    sa.Column('password_hash', sa.String(200), nullable=False),
    sa.Column('password_set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('role', sa.String(40), nullable=False),
    sa.Column('locale', sa.String(10), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(disabled_at IS NULL AND disabled_by IS NULL) OR (disabled_at IS NOT NULL AND disabled_by IS NOT NULL)', name=op.f('ck_account_disabled_pair')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_account_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_service_id'), ['service_id'], unique=False)

    op.create_table('programme',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(60), nullable=False),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('outcome_instrument', sa.String(40), nullable=False),
    sa.Column('weeks', sa.Integer(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_programme_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('service_id', 'code', name=op.f('uq_programme_service_id_code'))
    )
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_service_id'), ['service_id'], unique=False)

    op.create_table('team',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(200), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_team_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team'))
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_service_id'), ['service_id'], unique=False)

    op.create_table('patient',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('given_name', sa.String(120), nullable=False),
    sa.Column('family_name', sa.String(120), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('sex', sa.String(20), nullable=True),
    sa.Column('pronoun', sa.String(10), nullable=False),
    sa.Column('time_zone', sa.String(60), nullable=False),
    sa.Column('locale', sa.String(10), nullable=False),
    sa.Column('enrolled_on', sa.Date(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(60), nullable=False),
    sa.Column('source_ref', sa.String(120), nullable=True),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_patient_programme_id_programme')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_patient_service_id_service')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_patient_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_patient_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient')),
    sa.UniqueConstraint('key', name=op.f('uq_patient_key')),
    sa.UniqueConstraint('source', 'source_ref', name=op.f('uq_patient_source_source_ref')),
    sa.UniqueConstraint('user_id', name=op.f('uq_patient_user_id'))
    )
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patient_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_patient_service_id'), ['service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_patient_team_id'), ['team_id'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(40), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_sign_in_session_user_id_account')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in_session'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_session_user_id'), ['user_id'], unique=False)

    op.create_table('sign_in_ticket',
    sa.Column('ticket_hash', sa.String(64), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_sign_in_ticket_user_id_account')),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_sign_in_ticket'))
    )
    op.create_table('staff',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(200), nullable=False),
    sa.Column('profession', sa.String(80), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_staff_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_staff_user_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('user_id', name=op.f('uq_staff_user_id'))
    )
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_team_id'), ['team_id'], unique=False)

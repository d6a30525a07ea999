"""ways in and out"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('api_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(120), nullable=False),
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.Uuid(), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(revoked_at IS NULL AND revoked_by IS NULL) OR (revoked_at IS NOT NULL AND revoked_by IS NOT NULL)', name=op.f('ck_api_token_revoked_pair')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_api_token_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_service_id'), 'api_token', ['service_id'], unique=False)

    op.create_table('import_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(200), nullable=False),
    sa.Column('sha256', sa.String(64), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Uuid(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('(undone_at IS NULL AND undone_by IS NULL) OR (undone_at IS NOT NULL AND undone_by IS NOT NULL)', name=op.f('ck_import_run_undone_pair')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_import_run_service_id_service')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_import_run_source_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    op.create_index(op.f('ix_import_run_service_id'), 'import_run', ['service_id'], unique=False)
    op.create_index(op.f('ix_import_run_source_id'), 'import_run', ['source_id'], unique=False)

    op.create_table('import_piece',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('keys', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_piece_run_id_import_run')),
    sa.PrimaryKeyConstraint('run_id', 'number', name=op.f('pk_import_piece'))
    )
    op.create_table('export_link',
    sa.Column('token_hash', sa.String(64), nullable=False),
    sa.Column('patient_id', sa.Uuid(), nullable=False),
    sa.Column('form', sa.String(20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_export_link_patient_id_patient')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_export_link'))
    )
    op.create_index(op.f('ix_export_link_patient_id'), 'export_link', ['patient_id'], unique=False)

    op.add_column('message', sa.Column('source', sa.String(60), nullable=False, server_default='vincle'))
    op.add_column('message', sa.Column('source_ref', sa.String(120), nullable=True))
    op.create_index('ux_message_source', 'message', ['source', 'source_ref'], unique=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

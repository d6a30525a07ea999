"""scoring runs"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scoring_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('models', sa.JSON(), nullable=False),
    sa.Column('shards', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('patients', sa.Integer(), nullable=False),
    sa.Column('scores', sa.Integer(), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring_run'))
    )
    op.create_index(op.f('ix_scoring_run_as_of'), 'scoring_run', ['as_of'], unique=False)

    op.create_table('scoring_shard',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('patients', sa.Integer(), nullable=False),
    sa.Column('scores', sa.Integer(), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['scoring_run.id'], name=op.f('fk_scoring_shard_run_id_scoring_run')),
    sa.PrimaryKeyConstraint('run_id', 'number', name=op.f('pk_scoring_shard'))
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

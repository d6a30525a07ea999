"""signal course and drift"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signal_drift',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('signal', sa.String(40), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model_version', sa.String(80), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('shifts', sa.JSON(), nullable=False),
    sa.Column('matured', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_drift')),
    sa.UniqueConstraint('signal', 'as_of', name=op.f('uq_signal_drift_signal_as_of'))
    )
    op.add_column('signal_score', sa.Column('course', sa.JSON(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

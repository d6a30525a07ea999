"""what an import added, packed anew

Earlier versions kept a NumPy archive, which took three times as long to write and eight times the room.
"""

import io
import uuid
import zlib
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

NOTHING: dict[str, list[Any]] = {
    'values': [[], [], []], 'prompts': [[], []], 'prompt_kinds': [], 'late': [[], []], 'late_kinds': [], 'responses': [],
    'messages': [], 'people': [],
}
PIECE = sa.table('import_piece', sa.column('run_id'), sa.column('number'), sa.column('keys', sa.LargeBinary))


def upgrade() -> None:
    connection = op.get_bind()
    for run_id, number in connection.execute(sa.select(PIECE.c.run_id, PIECE.c.number)).all():
        this = (PIECE.c.run_id == run_id) & (PIECE.c.number == number)
        packed = connection.execute(sa.select(PIECE.c['keys']).where(this)).scalar_one()
        connection.execute(sa.update(PIECE).where(this).values(keys=packed_anew(packed)))


def packed_anew(packed: bytes) -> bytes:
    """A piece of the earlier form in the present one; what it did not add is not in it."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        given = {name: arrays[name].T.tolist() for name in arrays}
    kept = {name: given.get(name, nothing) for name, nothing in NOTHING.items()}
    for name in ('responses', 'messages', 'people'):
        kept[name] = [str(uuid.UUID(text)) for text in kept[name]]
    return zlib.compress(msgspec.msgpack.encode(kept), level=1)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the migration")

"""layouts that sites make themselves

Revision ID: 20261127_0345
Revises: 20261127_0336
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0345"
down_revision = "20261127_0336"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "own_layouts",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("site_id", BigId, sa.ForeignKey("sites.id", name="fk_own_layouts_site_id"), nullable=False),
        sa.Column("base", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("design", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("hidden_at", Moment),
        sa.Column(
            "replaced_by_id", BigId, sa.ForeignKey("own_layouts.id", name="fk_own_layouts_replaced_by_id")
        ),
    )
    op.create_index("ix_own_layouts_site_id", "own_layouts", ["site_id"])


def downgrade() -> None:
    """What was printed by them names no layout any more: it goes back to the usual label."""
    op.execute("UPDATE print_runs SET layout = 'label' WHERE layout LIKE 'own-%'")
    op.drop_table("own_layouts")

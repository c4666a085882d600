"""index what the pages of a sample and of a stand ask for

Revision ID: 20261125_2310
Revises: 20261125_1955
"""

from alembic import op

revision = "20261125_2310"
down_revision = "20261125_1955"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_sightings_sample_id"), "sightings", ["sample_id"])
    op.create_index("ix_sightings_stand_at", "sightings", ["stand_id", "at"])
    op.create_index(op.f("ix_selection_lines_sample_id"), "selection_lines", ["sample_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_selection_lines_sample_id"), "selection_lines")
    op.drop_index("ix_sightings_stand_at", "sightings")
    op.drop_index(op.f("ix_sightings_sample_id"), "sightings")

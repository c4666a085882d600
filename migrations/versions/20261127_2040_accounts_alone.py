"""no two accounts of one connector share what leads to their goods, as the folder of a feed

Revision ID: 20261127_2040
Revises: 20261127_1005
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_2040"
down_revision = "20261127_1005"
branch_labels = None
depends_on = None

ACCOUNTS = sa.table(
    "marketplace_accounts",
    *(sa.column("id"), sa.column("connector"), sa.column("given", sa.JSON), sa.column("alone_as")),
)


def upgrade() -> None:
    op.add_column("marketplace_accounts", sa.Column("alone_as", sa.String(500), nullable=True))
    claim(op.get_bind())
    op.create_index("uq_marketplace_accounts_alone", "marketplace_accounts", ["connector", "alone_as"], unique=True)


def claim(connection: sa.Connection) -> None:
    """The oldest account has a feed that several shared; the others are asked for a name when they are next changed."""
    feeds = sa.select(ACCOUNTS.c.id, ACCOUNTS.c.given).where(ACCOUNTS.c.connector == "feed").order_by(ACCOUNTS.c.id)
    taken: set[str] = set()
    for account_id, given in connection.execute(feeds).all():
        name = given.get("source", "")
        if name and name not in taken:
            taken.add(name)
            connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(alone_as=name))


def downgrade() -> None:
    op.drop_index("uq_marketplace_accounts_alone", "marketplace_accounts")
    op.drop_column("marketplace_accounts", "alone_as")

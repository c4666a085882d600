"""search listings: their texts, and an index of what stands in them

The rows of listings that are there already come from `flask index-listings`.
"""

from alembic import op

revision = "20261125_1615"
down_revision = "20261125_1605"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TABLE listing_search_texts (
        listing_id INTEGER PRIMARY KEY,
        text TEXT NOT NULL,
        sites TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE listing_search USING fts5(
        tokens, content='', contentless_delete=1, detail=none, tokenize='ascii'
    )
    """,
)
POSTGRESQL = (
    """
    CREATE TABLE listing_search_texts (
        listing_id BIGINT PRIMARY KEY,
        text TEXT NOT NULL,
        sites TEXT NOT NULL,
        tokens TSVECTOR NOT NULL
    )
    """,
    "CREATE INDEX ix_listing_search_texts_tokens ON listing_search_texts USING gin (tokens)",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE listing_search")
    op.execute("DROP TABLE listing_search_texts")

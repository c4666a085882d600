"""An import of offers: a file staged row by row, looked at, then applied in chunks, and taken back if need be."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow


class ImportState(enum.StrEnum):
    STAGING = "staging"
    STAGED = "staged"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"


class RowVerdict(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


class OfferImport(Model):
    """One file of offers on its way in (报价导入)."""

    __tablename__ = "offer_imports"

    filename: Mapped[str] = mapped_column(sa.String(200))
    file_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    source: Mapped[str] = mapped_column(sa.String(24), default="1688")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.STAGING)
    headers: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    mapping: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    """Column number (as text: JSON) -> field."""
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"))
    """Set in bulk on rows that name no company."""
    rows_total: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    wrong_count: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    """The last row number applied (or taken back): where a killed run goes on."""
    failure: Mapped[str | None] = mapped_column(sa.String(400))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    applied_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class ImportRow(Model):
    """One offer of an import as staged: what it says, what it would change, and what stood before."""

    __tablename__ = "import_rows"
    __table_args__ = (sa.UniqueConstraint("import_id", "number"),)

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_imports.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """The row's number in the file, as a spreadsheet shows it."""
    external_id: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    verdict: Mapped[RowVerdict] = mapped_column(Word(RowVerdict))
    offer: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    changes: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    """[field, old, new] as shown in the preview."""
    raw: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listings.id"))
    seen_version: Mapped[int | None]
    """The listing's version at the preview: another one at applying is shown again, not overwritten."""
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    applied_version: Mapped[int | None]

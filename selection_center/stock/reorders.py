"""Reorders: what is few is proposed to its supplier in lots."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku, Supplier
from selection_center.core.db import Model, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


class Reorder(Model):
    """A proposal to one supplier (补货单), sent by a person; what comes is received against it. Money in fen."""

    __tablename__ = "reorders"

    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier] = relationship()
    made_by: Mapped[User] = relationship()
    lines: Mapped[list[ReorderLine]] = relationship(back_populates="reorder", order_by="ReorderLine.id")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_STOCK) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class ReorderLine(Model):
    """So many pieces of one SKU, whole lots, at the price of that day."""

    __tablename__ = "reorder_lines"
    __table_args__ = (
        sa.UniqueConstraint("reorder_id", "sku_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    reorder_id: Mapped[int] = mapped_column(sa.ForeignKey("reorders.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"))
    quantity: Mapped[int]
    unit_fen: Mapped[int | None]

    reorder: Mapped[Reorder] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()

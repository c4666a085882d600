"""Counts of the stock."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.stock.items import StockItem


class StockCount(Model):
    """A count of some goods (库存盘点), while the store sells on. Applied by somebody who may correct the stock."""

    __tablename__ = "stock_counts"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    begun_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    applied_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    begun_by: Mapped[User] = relationship(foreign_keys=[begun_by_id])
    applied_by: Mapped[User | None] = relationship(foreign_keys=[applied_by_id])
    lines: Mapped[list[StockCountLine]] = relationship(back_populates="count", order_by="StockCountLine.id.desc()")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_STOCK) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class StockCountLine(Model):
    """What was counted of one item, and what the ledger said at that moment: what sells later is no difference."""

    __tablename__ = "stock_count_lines"
    __table_args__ = (
        sa.UniqueConstraint("count_id", "item_id"),
        sa.CheckConstraint("counted >= 0", name="counted_not_negative"),
    )

    count_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_counts.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_items.id"))
    counted: Mapped[int]
    ledger: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    count: Mapped[StockCount] = relationship(back_populates="lines")
    item: Mapped[StockItem] = relationship()
    by: Mapped[User] = relationship()

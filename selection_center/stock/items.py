"""A stock item, and the ledger whose sum it is."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku
from selection_center.core.db import Model, Word, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site

STANDARD_TAX_PERMILLE = 130
"""China's usual VAT, included in every price of a store."""


class MoveKind(enum.StrEnum):
    RECEIVED = "received"  # 入库
    SOLD = "sold"  # 销售
    UNSOLD = "unsold"  # a payment that did not come: back on the shelf
    RETURNED = "returned"  # 退货入库
    WASTED = "wasted"  # 报损
    COUNTED = "counted"  # 盘盈盘亏
    REFILLED = "refilled"  # from the back room to the shelf, or back: the sum stays
    SENT = "sent"  # 调出: to another store
    ARRIVED = "arrived"  # 调入


class StockItem(Model):
    """What a store has of one SKU to take away (库存). `on_hand` is the sum of its moves, and never below zero.

    The last units are taken by one conditional UPDATE. Of `on_hand`, `in_back` lie in the back room.
    """

    __tablename__ = "stock_items"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "sku_id"),
        sa.CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("in_back BETWEEN 0 AND on_hand", name="in_back_within_on_hand"),
        sa.CheckConstraint("low_at >= 0 AND fill_to >= 0", name="levels_not_negative"),
        sa.CheckConstraint("tax_permille BETWEEN 0 AND 999", name="tax_permille"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"), index=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    in_back: Mapped[int] = mapped_column(default=0)
    low_at: Mapped[int] = mapped_column(default=0)
    """So many or fewer are few: 0 says only when there is none."""
    fill_to: Mapped[int] = mapped_column(default=0)
    """A reorder fills up to this; 0 asks for one lot."""
    tax_permille: Mapped[int] = mapped_column(default=STANDARD_TAX_PERMILLE)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    site: Mapped[Site] = relationship()
    sku: Mapped[Sku] = relationship()
    moves: Mapped[list[StockMove]] = relationship(back_populates="item", order_by="StockMove.id.desc()", viewonly=True)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class StockMove(Model):
    """One movement of a stock item (库存流水), written once."""

    __tablename__ = "stock_moves"
    __table_args__ = (
        sa.CheckConstraint("quantity <> 0 OR back_quantity <> 0", name="moves_something"),
        sa.CheckConstraint("kind <> 'wasted' OR reason <> ''", name="wasted_for_a_reason"),
        sa.UniqueConstraint("item_id", "kind", "subject"),
    )

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_items.id"), index=True)
    kind: Mapped[MoveKind] = mapped_column(Word(MoveKind))
    quantity: Mapped[int]
    """What it adds to on_hand."""
    back_quantity: Mapped[int] = mapped_column(default=0)
    """What it adds to in_back."""
    subject: Mapped[str | None] = mapped_column(sa.String(48))
    """What it is for, once: "sale_line 17", "refund_line 3", "goods_line 5", "count_line 9"; None for a single act."""
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)

    item: Mapped[StockItem] = relationship(back_populates="moves")
    by: Mapped[User | None] = relationship()

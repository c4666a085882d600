"""A stock item, and the ledger whose sum it is."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku
from selection_center.core.db import Model, Word, db, update_one, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite

STANDARD_TAX_PERMILLE = 130
"""China's usual VAT, included in every price of a store."""
TAKE_BACK_MINUTES = 10


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


class StockItem(OfSite):
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

    @property
    def label(self) -> str:
        """Name and style."""
        return " ".join(part for part in (self.sku.listing.label, self.sku.label) if part)

    @property
    def on_shelf(self) -> int:
        return self.on_hand - self.in_back

    @property
    def is_low(self) -> bool:
        return self.on_hand <= self.low_at

    @property
    def wants_refill(self) -> bool:
        """The shelf is short, and the back room is not."""
        return self.in_back > 0 and self.on_shelf <= self.low_at

    def hold(self) -> None:
        """Locks it until the commit, and reads what is there now."""
        db.session.refresh(self, ["on_hand", "in_back"], with_for_update=True)

    @classmethod
    def at(cls, site: Site, sku: Sku) -> StockItem:
        """This store's item of the SKU; one with nothing in it where there was none."""
        find = sa.select(cls).filter_by(site_id=site.id, sku_id=sku.id)
        found = db.session.scalar(find)
        if found is not None:
            return found
        try:
            with db.session.begin_nested():
                db.session.add(cls(site_id=site.id, sku_id=sku.id))
        except sa.exc.IntegrityError:  # a colleague's scan was first
            pass
        return db.session.execute(find).scalar_one()

    def set_levels(self, low_at: int, fill_to: int, tax_permille: int) -> None:
        if fill_to and fill_to <= low_at:
            raise Refused("fill_to", _("Fill up to more than %(count)s, or leave it at 0.", count=low_at))
        self.low_at, self.fill_to, self.tax_permille = low_at, fill_to, tax_permille

    def refill(self, pieces: int, by: User) -> StockMove:
        """So many from the back room to the shelf; below zero the other way. The sum stays."""
        there = StockItem.in_back if pieces > 0 else StockItem.on_hand - StockItem.in_back
        moved = (
            sa.update(StockItem)
            .where(StockItem.id == self.id, there >= abs(pieces))
            .values(in_back=StockItem.in_back - pieces)
        )
        if not pieces or not update_one(moved):
            db.session.refresh(self, ["on_hand", "in_back"])
            there_now = self.in_back if pieces > 0 else self.on_shelf
            raise Refused(
                "too_many",
                _("Between 1 and %(most)s pieces can be moved.", most=there_now)
                if there_now
                else _("Nothing lies there."),
            )
        db.session.expire(self, ["in_back"])
        return self.write(MoveKind.REFILLED, 0, by, back_quantity=-pieces)

    def write(self, kind: MoveKind, quantity: int, by: User, **more: Any) -> StockMove:
        """A row of the ledger, for what was just done."""
        move = StockMove(item_id=self.id, kind=kind, quantity=quantity, by_id=by.id, **more)
        db.session.add(move)
        db.session.flush()
        return move


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

    @property
    def is_taken_back(self) -> bool:
        """Is there a move that undoes it?"""
        undone = sa.select(StockMove.id).filter_by(item_id=self.item_id, kind=self.kind, subject=f"move {self.id}")
        return db.session.scalar(undone) is not None

    @property
    def can_be_taken_back(self) -> bool:
        """What a person did by hand, for ten minutes: waste and carrying."""
        by_hand = self.kind in (MoveKind.WASTED, MoveKind.REFILLED) and self.subject is None
        return by_hand and self.at > utcnow() - timedelta(minutes=TAKE_BACK_MINUTES) and not self.is_taken_back

    def take_back(self, by: User) -> StockMove:
        """The opposite, once: the ledger keeps both."""
        item = self.item
        item.hold()
        if not self.can_be_taken_back:
            raise Refused(
                "too_late",
                _("It was taken back already, or is more than %(minutes)s minutes ago.", minutes=TAKE_BACK_MINUTES),
            )
        on_hand, in_back = item.on_hand - self.quantity, item.in_back - self.back_quantity
        if not 0 <= in_back <= on_hand:
            raise Refused("moved_on", _("Since then pieces were sold or carried. Move them by hand."))
        item.on_hand, item.in_back = on_hand, in_back
        return item.write(
            self.kind,
            -self.quantity,
            by,
            back_quantity=-self.back_quantity,
            subject=f"move {self.id}",
            reason=self.reason,
        )

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_STOCK) -> sa.Select[Self]:
        items = StockItem.reachable_by(user, permission).with_only_columns(StockItem.id)
        return sa.select(cls).where(cls.item_id.in_(items))

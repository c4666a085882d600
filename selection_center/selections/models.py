"""A buyer's list and its lines."""

from __future__ import annotations

import enum
import secrets
from collections import Counter
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.core import codes
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.samples.models import Sample
from selection_center.sites.models import Site

LONGEST_LIST = 300
LARGEST_QUANTITY = 9_999_999


class LineKind(enum.StrEnum):
    BULK = "bulk"  # 大货
    SAMPLE = "sample"  # 拿样


class SelectionList(Model):
    """What a buyer collects while walking (选品单): on the server, behind the device's signed cookie."""

    __tablename__ = "selection_lists"

    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("buyers.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"))
    """Where it was begun."""
    code: Mapped[str] = mapped_column(sa.String(11), unique=True)
    """In the QR that staff scan to open the list at the desk."""
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    share_token: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)

    buyer: Mapped[Buyer] = relationship()
    site: Mapped[Site | None] = relationship()
    lines: Mapped[list[SelectionLine]] = relationship(
        back_populates="list", order_by="SelectionLine.id", cascade="all, delete-orphan"
    )

    @classmethod
    def open_of(cls, device: str) -> SelectionList | None:
        """The list that this device is filling."""
        return db.session.scalar(cls.open_on(device).limit(1))

    @classmethod
    def open_on(cls, device: str) -> sa.Select[Self]:
        return sa.select(cls).join(Buyer).where(Buyer.device == device, cls.closed_at.is_(None)).order_by(cls.id.desc())

    @classmethod
    def is_on(cls, device: str, code: str) -> bool:
        """Is this the code of the list that this device is filling?"""
        return db.session.scalar(cls.open_on(device).with_only_columns(cls.code).limit(1)) == code

    @classmethod
    def open_count(cls, device: str) -> int:
        """How many open lines this device's list has."""
        query = (
            sa.select(sa.func.count(SelectionLine.id))
            .join(cls, SelectionLine.list_id == cls.id)
            .join(Buyer, Buyer.id == cls.buyer_id)
            .where(
                Buyer.device == device,
                cls.closed_at.is_(None),
                SelectionLine.is_open,
            )
        )
        return db.session.scalar(query) or 0

    @classmethod
    def open_or_new(cls, device: str, site: Site) -> SelectionList:
        """The device's list, begun here if there is none; its buyer's row is locked, so two beginnings make one."""
        buyer = Buyer.on_or_new(device)
        db.session.execute(sa.select(Buyer.id).filter_by(id=buyer.id).with_for_update())
        return cls.open_of(device) or cls.begin(buyer, site)

    @classmethod
    def begin(cls, buyer: Buyer, site: Site) -> Self:
        begun = cls(buyer=buyer, site=site, code=codes.new_code())
        db.session.add(begun)
        db.session.flush()
        return begun

    @classmethod
    def begin_for_walk_in(cls, site: Site) -> Self:
        """A list for a buyer without a phone in hand: kept at the desk, on a device that nobody holds."""
        return cls.begin(Buyer.on_or_new(f"desk-{secrets.token_urlsafe(16)}"), site)

    @classmethod
    def reachable_by(cls, user: Any) -> sa.Select[Self]:
        """The open lists begun at a site where this person writes orders, or with a line of such a site."""
        sites = user.site_ids(Permission.HANDLE_ORDERS)
        query = sa.select(cls).where(cls.closed_at.is_(None))
        if sites is None:
            return query
        of_site = cls.lines.any(SelectionLine.sample.has(Sample.site_id.in_(sites)))
        return query.where(sa.or_(cls.site_id.in_(sites), of_site))

    @property
    def open_lines(self) -> list[SelectionLine]:
        return [line for line in self.lines if line.is_open]

    @property
    def ordered_lines(self) -> list[SelectionLine]:
        return [line for line in self.lines if line.order_id is not None]

    @property
    def samples_taken(self) -> dict[int, int]:
        """By SKU, the sample pieces ordered from this list; cancelled ones may be taken again."""
        taken: Counter[int] = Counter()
        for line in self.ordered_lines:
            if line.kind is LineKind.SAMPLE and line.order.state != "cancelled":
                taken[line.sku_id] += line.quantity
        return dict(taken)

    @property
    def lines_to_take_back(self) -> list[SelectionLine]:
        """Removed within the last ten minutes, newest first."""
        found = [line for line in self.lines if line.can_be_taken_back]
        return sorted(found, key=lambda line: line.removed_at or line.created_at, reverse=True)

    @property
    def shown_code(self) -> str:
        return codes.format_code(self.code)

    def line(self, line_id: int) -> SelectionLine | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def add(
        self,
        sample: Sample,
        sku: Sku,
        quantity: int,
        kind: LineKind,
        *,
        seen_fen: int | None,
        user_id: int | None = None,
    ) -> SelectionLine:
        """Puts pieces of one SKU on the list, scanned at this sample; more of the same go onto its line."""
        if len(self.open_lines) >= LONGEST_LIST:
            raise Refused("list_full", _("A list holds 300 lines. Order or remove some first."))
        same = next((line for line in self.open_lines if line.holds(sample, sku, kind)), None)
        if same is None:
            same = SelectionLine(
                sample=sample, listing=sample.listing, sku=sku, kind=kind, quantity=0, added_by_user_id=user_id
            )
            self.lines.append(same)
        same.set_quantity(same.quantity + quantity)
        same.seen_fen = seen_fen
        self.touched()
        return same

    def remove(self, line: SelectionLine) -> None:
        """Off the list; can be taken back for ten minutes."""
        if line.order_id is not None:
            raise Refused("ordered", _("This line is ordered and stays on the list."))
        line.removed_at = line.removed_at or utcnow()
        self.touched()

    def take_back(self, line: SelectionLine) -> SelectionLine:
        """A removed line onto the list again, as it was; onto its twin where the same was added since."""
        if not line.can_be_taken_back:
            raise Refused("too_late", _("Only within ten minutes. Scan the sample again instead."))
        if len(self.open_lines) >= LONGEST_LIST:
            raise Refused("list_full", _("A list holds 300 lines. Order or remove some first."))
        twin = next((other for other in self.open_lines if other.holds(line.sample, line.sku, line.kind)), None)
        if twin is not None:
            twin.set_quantity(twin.quantity + line.quantity)
            self.lines.remove(line)
        else:
            line.removed_at = None
        self.touched()
        return twin or line

    def order_again(self, line: SelectionLine) -> SelectionLine:
        """A new open line like this ordered one."""
        if line.order_id is None:
            raise Refused("not_ordered", _("This line is still to be ordered."))
        return self.add(line.sample, line.sku, line.quantity, line.kind, seen_fen=None)

    def take_in(self, other: SelectionList) -> None:
        """All lines of another list of this buyer come onto this one, the same onto its twin; the other is closed."""
        for line in list(other.lines):
            twin = next(
                (o for o in self.open_lines if line.is_open and o.holds(line.sample, line.sku, line.kind)), None
            )
            if twin is not None:
                twin.set_quantity(min(twin.quantity + line.quantity, LARGEST_QUANTITY))
                other.lines.remove(line)
            else:
                self.lines.append(line)
        self.name, self.note = self.name or other.name, self.note or other.note
        other.share_token, token = None, other.share_token
        db.session.flush()
        self.share_token = self.share_token or token
        other.closed_at = utcnow()
        other.touched()
        self.touched()

    def change_style(self, line: SelectionLine, sku: Sku) -> SelectionLine:
        """Another SKU of the same listing in this line's place; onto its twin where that is on the list already."""
        if not line.is_open or sku.listing_id != line.listing_id:
            raise Refused("ordered", _("This line is ordered and stays on the list."))
        twin = next((o for o in self.open_lines if o is not line and o.holds(line.sample, sku, line.kind)), None)
        if twin is not None:
            twin.set_quantity(twin.quantity + line.quantity)
            self.lines.remove(line)
        else:
            line.sku, line.seen_fen = sku, None
        self.touched()
        return twin or line

    def share(self) -> str:
        """Gives the list a link that anyone may read by; the same one until it is withdrawn."""
        self.share_token = self.share_token or secrets.token_urlsafe(18)
        return self.share_token

    def withdraw(self) -> None:
        self.share_token = None

    def touched(self) -> None:
        self.version += 1
        self.updated_at = utcnow()


class SelectionLine(Model):
    """One SKU on a list with its quantity (选品单行); keeps the sample it was scanned at."""

    __tablename__ = "selection_lines"
    __table_args__ = (
        sa.Index("ix_selection_lines_list_sku", "list_id", "sku_id", "kind"),
        sa.CheckConstraint("quantity >= 1", name="quantity_positive"),
    )

    list_id: Mapped[int] = mapped_column(sa.ForeignKey("selection_lists.id"), index=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    kind: Mapped[LineKind] = mapped_column(Word(LineKind), default=LineKind.BULK)
    quantity: Mapped[int]
    seen_fen: Mapped[int | None]
    """The unit price that the buyer saw last: a rise above it is refused until seen."""
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    added_by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    removed_at: Mapped[datetime | None]

    list: Mapped[SelectionList] = relationship(back_populates="lines")
    listing: Mapped[Listing] = relationship()
    sku: Mapped[Sku] = relationship()
    sample: Mapped[Sample] = relationship()
    added_by: Mapped[User | None] = relationship(viewonly=True)
    # Its table comes later in the order of imports: named here, known there.
    order: Mapped[Any] = relationship("Order", viewonly=True)

    @hybrid_property
    def is_open(self) -> bool:
        """Neither ordered nor removed."""
        return self.order_id is None and self.removed_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.order_id.is_(None), cls.removed_at.is_(None))

    @property
    def can_be_taken_back(self) -> bool:
        return self.order_id is None and self.removed_at is not None and utcnow() - self.removed_at <= TAKE_BACK_WITHIN

    def holds(self, sample: Sample, sku: Sku, kind: LineKind) -> bool:
        """Would another piece of this SKU, seen at this site, go onto this line?"""
        return self.sku_id == sku.id and self.kind is kind and self.sample.site_id == sample.site_id

    def set_quantity(self, quantity: int) -> None:
        if not 1 <= quantity <= LARGEST_QUANTITY:
            raise Refused("bad_quantity", _("Write a quantity from 1 to 9,999,999."))
        self.quantity = quantity

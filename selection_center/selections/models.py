"""A buyer's list and its lines."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing, Sku
from selection_center.core import codes
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
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
        return db.session.scalar(
            sa.select(cls).join(Buyer).where(Buyer.device == device, cls.closed_at.is_(None)).order_by(cls.id.desc())
        )

    @classmethod
    def open_count(cls, device: str) -> int:
        """How many open lines this device's list has."""
        query = (
            sa.select(sa.func.count(SelectionLine.id))
            .join(cls, SelectionLine.list_id == cls.id)
            .join(Buyer, Buyer.id == cls.buyer_id)
            .where(Buyer.device == device, cls.closed_at.is_(None), SelectionLine.order_id.is_(None))
        )
        return db.session.scalar(query) or 0

    @classmethod
    def open_or_new(cls, device: str, site: Site) -> SelectionList:
        """The device's list, begun here if there is none."""
        found = cls.open_of(device)
        if found is None:
            found = cls(buyer=Buyer.on_or_new(device), site=site, code=codes.new_code())
            db.session.add(found)
            db.session.flush()
        return found

    @property
    def open_lines(self) -> list[SelectionLine]:
        return [line for line in self.lines if line.is_open]

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
        if not line.is_open:
            raise Refused("ordered", _("This line is ordered and stays on the list."))
        self.lines.remove(line)
        self.touched()

    def order_again(self, line: SelectionLine) -> SelectionLine:
        """A new open line like this ordered one."""
        return self.add(line.sample, line.sku, line.quantity, line.kind, seen_fen=None)

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
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    kind: Mapped[LineKind] = mapped_column(Word(LineKind), default=LineKind.BULK)
    quantity: Mapped[int]
    seen_fen: Mapped[int | None]
    """The unit price that the buyer saw last: a rise above it is refused until seen."""
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    added_by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    list: Mapped[SelectionList] = relationship(back_populates="lines")
    listing: Mapped[Listing] = relationship()
    sku: Mapped[Sku] = relationship()
    sample: Mapped[Sample] = relationship()

    @property
    def is_open(self) -> bool:
        return self.order_id is None

    def holds(self, sample: Sample, sku: Sku, kind: LineKind) -> bool:
        """Would another piece of this SKU, seen at this site, go onto this line?"""
        return self.sku_id == sku.id and self.kind is kind and self.sample.site_id == sample.site_id

    def set_quantity(self, quantity: int) -> None:
        if not 1 <= quantity <= LARGEST_QUANTITY:
            raise Refused("bad_quantity", _("Write a quantity from 1 to 9,999,999."))
        self.quantity = quantity

"""Certificates (证书): what a factory or an offer can show, until when it holds, and a picture of it."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Self, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.catalog.models import Listing, Supplier
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.shop_time import today


class CertificateKind(enum.StrEnum):
    CCC = "ccc"  # 3C 强制性产品认证
    CE = "ce"
    ROHS = "rohs"
    FCC = "fcc"
    FDA = "fda"
    CPC = "cpc"
    REPORT = "report"  # 检测报告
    STANDARD = "standard"  # 执行标准
    AUDIT = "audit"  # 验厂报告
    PATENT = "patent"
    OTHER = "other"


KIND_WORDS = {
    CertificateKind.CCC: _l("CCC"),
    CertificateKind.CE: _l("CE"),
    CertificateKind.ROHS: _l("RoHS"),
    CertificateKind.FCC: _l("FCC"),
    CertificateKind.FDA: _l("FDA"),
    CertificateKind.CPC: _l("CPC, children's products"),
    CertificateKind.REPORT: _l("Test report"),
    CertificateKind.STANDARD: _l("Standard that it follows"),
    CertificateKind.AUDIT: _l("Factory audit"),
    CertificateKind.PATENT: _l("Patent"),
    CertificateKind.OTHER: _l("Other certificate"),
}


class Certificate(Model):
    """Of one offer, or of a factory and so of all that it makes. `valid_until`: the last day; None for always."""

    __tablename__ = "certificates"
    __table_args__ = (
        sa.CheckConstraint("(listing_id IS NULL) <> (supplier_id IS NULL)", name="of_an_offer_or_a_factory"),
    )

    listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    kind: Mapped[CertificateKind] = mapped_column(Word(CertificateKind))
    number: Mapped[str] = mapped_column(sa.String(64), default="")
    valid_until: Mapped[date | None]
    picture: Mapped[str | None] = mapped_column(sa.String(24))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]
    """When it was taken away, which can be taken back."""

    listing: Mapped[Listing | None] = relationship()
    supplier: Mapped[Supplier | None] = relationship()

    @property
    def owner(self) -> Listing | Supplier:
        """One of the two is always there: the table checks it."""
        return cast(Listing | Supplier, self.listing or self.supplier)

    @property
    def label(self) -> str:
        """What it is, with its number."""
        return f"{KIND_WORDS[self.kind]} {self.number}".strip()

    @property
    def is_valid(self) -> bool:
        return self.valid_until is None or self.valid_until >= today()

    @classmethod
    def of(cls, owner: Listing | Supplier) -> list[Self]:
        """Its own, the newest first."""
        column = cls.listing_id if isinstance(owner, Listing) else cls.supplier_id
        return cls.where(column == owner.id)

    @classmethod
    def where(cls, is_wanted: sa.ColumnElement[bool]) -> list[Self]:
        query = sa.select(cls).where(is_wanted, cls.hidden_at.is_(None))
        return list(db.session.scalars(query.order_by(cls.id.desc())))

    @classmethod
    def valid_for(cls, listing: Listing) -> list[Self]:
        """Those of the offer and of its factory that hold today; one that both have stands once."""
        own, of_factory = cls.listing_id == listing.id, cls.supplier_id == listing.supplier_id
        found = cls.where(own if listing.supplier_id is None else sa.or_(own, of_factory))
        found.sort(key=lambda one: one.listing_id is None)
        held = {(one.kind, one.number): one for one in reversed(found) if one.is_valid}
        return list(held.values())[::-1]

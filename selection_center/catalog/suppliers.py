"""Suppliers: who makes it and on what terms."""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from selection_center.core.db import Model, Word, db, utcnow, within
from selection_center.core.i18n import in_language
from selection_center.core.permissions import Permission
from selection_center.sites.models import Belt


class MerchantType(enum.StrEnum):
    """The seven merchant types that the network prefers (domain facts: 七类优选商家)."""

    OEM_QUICK = "oem_quick"
    SRDI = "srdi"
    MID_FACTORY = "mid_factory"
    STALL_FIRSTHAND = "stall_firsthand"
    BRAND = "brand"
    CHAIN_LEADER = "chain_leader"
    XBORDER_TRADER = "xborder_trader"


class PriceVisibility(enum.StrEnum):
    PUBLIC = "public"
    PHONE = "phone"  # once the buyer has left a phone
    STAFF = "staff"


class Supplier(Model):
    """A factory or trader (供应商). mix_pieces, mix_fen: its mixed-batch rule (混批), either waives the MOQ."""

    __tablename__ = "suppliers"
    __table_args__ = (sa.UniqueConstraint("source", "source_id"),)

    source: Mapped[str] = mapped_column(sa.String(24), default="manual")
    source_id: Mapped[str | None] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160), default="")
    name_key: Mapped[str] = mapped_column(sa.String(120), index=True)
    merchant_type: Mapped[MerchantType | None] = mapped_column(Word(MerchantType))
    trustpass_years: Mapped[int | None]  # 诚信通; 0 when the years are not known
    is_powerful_merchant: Mapped[bool] = mapped_column(default=False)  # 实力商家
    is_super_factory: Mapped[bool] = mapped_column(default=False)  # 超级工厂
    is_inspected: Mapped[bool] = mapped_column(default=False)  # 已验厂
    belt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("belts.id"), index=True)
    booth: Mapped[str] = mapped_column(sa.String(60), default="")
    contact_name: Mapped[str] = mapped_column(sa.String(60), default="")
    phone: Mapped[str] = mapped_column(sa.String(24), default="")
    price_visibility: Mapped[PriceVisibility] = mapped_column(Word(PriceVisibility), default=PriceVisibility.PUBLIC)
    mix_pieces: Mapped[int | None]
    mix_fen: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    belt: Mapped[Belt | None] = relationship()

    @validates("name")
    def _name_has_key(self, _attribute: str, name: str) -> str:
        self.name_key = name_key(name)
        return name

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def has_trustpass(self) -> bool:
        return self.trustpass_years is not None

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_CATALOG) -> sa.Select[Self]:
        return within(sa.select(cls).where(cls.merged_into_id.is_(None)), cls.id, user.supplier_ids(permission))

    @classmethod
    def named(cls, name: str) -> Supplier | None:
        return db.session.scalar(sa.select(cls).filter_by(name_key=name_key(name), merged_into_id=None))

    @classmethod
    def called(cls, name_en: str) -> Supplier | None:
        """By its English name, in any case."""
        called_so = sa.func.lower(cls.name_en) == name_en.lower()
        return db.session.scalar(sa.select(cls).where(called_so, cls.merged_into_id.is_(None)).limit(1))


def name_key(name: str) -> str:
    """A company's name without width, case, spaces and brackets' shape, to match exact names only."""
    return re.sub(r"[\s()（）·.,，。\-]", "", unicodedata.normalize("NFKC", name)).casefold()[:120]

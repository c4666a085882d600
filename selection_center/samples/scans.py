"""Scans: each look of a person at a sample is a fact."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, utcnow


class Scan(Model):
    """Somebody scanned a sample's code (扫码). Its device is forgotten after the time that the settings name."""

    __tablename__ = "scans"
    __table_args__ = (
        sa.Index("ix_scans_site_at", "site_id", "at"),
        sa.Index("ix_scans_sample_at", "sample_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(default=utcnow)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    stand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"))
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    device: Mapped[str | None] = mapped_column(sa.String(64))
    agent: Mapped[str] = mapped_column(sa.String(24), default="")
    """The kind of browser: wechat, alipay, safari, chrome, other."""
    by_staff: Mapped[bool] = mapped_column(default=False)


class ScanDay(Model):
    """How often a sample was scanned on a day at a stand, counted up as scans come in (UTC+8 days)."""

    __tablename__ = "scan_days"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "stand_id", "day"),
        sa.Index("ix_scan_days_site_day", "site_id", "day"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    stand_id: Mapped[int] = mapped_column(default=0)
    """0 for the store room: a NULL would not be unique."""
    day: Mapped[date]
    scans: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]

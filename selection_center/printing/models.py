"""Print runs: who printed what on which medium, with the values that the paper now says."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.core.permissions import Permission
from selection_center.printing.overtaking import mark
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite

FILES_KEPT = timedelta(days=30)


class PrintState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FileKind(enum.StrEnum):
    """What a print is taken along as: PDF for a driver, or the language of a label printer that has none."""

    PDF = "pdf"
    ZPL = "zpl"
    TSPL = "tspl"


USUAL_DOTS = 8
"""To the millimetre, of a label printer."""
USUAL_GAP_TENTHS = 20


class Printer(OfSite):
    """A printer (打印机): what to move it by, right and down, in tenths of a millimetre, and what it takes.

    speed in inches a second and darkness from 1 to 15 are None where they stay as the printer itself is set.
    """

    __tablename__ = "printers"
    __table_args__ = (sa.UniqueConstraint("site_id", "name"),)
    needs = Permission.PRINT_TAGS

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    right_tenths: Mapped[int] = mapped_column(default=0)
    down_tenths: Mapped[int] = mapped_column(default=0)
    file_kind: Mapped[str] = mapped_column(sa.String(4), default=FileKind.PDF)
    dots_per_mm: Mapped[int] = mapped_column(default=USUAL_DOTS)
    speed: Mapped[int | None]
    darkness: Mapped[int | None]
    gap_tenths: Mapped[int] = mapped_column(default=USUAL_GAP_TENTHS)

    site: Mapped[Site] = relationship()

    @property
    def mark(self) -> str:
        offsets = (self.right_tenths, self.down_tenths, self.gap_tenths)
        return mark(self.name, *offsets, self.file_kind, self.dots_per_mm, self.speed, self.darkness)


class BegunSheet(OfSite):
    """A sheet of labels of which some are gone (未用完的标签纸), and where it lies. used: gone when it was put by."""

    __tablename__ = "begun_sheets"
    needs = Permission.PRINT_TAGS

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    medium: Mapped[str] = mapped_column(sa.String(32))
    name: Mapped[str] = mapped_column(sa.String(40), default="")
    used: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    """Full, or thrown away."""

    site: Mapped[Site] = relationship()


class PrintRun(OfSite):
    """One print of labels or sheets (打印批次). The file is kept in the data folder under its number."""

    __tablename__ = "print_runs"
    needs = Permission.PRINT

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    layout: Mapped[str] = mapped_column(sa.String(32))
    medium: Mapped[str] = mapped_column(sa.String(32))
    used: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    """Cells of the first sheet that were gone before."""
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("begun_sheets.id"), index=True)
    rest_name: Mapped[str] = mapped_column(sa.String(40), default="")
    """Where the sheet goes that is left over."""
    printer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("printers.id"))
    right_tenths: Mapped[int] = mapped_column(default=0)
    down_tenths: Mapped[int] = mapped_column(default=0)
    """How far its printer was off then."""
    file_kind: Mapped[str] = mapped_column(sa.String(4), default=FileKind.PDF)
    """What was asked for; any other can be had too."""
    with_prices: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(4), default="zh")
    state: Mapped[PrintState] = mapped_column(Word(PrintState), default=PrintState.WAITING)
    pages: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(sa.String(400))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    ready_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    user: Mapped[User] = relationship()
    printer: Mapped[Printer | None] = relationship()
    sheet: Mapped[BegunSheet | None] = relationship()
    items: Mapped[list[PrintedItem]] = relationship(
        back_populates="run", order_by="PrintedItem.number", cascade="all, delete-orphan"
    )

    @property
    def kept_until(self) -> datetime | None:
        """When its file goes; the values stay."""
        return self.ready_at + FILES_KEPT if self.ready_at else None

    @property
    def has_file(self) -> bool:
        return self.state is PrintState.READY and self.kept_until is not None and utcnow() < self.kept_until


class PrintedItem(Model):
    """One label or page of a run and the values that it says: stale once today's differ."""

    __tablename__ = "printed_items"
    __table_args__ = (sa.UniqueConstraint("run_id", "number"),)

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("print_runs.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("samples.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(11))
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    page: Mapped[int | None]
    position: Mapped[int | None]
    refused: Mapped[str | None] = mapped_column(sa.String(200))
    agrees_with: Mapped[str | None] = mapped_column(sa.Text)
    differs_from: Mapped[str | None] = mapped_column(sa.Text)
    """What it was compared with last, where it said the same, and where it said another; see `comparing`."""

    run: Mapped[PrintRun] = relationship(back_populates="items")

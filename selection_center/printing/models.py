"""Print runs: who printed what on which medium, with the values that the paper now says."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite


class PrintState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PrintRun(OfSite):
    """One print of labels or sheets (打印批次). The file is kept in the data folder under its number."""

    __tablename__ = "print_runs"
    needs = Permission.PRINT

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    layout: Mapped[str] = mapped_column(sa.String(32))
    medium: Mapped[str] = mapped_column(sa.String(32))
    first_position: Mapped[int] = mapped_column(default=1)
    with_prices: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(4), default="zh")
    state: Mapped[PrintState] = mapped_column(Word(PrintState), default=PrintState.WAITING)
    pages: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(sa.String(400))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    ready_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    user: Mapped[User] = relationship()
    items: Mapped[list[PrintedItem]] = relationship(
        back_populates="run", order_by="PrintedItem.number", cascade="all, delete-orphan"
    )


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

    run: Mapped[PrintRun] = relationship(back_populates="items")

"""Accounts at marketplaces: who we are there, what opens the door, and whether the door is open at present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.catalog.suppliers import Supplier
from selection_center.core import sealing
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.wording import sentence_of

LONG_QUEUE = timedelta(seconds=10)
"""From when on people are told that calls wait for their turn."""


class Account(Model):
    """One account at one marketplace (平台账号). Its secrets are sealed and leave it only for a connector."""

    __tablename__ = "marketplace_accounts"
    __table_args__ = (
        sa.CheckConstraint("calls_per_minute BETWEEN 1 AND 6000", name="pace_sane"),
        sa.Index("uq_marketplace_accounts_alone", "connector", "alone_as", unique=True),
    )

    connector: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[str] = mapped_column(sa.String(80))
    given: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    """Values of the connector's open fields."""
    alone_as: Mapped[str | None] = mapped_column(sa.String(500))
    """What it gave in the field that no two of them may share: a feed's short name, for its folder is its own."""
    sealed: Mapped[str] = mapped_column(sa.Text, default="")
    """Its secrets, and tokens that the marketplace gave."""
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    """Whose offers these are, where they do not say it themselves: a factory's own feed."""
    calls_per_minute: Mapped[int] = mapped_column(default=120)
    fetch_every_hours: Mapped[int] = mapped_column(default=24)
    """0: only when somebody asks for it."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    paused_at: Mapped[datetime | None]
    """Nothing is fetched or ordered until somebody goes on."""
    checked_at: Mapped[datetime | None]
    checked_as: Mapped[str] = mapped_column(sa.String(120), default="")
    """Who the marketplace said that we are, at the last check that went well."""
    failure: Mapped[str] = mapped_column(sa.String(32), default="")
    """Our code for what was wrong with the last call that failed; empty where none did since somebody said "go on"."""
    failure_said: Mapped[str] = mapped_column(sa.String(400), default="")
    """The marketplace's own words about it."""
    failed_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    """When a call last went well."""
    failures: Mapped[int] = mapped_column(default=0)
    """Calls without an answer in a row: the circuit breaker's count."""
    rests_until: Mapped[datetime | None]
    """The breaker is open: nothing is asked before then."""
    next_call_at: Mapped[datetime | None]
    """When the next call may be made, so that all processes together keep the pace."""
    message_cursor: Mapped[str | None] = mapped_column(sa.Text)
    """How far its kept messages were read."""

    supplier: Mapped[Supplier | None] = relationship()

    @property
    def label(self) -> Any:
        return CONNECTORS[self.connector].label

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_resting(self) -> bool:
        return self.rests_until is not None and self.rests_until > utcnow()

    @property
    def is_failing(self) -> bool:
        """The last call went wrong."""
        went_well_since = self.failed_at and self.succeeded_at and self.succeeded_at > self.failed_at
        return bool(self.failure) and not went_well_since

    @property
    def standing(self) -> str:
        """Is it asked at present, in a word: paused, too_often, resting, silent, refused, new, busy or open."""
        if self.is_paused:
            return "paused"
        if self.is_resting:
            return "too_often" if self.failure == "too_often" else "resting"
        if self.is_failing:
            return "silent" if self.failures else "refused"
        if self.checked_at is None:
            return "new"
        return "busy" if self.next_call_at and self.next_call_at - utcnow() > LONG_QUEUE else "open"

    @property
    def takes_orders(self) -> bool:
        return CONNECTORS[self.connector].takes_orders

    @property
    def signs_in(self) -> bool:
        return CONNECTORS[self.connector].signs_in

    @property
    def sends_messages(self) -> bool:
        return CONNECTORS[self.connector].sends_messages

    @property
    def secret_names(self) -> set[str]:
        """Which secrets are there; what they are, no page says."""
        try:
            return {name for name, value in sealing.unseal(self.sealed).items() if value}
        except sealing.CannotOpen:
            return set()

    def opened(self) -> dict[str, str]:
        """All values, for a connector. Refuses where SECRET_KEY is another than when they were sealed."""
        try:
            return {**self.given, **sealing.unseal(self.sealed)}
        except sealing.CannotOpen:
            sentence = _("The secrets of this account were sealed under another key: write them again.")
            raise Refused("secrets_lost", sentence) from None

    def keep(self) -> None:
        """Written; refuses where another was faster with what no two may share."""
        try:
            with db.session.begin_nested():
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            raise Refused("name_taken", _("Another account has this short name already.")) from error

    def write_secrets(self, values: Mapping[str, str]) -> None:
        """Adds or replaces some; an empty one leaves what is there. Others stay."""
        self.sealed = resealed(self.sealed, values)

    def pause(self) -> None:
        self.paused_at = self.paused_at or utcnow()

    def go_on(self) -> None:
        """Also closes the breaker: somebody says that it works again."""
        self.paused_at, self.rests_until, self.failures, self.failure = None, None, 0, ""

    @property
    def failure_words(self) -> str:
        return sentence_of(self.failure, self.failure_said)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_MARKETPLACE) -> sa.Select[Self]:
        query = sa.select(cls)
        return query if user.can(permission) else query.where(sa.false())


def resealed(sealed: str, values: Mapping[str, str]) -> str:
    """The sealed secrets with these added or replaced; what another key sealed is lost."""
    try:
        before = sealing.unseal(sealed)
    except sealing.CannotOpen:
        before = {}
    return sealing.seal(before | {name: value for name, value in values.items() if value})


class CallCount(Model):
    """What the calls of one kind came to on one day, UTC (调用统计)."""

    __tablename__ = "marketplace_calls"
    __table_args__ = (sa.UniqueConstraint("account_id", "on", "call"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"))
    on: Mapped[str] = mapped_column(sa.String(10))
    """yyyy-mm-dd"""
    call: Mapped[str] = mapped_column(sa.String(80))
    count: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    total_ms: Mapped[int] = mapped_column(default=0)
    slowest_ms: Mapped[int] = mapped_column(default=0)

    @property
    def usual_ms(self) -> int:
        return round(self.total_ms / self.count) if self.count else 0


def calls_of(account: Account, since: str) -> list[CallCount]:
    """The account's calls since that day, newest day first, the most frequent first."""
    query = sa.select(CallCount).filter_by(account_id=account.id).where(CallCount.on >= since)
    return list(db.session.scalars(query.order_by(CallCount.on.desc(), CallCount.count.desc(), CallCount.call)))

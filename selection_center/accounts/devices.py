"""Tablets that belong to a site and that its people share, each coming in by PIN."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import Grant, SignIn, User, token_digest
from selection_center.core.db import Model, db, own_transaction, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission

SEEN_EVERY = timedelta(minutes=1)


class Device(Model):
    """A tablet registered for a site (设备). Its cookie holds a token of which only the digest is kept here.

    Registering draws a new token, so a cookie copied before is worth nothing; a revoked one stays so for good.
    """

    __tablename__ = "devices"
    __table_args__ = (
        sa.CheckConstraint("idle_minutes IN (2, 5, 15)", name="idle_minutes"),
        sa.Index(
            "ix_devices_site_id_name",
            "site_id",
            "name",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    idle_minutes: Mapped[int] = mapped_column(default=5)
    """After so many minutes without a touch it locks."""
    registered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    revoked_at: Mapped[datetime | None]

    registered_by: Mapped[User] = relationship()
    # Its table comes later in the order of imports: named here, known there.
    site: Mapped[Any] = relationship("Site", viewonly=True)

    @classmethod
    def register(cls, site_id: int, name: str, idle_minutes: int, by: User) -> tuple[Self, str]:
        """A new device, and the token that its cookie must hold from now on."""
        token = secrets.token_urlsafe(16)
        device = cls(
            site_id=site_id, name=name, idle_minutes=idle_minutes, registered_by=by, token_digest=token_digest(token)
        )
        device.keep_unlike_others()
        return device, token

    @classmethod
    def of(cls, token: str) -> Self | None:
        """The device that holds this token, unless it was revoked."""
        return db.session.scalar(sa.select(cls).filter_by(token_digest=token_digest(token), revoked_at=None))

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.MANAGE_STAFF) -> sa.Select[Self]:
        return within(sa.select(cls).where(cls.revoked_at.is_(None)), cls.site_id, user.site_ids(permission))

    @classmethod
    def of_site(cls, site_id: int) -> list[Self]:
        """Those that may be used, by name."""
        return list(db.session.scalars(sa.select(cls).filter_by(site_id=site_id, revoked_at=None).order_by(cls.name)))

    def keep_unlike_others(self) -> None:
        """Writes it down. Refuses a name that another device of the site has."""
        try:
            with db.session.begin_nested():
                db.session.add(self)
        except sa.exc.IntegrityError as error:
            raise Refused(
                "device_name_taken", _("Another tablet here has this name. Choose a different one.")
            ) from error

    def change(self, name: str, idle_minutes: int) -> None:
        with db.session.no_autoflush:
            self.name, self.idle_minutes = name, idle_minutes
        self.keep_unlike_others()

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None

    def revoke(self) -> None:
        """A lost or sold tablet: no PIN works there any more, and whoever is on it is out."""
        self.revoked_at = utcnow()
        for sign_in in db.session.scalars(sa.select(SignIn).filter_by(tablet_id=self.id, ended_at=None)):
            sign_in.end()

    def people(self) -> list[User]:
        """Who may come in here by PIN: everybody with a role at its site whose account is not locked."""
        works_here = User.grants.any(Grant.site_id == self.site_id)
        return list(
            db.session.scalars(sa.select(User).where(works_here, User.disabled_at.is_(None)).order_by(User.name))
        )

    def person(self, user_id: int) -> User | None:
        return next((person for person in self.people() if person.id == user_id), None)

    def touch(self) -> None:
        """Notes that it was seen, once a minute, beside the request's own transaction. Only for reading requests."""
        if utcnow() - self.last_seen_at < SEEN_EVERY:
            return
        with own_transaction() as connection:
            connection.execute(sa.update(Device).where(Device.id == self.id).values(last_seen_at=utcnow()))


def people_on(devices: Iterable[Device]) -> dict[int, list[User]]:
    """By device, whose sessions on it last just now."""
    found: dict[int, list[User]] = defaultdict(list)
    ids = [device.id for device in devices]
    open_ones = sa.select(SignIn).where(SignIn.tablet_id.in_(ids), SignIn.ended_at.is_(None)).order_by(SignIn.id)
    for sign_in in db.session.scalars(open_ones):
        if sign_in.lasts and sign_in.tablet_id is not None and sign_in.user not in found[sign_in.tablet_id]:
            found[sign_in.tablet_id].append(sign_in.user)
    return found


def device_names(tokens: Iterable[str | None]) -> dict[str, str]:
    """By token, as audit entries keep it, the name of the tablet; tokens of no tablet are left out."""
    digests = {token_digest(token): token for token in tokens if token}
    names = sa.select(Device.token_digest, Device.name).where(Device.token_digest.in_(digests))
    return {digests[digest]: name for digest, name in db.session.execute(names)}

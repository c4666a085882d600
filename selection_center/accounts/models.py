"""People with an account, their grants, and the devices they are signed in on."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.permissions import Permission, Reach, Role, reach

IDLE_LIMIT = timedelta(hours=12)
ABSOLUTE_LIMIT = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)

passwords = PasswordHasher()
_DECOY = passwords.hash(secrets.token_urlsafe(16))


class User(Model):
    """Somebody with an account: staff of the network or of a supplier (员工账号)."""

    __tablename__ = "users"

    login: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    grants: Mapped[list[Grant]] = relationship(back_populates="user", cascade="all, delete-orphan", lazy="selectin")

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def set_password(self, password: str) -> None:
        self.password_hash = passwords.hash(password)

    def has_password(self, password: str) -> bool:
        return password_fits(self.password_hash, password)

    def can(self, permission: Permission, *, site_id: int | None = None, supplier_id: int | None = None) -> bool:
        """May this person do it: at all, or at this site, or for this supplier?"""
        return any(grant.covers(permission, site_id=site_id, supplier_id=supplier_id) for grant in self.grants)

    def site_ids(self, permission: Permission) -> set[int] | None:
        """The sites where this person may do it; None for every site."""
        return self._scope(permission, "site_id")

    def supplier_ids(self, permission: Permission) -> set[int] | None:
        """The suppliers for whom this person may do it; None for all."""
        return self._scope(permission, "supplier_id")

    def _scope(self, permission: Permission, column: str) -> set[int] | None:
        found: set[int] = set()
        for grant in self.grants:
            how_far = reach(grant.role, permission)
            if how_far is Reach.ALL:
                return None
            if how_far is Reach.OWN and getattr(grant, column) is not None:
                found.add(getattr(grant, column))
        return found

    @property
    def is_head_office(self) -> bool:
        return any(grant.role is Role.HEAD_OFFICE for grant in self.grants)

    @property
    def is_supplier_only(self) -> bool:
        return bool(self.grants) and all(grant.role is Role.SUPPLIER for grant in self.grants)

    def disable(self) -> None:
        """Out at the next request, on every device."""
        self.disabled_at = utcnow()
        db.session.execute(
            sa.update(SignIn).where(SignIn.user_id == self.id, SignIn.ended_at.is_(None)).values(ended_at=utcnow())
        )

    def enable(self) -> None:
        self.disabled_at = None


def password_fits(stored: str | None, password: str) -> bool:
    """Takes as long for an unknown account as for a known one."""
    try:
        return passwords.verify(stored or _DECOY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


class Grant(Model):
    """One role of one person, over a site, a supplier, or (head office) everything (授权)."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "role", "site_id", "supplier_id"),
        sa.CheckConstraint(
            "(role = 'head_office' AND site_id IS NULL AND supplier_id IS NULL)"
            " OR (role = 'supplier' AND site_id IS NULL AND supplier_id IS NOT NULL)"
            " OR (role IN ('manager', 'floor_staff', 'cashier') AND site_id IS NOT NULL AND supplier_id IS NULL)",
            name="scope_fits_role",
        ),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship(back_populates="grants")

    def covers(self, permission: Permission, *, site_id: int | None, supplier_id: int | None) -> bool:
        how_far = reach(self.role, permission)
        if how_far is None:
            return False
        if how_far is Reach.ALL or (site_id is None and supplier_id is None):
            return True
        return (site_id is not None and self.site_id == site_id) or (
            supplier_id is not None and self.supplier_id == supplier_id
        )


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SignIn(Model):
    """One device that somebody is signed in on; ended here, it is ended there (登录会话)."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def start(cls, user: User, agent: str) -> str:
        """Begins a new session and answers its token, which is kept nowhere here."""
        token = secrets.token_urlsafe(32)
        db.session.add(cls(user=user, token_digest=token_digest(token), agent=agent[:200]))
        return token

    @classmethod
    def of(cls, token: str) -> SignIn | None:
        """The session of this token while it lasts and its person may still come in."""
        found = db.session.scalar(sa.select(cls).filter_by(token_digest=token_digest(token)))
        return found if found is not None and found.lasts else None

    @property
    def lasts(self) -> bool:
        now = utcnow()
        return (
            self.ended_at is None
            and self.user.is_active
            and now - self.last_seen_at < IDLE_LIMIT
            and now - self.created_at < ABSOLUTE_LIMIT
        )

    def end(self) -> None:
        self.ended_at = utcnow()

"""People with an account, their grants, and the devices they are signed in on."""

from __future__ import annotations

import enum
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Self, cast

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts import agents
from selection_center.core.codes import ALPHABET
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import BY_PIN, Permission, Reach, Role, reach

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
    pin_hash: Mapped[str | None] = mapped_column(sa.String(200))
    """Opens registered tablets of the sites where this person works, and nothing else."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    grants: Mapped[list[Grant]] = relationship(back_populates="user", cascade="all, delete-orphan", lazy="selectin")

    is_authenticated = True
    is_anonymous = False
    only_site = cast(int | None, None)
    """In a session begun by PIN: the site of its tablet, beyond which and beyond BY_PIN this person has no rights."""

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @classmethod
    def join(cls, login: str, name: str, role: Role, **where: int | None) -> tuple[User, str]:
        """A new account with its first role, and its drawn password, kept nowhere. where: site_id, supplier_id."""
        user = cls(login=login, name=name)
        password = new_password()
        user.set_password(password)
        user.grants = [Grant(role=role, **where)]
        try:
            with db.session.begin_nested():
                db.session.add(user)
        except sa.exc.IntegrityError as error:
            raise Refused("login_taken", _("This account name is taken. Choose another one.")) from error
        return user, password

    @classmethod
    def reachable_by(cls, user: Any) -> sa.Select[Self]:
        """The people with a role at a site whose staff this person looks after; for head office all people."""
        sites = user.site_ids(Permission.MANAGE_STAFF)
        query = sa.select(cls)
        return query if sites is None else query.where(cls.grants.any(Grant.site_id.in_(sites)))

    def can_be_managed_by(self, user: Any) -> bool:
        """Only who looks after everything that a person may do can lock the account or draw a new password."""
        sites = user.site_ids(Permission.MANAGE_STAFF)
        return self.id != user.id and (sites is None or all(grant.site_id in sites for grant in self.grants))

    def set_password(self, password: str) -> None:
        self.password_hash = passwords.hash(password)

    def draw_password(self) -> str:
        """A new password, kept nowhere; whoever was signed in with the old one is out, and the PIN is gone."""
        password = new_password()
        self.set_password(password)
        self.pin_hash = None
        self.end_sessions()
        return password

    def has_password(self, password: str) -> bool:
        return password_fits(self.password_hash, password)

    def set_pin(self, pin: str | None) -> None:
        """A new PIN, or none; whoever came in by the old one is out."""
        self.pin_hash = passwords.hash(pin) if pin else None
        for found in db.session.scalars(sa.select(SignIn).filter_by(user_id=self.id, ended_at=None, way=Way.PIN)):
            found.end()

    def can(self, permission: Permission, *, site_id: int | None = None, supplier_id: int | None = None) -> bool:
        """May this person do it: at all, or at this site, or for this supplier?"""
        grants = self.grants_for(permission)
        return any(grant.covers(permission, site_id=site_id, supplier_id=supplier_id) for grant in grants)

    def grants_for(self, permission: Permission) -> list[Grant]:
        """The roles that count: by PIN those at the tablet's site, for what a PIN opens at all."""
        if self.only_site is None:
            return self.grants
        return [grant for grant in self.grants if grant.site_id == self.only_site] if permission in BY_PIN else []

    def could_by_password(self, permission: Permission) -> bool:
        """Is it only the PIN that is in the way?"""
        return self.only_site is not None and any(reach(grant.role, permission) for grant in self.grants)

    def works_at(self, site_id: int) -> bool:
        return any(grant.site_id == site_id for grant in self.grants)

    def site_ids(self, permission: Permission) -> set[int] | None:
        """The sites where this person may do it; None for every site."""
        return self._scope(permission, "site_id")

    def supplier_ids(self, permission: Permission) -> set[int] | None:
        """The suppliers for whom this person may do it; None for all."""
        return self._scope(permission, "supplier_id")

    def _scope(self, permission: Permission, column: str) -> set[int] | None:
        found: set[int] = set()
        for grant in self.grants_for(permission):
            how_far = reach(grant.role, permission)
            if how_far is Reach.ALL:
                return None
            if how_far is Reach.OWN and getattr(grant, column) is not None:
                found.add(getattr(grant, column))
        return found

    @property
    def is_head_office(self) -> bool:
        return self.only_site is None and any(grant.role is Role.HEAD_OFFICE for grant in self.grants)

    @property
    def is_supplier_only(self) -> bool:
        return bool(self.grants) and all(grant.role is Role.SUPPLIER for grant in self.grants)

    def disable(self) -> None:
        """Out at the next request, on every device."""
        self._must_leave_a_head_office()
        self.disabled_at = utcnow()
        self.end_sessions()

    def enable(self) -> None:
        self.disabled_at = None

    def end_sessions(self, but: SignIn | None = None) -> int:
        """Out on every device, or on every other one; answers on how many."""
        open_ones = sa.select(SignIn).filter_by(user_id=self.id, ended_at=None)
        ended = [found for found in db.session.scalars(open_ones) if found is not but]
        for found in ended:
            found.end()
        return sum(not found.is_stale for found in ended)

    def add_grant(self, role: Role, site_id: int | None = None, supplier_id: int | None = None) -> Grant:
        if any((grant.role, grant.site_id, grant.supplier_id) == (role, site_id, supplier_id) for grant in self.grants):
            raise Refused("has_role", _("%(name)s has this role there already.", name=self.name))
        grant = Grant(role=role, site_id=site_id, supplier_id=supplier_id)
        self.grants.append(grant)
        return grant

    def remove_grant(self, grant: Grant) -> None:
        if grant.role is Role.HEAD_OFFICE:
            self._must_leave_a_head_office()
        self.grants.remove(grant)

    def _must_leave_a_head_office(self) -> None:
        """Somebody must be left who can let people in."""
        if not self.is_head_office:
            return
        others = sa.select(Grant.id).join(User).where(
            Grant.role == Role.HEAD_OFFICE, User.disabled_at.is_(None), User.id != self.id
        )  # fmt: skip
        if db.session.scalar(others.limit(1)) is None:
            raise Refused("last_head_office", _("This is the last account of head office. Add another one first."))


def new_password() -> str:
    """Sixteen symbols (80 bits) in groups, without letters that look like digits: easy to read aloud."""
    drawn = "".join(secrets.choice(ALPHABET.lower()) for _ in range(16))
    return "-".join(drawn[i : i + 4] for i in range(0, 16, 4))


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
    # Both tables come later in the order of imports: named here, known there.
    site: Mapped[Any] = relationship("Site", viewonly=True)
    supplier: Mapped[Any] = relationship("Supplier", viewonly=True)

    @property
    def where(self) -> str:
        """The name of the site or supplier; nothing for head office."""
        place = self.site or self.supplier
        return place.label if place is not None else ""

    def change_role(self, role: Role) -> None:
        """Another role at the same site."""
        if any(other.role is role and other.site_id == self.site_id for other in self.user.grants if other is not self):
            raise Refused("has_role", _("%(name)s has this role there already.", name=self.user.name))
        self.role = role

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


class Way(enum.StrEnum):
    """How a session was begun."""

    PASSWORD = "password"  # noqa: S105 - a way in, and no secret
    PIN = "pin"


class SignIn(Model):
    """One device that somebody is signed in on; ended here, it is ended there (登录会话).

    On a registered tablet it ends after that tablet's idle minutes, or when the tablet is revoked.
    """

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    way: Mapped[Way] = mapped_column(Word(Way), default=Way.PASSWORD)
    tablet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("devices.id"), index=True)

    user: Mapped[User] = relationship(lazy="joined")
    tablet: Mapped[Any] = relationship("Device", lazy="joined")  # of accounts/devices.py

    @classmethod
    def start(cls, user: User, agent: str, way: Way = Way.PASSWORD, tablet: Any = None) -> str:
        """Begins a new session and answers its token, which is kept nowhere here."""
        token = secrets.token_urlsafe(32)
        db.session.add(cls(user=user, token_digest=token_digest(token), agent=agent[:200], way=way, tablet=tablet))
        return token

    @classmethod
    def of(cls, token: str) -> SignIn | None:
        """The session of this token while it lasts and its person may still come in."""
        found = cls.begun_with(token)
        return found if found is not None and found.lasts else None

    @classmethod
    def begun_with(cls, token: str) -> SignIn | None:
        """The session of this token, whether or not it lasts, with its person's rights: every page asks it first."""
        query = sa.select(cls).filter_by(token_digest=token_digest(token))
        with_rights = query.options(joinedload(cls.user).joinedload(User.grants))
        return db.session.scalars(with_rights).unique().one_or_none()

    @property
    def lasts(self) -> bool:
        return self.is_welcome and not self.is_stale

    @property
    def is_welcome(self) -> bool:
        """Nobody ended it; its person may come in, and where it stands on a tablet, there."""
        if self.ended_at is not None or not self.user.is_active:
            return False
        if self.tablet is None:
            return True
        return self.tablet.is_open and (self.way is not Way.PIN or self.user.works_at(self.tablet.site_id))

    @property
    def is_locked(self) -> bool:
        """The tablet locked it, and a PIN opens it again."""
        return self.tablet is not None and self.is_welcome and self.is_stale

    @property
    def is_stale(self) -> bool:
        """Idle for too long, or open for too long."""
        return self.idle_left <= timedelta(0) or utcnow() - self.created_at >= ABSOLUTE_LIMIT

    @property
    def idle_left(self) -> timedelta:
        """How long it still lasts if nobody touches it."""
        limit = timedelta(minutes=self.tablet.idle_minutes) if self.tablet is not None else IDLE_LIMIT
        return self.last_seen_at + limit - utcnow()

    @property
    def device(self) -> str:
        return self.tablet.name if self.tablet is not None else agents.device(self.agent)

    def end(self) -> None:
        self.ended_at = utcnow()

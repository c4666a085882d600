"""How far a cashier may go alone, and a manager's word given on the same tablet (授权)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts import attempts
from selection_center.accounts.models import Grant, User, password_fits
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.till.arithmetic import within_permille
from selection_center.till.shifts import TillRules

TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)
"""Wrong PINs of one manager at one store's tills."""


def rules_of(site_id: int) -> TillRules:
    """The site's own, or those that hold where none were written."""
    rules = db.session.scalar(sa.select(TillRules).filter_by(site_id=site_id))
    return rules or TillRules.usual(site_id)


def oversees(user: User, site_id: int) -> bool:
    """May this person give every discount and refund there?"""
    return user.can(Permission.OVERSEE_TILL, site_id=site_id)


def may_discount(user: User, site: Site, fen: int, of_fen: int) -> bool:
    """May this person take so much off so much without a manager's word?"""
    return oversees(user, site.id) or within_permille(fen, of_fen, rules_of(site.id).discount_permille)


def may_refund(user: User, site: Site, fen: int) -> bool:
    return oversees(user, site.id) or fen <= rules_of(site.id).refund_fen


def may_go_below(user: User, site: Site, pieces: int, minimum: int) -> bool:
    """May this person order so few pieces where a factory wants more?"""
    return oversees(user, site.id) or within_permille(minimum - pieces, minimum, rules_of(site.id).minimum_permille)


def word_for(user: User, site_id: int, approver: User | None) -> User | None:
    """Whose word stands for it: the approver's, or the manager's who does it; None where only the cashier does."""
    if approver is not None:
        if not approver.is_active or not could_oversee(approver, site_id):
            raise Refused("no_manager", _("Only a manager of this store can approve it."))
        return approver
    return user if oversees(user, site_id) else None


def could_oversee(person: User, site_id: int) -> bool:
    """By the roles themselves, whichever way they came in."""
    return any(grant.covers(Permission.OVERSEE_TILL, site_id=site_id, supplier_id=None) for grant in person.grants)


def managers(site: Site) -> list[User]:
    """Who can give a word at this store, by name: those with a PIN."""
    works_here = User.grants.any(Grant.site_id == site.id)
    query = sa.select(User).where(works_here, User.disabled_at.is_(None), User.pin_hash.is_not(None))
    return [user for user in db.session.scalars(query.order_by(User.name)) if could_oversee(user, site.id)]


def approver(site: Site, user_id: int, pin: str) -> User:
    """The manager whose PIN this is. Tries count, also wrong ones of a request that fails.

    Ends the transaction: checking takes long, and no other writer should wait for it. Call it before anything else.
    """
    site_id = site.id
    found = next((user for user in managers(site) if user.id == user_id), None)
    if found is None:
        raise Refused("no_manager", _("Only a manager of this store can approve it."))
    key, stored = attempts.key("till-pin", f"{found.id} {site_id}"), found.pin_hash
    db.session.rollback()
    attempts.count([key])  # before the PIN is looked at: of many tries at once no more get a look than may
    if attempts.number(key, TRIES_WINDOW) > TRIES:
        db.session.rollback()
        raise Refused("too_many_pins", _("Too many wrong PINs. Wait a quarter of an hour."))
    db.session.rollback()
    if not password_fits(stored, pin):
        raise Refused("wrong_pin", _("This is not the manager's PIN."))
    attempts.forget(key)
    return db.session.get_one(User, user_id)

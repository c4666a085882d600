"""Entries: who came in at which store, when, with how many guests, and when they left."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, db, unique_where, update_one, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import today
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.sites.models import Site


class EntryWay(enum.StrEnum):
    PHONE_CARD = "phone_card"  # the turning code
    PRINTED_PHOTO = "printed_photo"  # the printed card, the photo compared
    PRINTED_DIGITS = "printed_digits"  # the printed card, the phone's last four digits told
    BY_NUMBER = "by_number"  # looked up by the phone's number: the phone is dead
    LET_IN = "let_in"  # staff let them in with a reason


class Entry(Model):
    """One coming in of one card (入场). Of many scans at once one makes it; a second scan is no error. R2."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.CheckConstraint("guests >= 0", name="guests_not_negative"),
        sa.CheckConstraint("way <> 'let_in' OR reason <> ''", name="let_in_for_a_reason"),
        unique_where("uq_entries_one_open", "card_id", "day", where="left_at IS NULL"),
        sa.Index("ix_entries_site_day", "site_id", "day"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("members.id"), index=True)
    """Let go of with the person; the count stays."""
    day: Mapped[date] = mapped_column(default=today)
    way: Mapped[EntryWay] = mapped_column(Word(EntryWay))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    guests: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    left_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    card: Mapped[Card] = relationship()
    member: Mapped[Member | None] = relationship()
    by: Mapped[User | None] = relationship()

    @property
    def is_inside(self) -> bool:
        """Came in today and has not been seen leaving; nobody stays overnight."""
        return self.left_at is None and self.day == today()

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.CHECK_DOOR) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))

    @classmethod
    def come_in(
        cls, card: Card, site: Site, way: EntryWay, *, by: User | None, step: int | None = None, reason: str = ""
    ) -> tuple[Self, bool]:
        """The card's entry here today, and whether this is what made it: who is inside already stays so.

        `step`: of a turning code, which is used up by it. Whoever is still counted at another store has left that
        one. Raises Refused when the code opened a door before, and its holder is inside no more.
        """
        is_fresh = hold(card, step)
        inside = cls.open_of(card)
        if inside is not None and inside.site_id == site.id:
            return inside, False
        if not is_fresh:
            raise Refused("code_used", _("This code has opened a door already. The next one comes within 30 seconds."))
        if inside is not None:
            inside.leave()
        entry = cls(site=site, card=card, member_id=card.member_id, way=way, reason=reason, by_id=by.id if by else None)
        try:
            with db.session.begin_nested():
                db.session.add(entry)
        except sa.exc.IntegrityError:  # the index that holds where no lock does
            return db.session.scalars(cls.inside_of(card)).one(), False
        return entry, True

    @classmethod
    def inside_of(cls, card: Card) -> sa.Select[Self]:
        return sa.select(cls).filter_by(card_id=card.id, day=today(), left_at=None)

    @classmethod
    def open_of(cls, card: Card) -> Self | None:
        """The entry by which the holder is inside now, at whichever store."""
        return db.session.scalar(cls.inside_of(card).options(joinedload(cls.site)))

    def bring(self, guests: int, at_most: int) -> None:
        """So many came along, as far as the plan goes."""
        if not self.is_inside:
            raise Refused("left", _("They have left already."))
        if not 0 <= guests <= at_most:
            sentence = ngettext("%(num)s guest may come along.", "Up to %(num)s guests may come along.", at_most)
            raise Refused("too_many_guests", sentence if at_most else _("This plan brings no guests."))
        self.guests = guests

    def leave(self) -> bool:
        """Out. False when that was known: of two scans at once one says so."""
        still = sa.update(Entry).where(Entry.id == self.id, Entry.left_at.is_(None))
        is_out = update_one(still.values(left_at=utcnow()))
        db.session.expire(self, ["left_at"])
        return is_out


def hold(card: Card, step: int | None) -> bool:
    """Locks the card until the commit and uses up the code of these 30 s. False when it, or a newer one, was used."""
    if step is None:
        db.session.refresh(card, ["last_step"], with_for_update={"key_share": True})
        return True
    is_used = update_one(sa.update(Card).where(Card.id == card.id, Card.last_step < step).values(last_step=step))
    db.session.expire(card, ["last_step"])
    return is_used


@dataclass(frozen=True)
class Count:
    """How many are inside a store now, and how many came on a day; guests among them."""

    inside: int = 0
    today: int = 0


def count(site: Site, day: date | None = None) -> Count:
    people = 1 + Entry.guests
    inside = sa.func.sum(people).filter(Entry.left_at.is_(None))
    query = sa.select(sa.func.coalesce(inside, 0), sa.func.coalesce(sa.func.sum(people), 0))
    mine = query.where(Entry.site_id == site.id, Entry.day == (day or today()))
    still, came = map(int, db.session.execute(mine).one())
    return Count(still if day in (None, today()) else 0, came)


def newest(site: Site, most: int) -> list[Entry]:
    """The last comings in of today."""
    query = sa.select(Entry).filter_by(site_id=site.id, day=today()).order_by(Entry.id.desc()).limit(most)
    return list(db.session.scalars(query.options(joinedload(Entry.card).joinedload(Card.member), joinedload(Entry.by))))


def number_today(entry: Entry) -> int:
    """The how-maniest coming in of this card today it is."""
    query = sa.select(sa.func.count()).where(Entry.card_id == entry.card_id, Entry.day == entry.day)
    return db.session.scalar(query.where(Entry.id <= entry.id)) or 0

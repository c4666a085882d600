"""Forgetting a member: names, numbers and photos go; what was paid and how often somebody came stay facts."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.membership.applications import Application
from selection_center.membership.cards import Card, CardPhoto, RevokeReason
from selection_center.membership.entries import Entry, EntryWay
from selection_center.membership.members import Member
from selection_center.membership.points import PointsEntry, PointsKind, balance, write
from selection_center.membership.renewals import Renewal, open_periods

LET_GO = "-"
"""Stands for words that told of a person, where the table wants some."""


def forget(member: Member, by: User) -> None:
    """On the member's own wish. A membership that runs is cancelled first, so that the rest is paid back."""
    member.hold()
    member.refuse_forgotten()
    if open_periods(member.id):
        raise Refused("still_runs", _("The membership still runs. Cancel it first, so that the rest is paid back."))
    write(PointsKind.EXPIRED, member.id, -balance(member.id), f"member {member.id} forgotten", by.id)
    phone = member.phone
    member.name = member.note = member.blocked_reason = ""
    member.phone = member.blocked_at = member.blocked_by_id = None
    member.forgotten_at = utcnow()
    let_go_of_cards(member, by)
    let_go_of_words(member)
    of_number = sa.or_(Application.member_id == member.id, Application.phone == phone)
    db.session.execute(sa.delete(Application).where(of_number))
    db.session.flush()
    db.session.expire_all()


def let_go_of_cards(member: Member, by: User) -> None:
    mine = sa.select(Card.id).where(Card.member_id == member.id)
    db.session.execute(sa.delete(CardPhoto).where(CardPhoto.card_id.in_(mine)))
    cards = sa.update(Card).where(Card.member_id == member.id)
    db.session.execute(cards.values(holder="", phone=None, device=None))
    ended = {"revoked_at": utcnow(), "revoked_reason": RevokeReason.TAKEN_BACK, "revoked_by_id": by.id}
    db.session.execute(cards.where(Card.revoked_at.is_(None)).values(ended))


def let_go_of_words(member: Member) -> None:
    """What was written about them in passing, and who of the counted entries they were."""
    reason = sa.case((Entry.way == EntryWay.LET_IN, LET_GO), else_="")
    db.session.execute(sa.update(Entry).where(Entry.member_id == member.id).values(member_id=None, reason=reason))
    note = sa.case((PointsEntry.kind == PointsKind.ADJUSTED, LET_GO), else_="")
    db.session.execute(sa.update(PointsEntry).where(PointsEntry.member_id == member.id).values(note=note))
    db.session.execute(sa.update(Renewal).where(Renewal.member_id == member.id).values(cancel_reason=""))

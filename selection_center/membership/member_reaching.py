"""Which member, card or wish a page is about, and where its forms lead back to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.accounts.models import User
from selection_center.core import scanned
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.membership import visiting
from selection_center.membership.applications import Application
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.membership.plans import Plan
from selection_center.membership.queries import SHOWN
from selection_center.membership.reading import read_card
from selection_center.membership.renewals import FeeMethod, Renewal
from selection_center.sites.models import Site
from selection_center.sites.reaching import one_or_404


def me() -> User:
    user: User = current_user._get_current_object()
    return user


def member_or_404(member_id: int, permission: Permission = Permission.HANDLE_MEMBERS) -> Member:
    query = Member.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=member_id).options(*SHOWN)
    member: Member = one_or_404(query, permission)
    return member


def card_or_404(card_id: int) -> Card:
    """A card of a member of this person's stores; who may see those but not handle them is told so."""
    query = sa.select(Card).filter_by(id=card_id).options(joinedload(Card.member))
    card: Card = db.first_or_404(query)
    member_or_404(card.member_id)
    return card


def application_or_404(application_id: int) -> Application:
    query = Application.reachable_by(current_user, Permission.SEE_SITE).filter_by(id=application_id)
    application: Application = one_or_404(query, Permission.HANDLE_MEMBERS)
    return application


def here(member: Member) -> str:
    return url_for("members.show", member_id=member.id)


def back_to(member: Member, message: str) -> Any:
    return done(here(member), message)


def url_if_built(endpoint: str, **values: Any) -> str | None:
    """The address in a room further right; None while it is not built."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def till_url(member: Member, plan: Plan) -> str | None:
    """Where the till takes this fee. None of a free plan, and for who has no till."""
    if plan.is_free or not current_user.can(Permission.SELL, site_id=member.site_id):
        return None
    return url_if_built("till.fee", member_id=member.id, plan_id=plan.id)


def fee_refund_url(member: Member, running: Sequence[Renewal]) -> str | None:
    """Where the till gives back the fee that it took for the last period. None where it took none, and for who has
    no till."""
    if not running or running[0].method is not FeeMethod.TILL:
        return None
    if not current_user.can(Permission.SELL, site_id=member.site_id):
        return None
    return url_if_built("fee_refunds.show", member_id=member.id)


def card_links(card: Card) -> list[tuple[str, str, str]]:
    """Text, address and symbol of what else can be done with an open card."""
    found = [(_("Show and print"), url_if_built("cards.show", card_id=card.id), "id-badge-2")] if card.is_open else []
    return [(text, url, icon) for text, url, icon in found if url]


def found_by_scan(text: str, site: Site) -> str | None:
    """The page of the wish or the member whose code this is, also of a member of another store; None where it is no
    code of ours."""
    code = scanned.our_code(text)
    if code is not None:
        wish = sa.select(Application).filter_by(code=code, site_id=site.id).where(Application.closed_at.is_(None))
        application = db.session.scalar(wish)
        if application is not None:
            return url_for("applications.show_wish", application_id=application.id, scanned=code)
    read = read_card(text, site)
    return visiting.page_of(read.card, site) if read is not None else None

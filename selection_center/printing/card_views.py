"""Members' cards to be printed: one at the desk, or those of a store that are chosen."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import PDF, download
from selection_center.core.paging import LARGEST_ID, page_of
from selection_center.core.permissions import Permission
from selection_center.membership.card_views import card_or_404
from selection_center.membership.cards import Card
from selection_center.membership.members import Member
from selection_center.printing.cards import A_SHEET, MOST, PAPERS, cards_pdf
from selection_center.printing.languages import in_asked_language
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("card_prints", __name__)


@bp.get("/cards/<int:card_id>/card.pdf")
@allow(Permission.HANDLE_MEMBERS)
def one(card_id: int) -> Response:
    """For a card printer. Opens to be printed."""
    card = card_or_404(card_id)
    if not card.is_open:
        abort(404)
    return file([card], card.member.site, paper_asked_for())


@bp.get("/sites/<string:slug>/cards")
@allow(Permission.HANDLE_MEMBERS)
def index(slug: str) -> Any:
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    return render_template("cards/prints.html", site=site, page=page_of(open_cards(site)), a_sheet=A_SHEET, most=MOST)


@bp.get("/sites/<string:slug>/cards.pdf")
@allow(Permission.HANDLE_MEMBERS)
def many(slug: str) -> Any:
    """Those that were ticked, the newest last, so that they lie in order."""
    site = site_or_404(slug, Permission.HANDLE_MEMBERS)
    wanted = {int(text) for text in request.args.getlist("card")[:MOST] if text.isascii() and text.isdigit()}
    ids = [number for number in wanted if number <= LARGEST_ID]
    cards = list(db.session.scalars(open_cards(site).where(Card.id.in_(ids)).order_by(None).order_by(Card.id)))
    if not cards:
        page = page_of(open_cards(site))
        wrong = _("Choose the cards to print.")
        return render_template("cards/prints.html", site=site, page=page, a_sheet=A_SHEET, most=MOST, wrong=wrong), 422
    return file(cards, site, paper_asked_for())


def open_cards(site: Site) -> sa.Select[Any]:
    query = sa.select(Card).join(Member).where(Member.site_id == site.id, Card.revoked_at.is_(None))
    return query.options(contains_eager(Card.member)).order_by(Card.id.desc())


def paper_asked_for() -> str:
    asked = request.args.get("paper", "")
    return asked if asked in PAPERS else PAPERS[0]


def file(cards: list[Card], site: Site, paper: str) -> Response:
    with in_asked_language():
        data = cards_pdf(cards, paper)
    audit.record_beside("cards_printed", site, site_id=site.id, count=len(cards), paper=paper)
    return download(data, _("members' cards"), "pdf", PDF, inline=True)

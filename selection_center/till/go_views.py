"""Scan and go on the member's phone: the cart, its lines, and the one QR for the exit desk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask_babel import gettext as _

from selection_center.catalog.models import Sku
from selection_center.catalog.queries import number
from selection_center.core import codes
from selection_center.core.auth import public
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.once import done
from selection_center.membership.cards import mask_name
from selection_center.membership.standing import standing_of
from selection_center.sites.models import Site
from selection_center.till import finding, go_answers, going, selling
from selection_center.till.changes import kept_change
from selection_center.till.go_answers import answered
from selection_center.till.sales import Channel, LineKind, SaleLine, SaleState
from selection_center.till.shown import Shown

bp = Blueprint("go", __name__)
MOST_STYLES = 24


def store_or_404(slug: str) -> Site:
    """A member store that is open, and has a till to pay at."""
    site: Site = db.first_or_404(sa.select(Site).filter_by(slug=slug))
    if not going.is_offered_at(site):
        abort(404)
    return site


@bp.get("/go/<string:slug>")
@public
def show(slug: str) -> Any:
    """The cart of the member whose card this phone carries; without a card, how to get one."""
    site = store_or_404(slug)
    return render_template(
        "go/show.html",
        site=site,
        longest=LONGEST_SCANNED,
        styles=asked_styles(site),
        changed=kept_change(),
        kept_hours=int(going.kept_for().total_seconds()) // 3600,
        **cart(site),
    )


def cart(site: Site) -> dict[str, Any]:
    """The card on this phone, its cart, and what was ended because nobody went on with it."""
    card = going.card_on(g.device)
    if card is None:
        return {"card": None, "held": None, "sale": None, "ended": None, "shown": Shown()}
    sale = going.cart_of(card, site)
    held, qr = standing_of(card, site), codes.qr_svg_path(sale.code) if sale is not None else None
    shown = Shown.of(sale) if sale is not None and sale.state is not SaleState.PAID else Shown()
    ended = going.ended_cart(card, site) if sale is None else None
    return {"card": card, "held": held, "sale": sale, "ended": ended, "shown": shown, "qr_path": qr}


def asked_styles(site: Site) -> list[finding.Found]:
    """Of an offer with several styles, those of the store to choose from."""
    ids = [number(text) or 0 for text in request.args.get("styles", "").split(".")[:MOST_STYLES]]
    found = finding.of_skus(site, ids) if any(ids) else []
    return [style for style in found if style.kind is LineKind.TAKE_AWAY]


@bp.get("/go/<string:slug>/state")
@public
def state(slug: str) -> Any:
    """The part of the page that changes while the desk has the cart."""
    site = store_or_404(slug)
    values = cart(site)
    if values["sale"] is None:
        abort(404)
    response = Response(render_template("go/_state.html", site=site, **values))
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/go/<string:slug>/goods")
@public
def add(slug: str) -> Any:
    """One style, chosen among several."""
    site, sku = store_or_404(slug), db.session.get(Sku, number(request.form.get("sku")) or 0)
    if sku is None:
        raise Refused("no_goods", _("Choose a style."))
    return put_in(site, sku)


def put_in(site: Site, sku: Sku, sample: Any = None) -> Any:
    """A piece more in the cart. Only what lies in the store can be carried out of it."""
    if finding.kind_of(sku, finding.on_hand(site, [sku.id])) is not LineKind.TAKE_AWAY:
        raise Refused("not_sold_here", _("This is not sold by phone here. Ask at the till."))
    line, before = selling.put_on(going.cart_to_fill(g.device, site), sku, LineKind.TAKE_AWAY, sample=sample)
    return answered(site, go_answers.added(line, before))


@bp.post("/go/lines/<int:line_id>/quantity")
@public
def change(line_id: int) -> Any:
    """To so many pieces; 0 takes it out."""
    line, asked = line_in_hand(line_id), request.form.get("quantity", type=int)
    if asked is None:
        raise Refused("no_quantity", _("Write a quantity from 1 to 9,999,999."))
    if asked == 0:
        return taken_out(line)
    before = line.quantity
    line.change(asked)
    return answered(line.sale.site, go_answers.counted(line, before))


@bp.post("/go/lines/<int:line_id>/removal")
@public
def remove(line_id: int) -> Any:
    return taken_out(line_in_hand(line_id))


def taken_out(line: SaleLine) -> Any:
    line.remove()
    return answered(line.sale.site, go_answers.removed(line))


@bp.post("/go/lines/<int:line_id>/return")
@public
def bring_back(line_id: int) -> Any:
    line = line_in_hand(line_id).bring_back()
    return answered(line.sale.site, go_answers.brought_back(line))


def line_in_hand(line_id: int) -> SaleLine:
    """Of the cart of the card on this phone, which no till has taken up; whatever is another's is not there."""
    line, card = db.session.get(SaleLine, line_id), going.card_on(g.device)
    if line is None or card is None or line.sale.channel is not Channel.PHONE or line.sale.card_id != card.id:
        abort(404)
    going.in_hand(line.sale)
    line.sale.must_be_open()
    return line


@bp.post("/go/<string:slug>/ready")
@public
def ready(slug: str) -> Any:
    """To the exit: from now on the desk can take it up by its one QR."""
    site = store_or_404(slug)
    card = going.locked_card(g.device, site)
    sale = going.cart_of(card, site)
    if sale is None or sale.state is SaleState.PAID:
        raise Refused("nothing_on_it", _("There is nothing in the cart yet."))
    going.in_hand(sale)
    if sale.state is not SaleState.HELD:
        sale.put_on_hold(mask_name(card.holder))
    return done(url_for(".show", slug=slug))


@bp.post("/go/<string:slug>/back")
@public
def back(slug: str) -> Any:
    """On with the shopping."""
    going.cart_to_fill(g.device, store_or_404(slug))
    return done(url_for(".show", slug=slug))


@bp.post("/go/<string:slug>/emptying")
@public
def empty(slug: str) -> Any:
    """Nothing of it is bought."""
    going.cart_to_fill(g.device, store_or_404(slug)).void(_("emptied on the phone"), None)
    return done(url_for(".show", slug=slug), _("The cart is empty. Put the goods back, please."))

"""Goods in: each scan is one piece that came; a whole carton is one more key."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.catalog.models import Sku
from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.tasks.styles import (
    ANSWERED,
    choice,
    kept,
    no_goods,
    shown_picture,
    styles_of,
    title_of,
    to_choose,
)
from selection_center.sites.models import Site, SiteKind
from selection_center.stock.goods_in import GoodsIn, GoodsLine


class ReceiveGoods(Task):
    """Context: `delivery`, the number of the delivery that is received; `styles`, while one is to be chosen."""

    name = "goods-in"
    permission = Permission.HANDLE_STOCK
    icon = "building-warehouse"

    def title(self) -> str:
        return str(_("Goods in"))

    def is_at(self, site: Site) -> bool:
        return site.kind is SiteKind.STORE

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        goods_in = goods_in_of(site, context) or only_open(site)
        if goods_in is None:
            abort(redirect(url_for("goods_in.index", slug=site.slug)))
        page = url_for("goods_in.show", goods_in_id=goods_in.id)
        if not goods_in.is_open:
            abort(redirect(page))
        return Opening(
            heading=_("Goods in: %(sender)s", sender=goods_in.sender),
            context={"delivery": str(goods_in.id)} | kept(context),
            progress=progress_of(goods_in),
            hint=_("Scan the goods: each scan is one piece. They go into the back room."),
            back=page,
            finish=Key(_("See what came"), page, method="get"),
        )

    def answer(self, scan: Scan) -> Answer:
        goods_in = goods_in_of(scan.site, scan.context)
        if goods_in is None:
            raise Refused("no_delivery", _("Choose a delivery first, or begin a new one."))
        styles = styles_of(scan)
        if not styles:
            return no_goods(scan)
        awaited = [sku for sku in styles if sku.id in goods_in.awaited]
        if len(styles) > 1 and len(awaited) != 1:
            others = [sku for sku in styles if sku not in awaited]
            return to_choose(scan, self, awaited + others, page_of(goods_in))
        return came(goods_in, (awaited or styles)[0], scan)

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        goods_in = goods_in_of(site, context)
        if goods_in is None:
            return None
        notes = {line.sku_id: f"{line.received} / {line.expected}" for line in goods_in.lines if line.expected}
        asked = choice(self, site, context, notes)
        return asked or render_template("stock/_goods_panel.html", goods_in=goods_in)


def goods_in_of(site: Site, context: dict[str, str]) -> GoodsIn | None:
    """The delivery of this context; 404 for one that this person cannot reach."""
    if not context.get("delivery"):
        return None
    reachable = GoodsIn.reachable_by(current_user).where(GoodsIn.site_id == site.id)
    return db.session.scalar(reachable.where(GoodsIn.id == (number(context["delivery"]) or 0))) or abort(404)


def only_open(site: Site) -> GoodsIn | None:
    """The one delivery that is open; nothing where one has to choose."""
    query = GoodsIn.reachable_by(current_user).where(GoodsIn.site_id == site.id, GoodsIn.closed_at.is_(None))
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def progress_of(goods_in: GoodsIn) -> tuple[int, int] | None:
    came, expected = goods_in.progress
    return (came, expected) if expected else None


def page_of(goods_in: GoodsIn) -> str:
    return url_for("goods_in.show", goods_in_id=goods_in.id)


def carton_key(goods_in: GoodsIn, sku: Sku, pieces: int) -> Key:
    """The rest of the carton whose first piece was scanned."""
    fields = {"sku": str(sku.id), "pieces": str(pieces), "place": "back"}
    url = url_for("goods_in.receive", goods_in_id=goods_in.id)
    return Key(_("Whole carton: %(count)s more", count=pieces), url, fields)


def came(goods_in: GoodsIn, sku: Sku, scan: Scan) -> Answer:
    line = goods_in.receive(sku, 1, scan.user)
    carton = sku.listing.carton_pieces or 0
    undo = Key(_("Undo"), url_for("goods_in.take_back", goods_in_id=goods_in.id, line_id=line.id), {"pieces": "1"})
    return Answer(
        outcome=Outcome.DONE,
        word=_("Received"),
        reason=what_came(line),
        title=title_of(sku),
        picture=shown_picture(sku),
        href=page_of(goods_in),
        keys=(carton_key(goods_in, sku, carton - 1),) if carton > 2 else (),
        undo=undo,
        context=dict(ANSWERED),
        progress=progress_of(goods_in),
        panel=True,
    )


def what_came(line: GoodsLine) -> str:
    if not line.expected:
        return str(ngettext("%(num)s piece, not announced.", "%(num)s pieces, not announced.", line.received))
    if line.received > line.expected:
        more = line.received - line.expected
        return str(ngettext("%(num)s piece more than announced.", "%(num)s pieces more than announced.", more))
    return str(_("%(count)s of %(expected)s.", count=line.received, expected=line.expected))

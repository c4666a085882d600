"""Write off: scan what nobody can sell any more, then say why. Nothing is done before the reason."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from selection_center.catalog.models import Sku
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.tasks.styles import (
    ANSWERED,
    asked_about,
    choice,
    kept,
    no_goods,
    shown_picture,
    skus_of,
    styles_of,
    title_of,
    to_choose,
)
from selection_center.sites.models import Site, SiteKind
from selection_center.stock.items import StockItem


class WriteOff(Task):
    name = "waste"
    permission = Permission.HANDLE_STOCK
    icon = "alert-circle"

    def title(self) -> str:
        return str(_("Write off goods"))

    def is_at(self, site: Site) -> bool:
        return site.kind is SiteKind.STORE

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        hint = _("Scan what cannot be sold any more, then choose why.")
        back = url_for("stock.moves", slug=site.slug, kind="wasted")
        return Opening(heading=self.title(), context=kept(context), hint=hint, back=back)

    def answer(self, scan: Scan) -> Answer:
        styles = styles_of(scan)
        if not styles:
            return no_goods(scan)
        items = stocked(scan.site, styles)
        if not items:
            reason = _("This store does not stock it.")
            return Answer(outcome=Outcome.REFUSED, word=_("Not in stock"), reason=reason, title=title_of(styles[0]))
        if len(items) > 1:
            return to_choose(scan, self, [item.sku for item in items])
        return asked(items[0])

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        items = stocked(site, skus_of(asked_about(context)))
        return choice(self, site, context, {item.sku_id: str(item.on_hand) for item in items})


def stocked(site: Site, styles: list[Sku]) -> list[StockItem]:
    ids = [sku.id for sku in styles]
    query = sa.select(StockItem).where(StockItem.site_id == site.id, StockItem.sku_id.in_(ids)).order_by(StockItem.id)
    return list(db.session.scalars(query))


def asked(item: StockItem) -> Answer:
    if not item.on_hand:
        return Answer(
            outcome=Outcome.REFUSED,
            word=_("Sold out"),
            reason=_("By the ledger there is none. Count it first."),
            title=item.label,
            href=page_of(item),
            context=dict(ANSWERED),
            panel=True,
        )
    return Answer(
        outcome=Outcome.WRONG,
        word=_("Why?"),
        reason=_("%(count)s in stock. Nothing is written off yet.", count=item.on_hand),
        title=item.label,
        picture=shown_picture(item.sku),
        href=page_of(item),
        keys=(reason_key(_("1 pc damaged"), item, "damaged"), reason_key(_("1 pc expired"), item, "expired")),
        context=dict(ANSWERED),
        panel=True,
    )


def reason_key(label: str, item: StockItem, reason: str) -> Key:
    return Key(label, url_for("stock.waste", item_id=item.id), {"pieces": "1", "reason": reason})


def page_of(item: StockItem) -> str:
    return url_for("stock.show", item_id=item.id)

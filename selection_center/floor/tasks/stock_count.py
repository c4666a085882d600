"""Stock count: each scan is one piece that lies there; or the number is written beside it."""

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
from selection_center.stock.counts import StockCount
from selection_center.stock.items import StockItem


class CountStock(Task):
    """Context: `count`, the number of the count; `item`, what was scanned last, whose number can be written;
    `styles`, while one is to be chosen."""

    name = "stock-count"
    permission = Permission.HANDLE_STOCK
    icon = "packages"

    def title(self) -> str:
        return str(_("Count stock"))

    def is_at(self, site: Site) -> bool:
        return site.kind is SiteKind.STORE

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        count = count_of(site, context) or only_running(site)
        if count is None:
            abort(redirect(url_for("stock_counts.index", slug=site.slug)))
        page = url_for("stock_counts.show", count_id=count.id)
        if not count.is_running:
            abort(redirect(page))
        return Opening(
            heading=count.name or _("Count %(number)s", number=count.id),
            context={"count": str(count.id)}
            | {name: context[name] for name in ("item",) if context.get(name)}
            | kept(context),
            hint=_("Scan each piece, or scan one and write how many there are. The store sells on."),
            back=page,
            finish=Key(_("See the count"), page, method="get"),
        )

    def answer(self, scan: Scan) -> Answer:
        count = count_of(scan.site, scan.context)
        if count is None:
            raise Refused("no_count", _("Choose a count first, or begin a new one."))
        styles = styles_of(scan)
        if not styles:
            return no_goods(scan)
        stocked = [sku for sku in styles if is_stocked(scan.site, sku)]
        if len(styles) > 1 and len(stocked) != 1:
            others = [sku for sku in styles if sku not in stocked]
            return to_choose(scan, self, stocked + others, page_of(count))
        return counted(count, (stocked or styles)[0], scan)

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        """What was counted last, each with its number to write over."""
        count = count_of(site, context)
        if count is None:
            return None
        notes = {line.item.sku_id: str(line.counted) for line in count.lines}
        asked = choice(self, site, context, notes)
        if asked is not None:
            return asked
        newest = sorted(count.lines, key=lambda line: line.at, reverse=True)
        return render_template("stock/_count_panel.html", count=count, lines=newest[:12])


def count_of(site: Site, context: dict[str, str]) -> StockCount | None:
    """The count of this context; 404 for one that this person cannot reach."""
    if not context.get("count"):
        return None
    reachable = StockCount.reachable_by(current_user).where(StockCount.site_id == site.id)
    return db.session.scalar(reachable.where(StockCount.id == (number(context["count"]) or 0))) or abort(404)


def only_running(site: Site) -> StockCount | None:
    query = StockCount.reachable_by(current_user).where(
        StockCount.site_id == site.id, StockCount.applied_at.is_(None), StockCount.dropped_at.is_(None)
    )
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def page_of(count: StockCount) -> str:
    return url_for("stock_counts.show", count_id=count.id)


def is_stocked(site: Site, sku: Sku) -> bool:
    return db.session.query(StockItem.id).filter_by(site_id=site.id, sku_id=sku.id).first() is not None


def counted(count: StockCount, sku: Sku, scan: Scan) -> Answer:
    item = StockItem.at(scan.site, sku)
    line = count.note(item, 1, scan.user, more=True)
    lines = url_for("stock_counts.note", count_id=count.id)
    undo = Key(_("Undo"), lines, {"item": str(item.id), "pieces": str(line.counted - 1)})
    if line.counted == 1:  # none counted is not the same as not counted
        undo = Key(_("Undo"), url_for("stock_counts.remove", count_id=count.id, line_id=line.id))
    as_said = Key(
        _("All %(count)s are there", count=line.ledger), lines, {"item": str(item.id), "pieces": str(line.ledger)}
    )
    return Answer(
        outcome=Outcome.DONE,
        word=ngettext("%(num)s pc", "%(num)s pcs", line.counted),
        reason=_("The ledger says %(count)s.", count=line.ledger),
        title=title_of(sku),
        picture=shown_picture(sku),
        href=page_of(count),
        keys=(as_said,) if line.ledger > line.counted else (),
        undo=undo,
        context=ANSWERED | {"item": str(item.id)},
        panel=True,
    )

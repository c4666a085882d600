"""Goods that one store sends to another: they leave here at once, and are received there by scan."""

from collections.abc import Sequence

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.errors import Refused
from selection_center.sites.models import Site, SiteKind
from selection_center.stock import taking
from selection_center.stock.goods_in import GoodsIn
from selection_center.stock.items import MoveKind
from selection_center.stock.taking import Wanted


def send(site: Site, to: Site, wanted: Sequence[Wanted], by: User, note: str = "") -> GoodsIn:
    """All of it or nothing. Answers the delivery that the other store now expects."""
    if to.id == site.id or to.kind is not SiteKind.STORE or to.closed_at is not None:
        raise Refused("no_store", _("Choose another store that is open."))
    if not wanted:
        raise Refused("nothing_chosen", _("Write a quantity for at least one product."))
    taking.lower(site.id, wanted, MoveKind.SENT, by.id, reason=to.slug, back=True)
    goods_in = GoodsIn.begin(to, by, from_site_id=site.id, note=note)
    goods_in.expect(taking.pieces_of(wanted))
    return goods_in

"""What keeps a sale from being paid as it stands, each with the sentence that says what would do."""

from __future__ import annotations

from flask_babel import gettext as _

from selection_center.core.errors import Refused
from selection_center.core.money import LARGEST_FEN, show_fen
from selection_center.membership.renewals import Renewal, refuse_beginning
from selection_center.stock import taking
from selection_center.till import direct_orders
from selection_center.till.pricing import PricedLine, PricedSale
from selection_center.till.sale_lines import LineKind
from selection_center.till.sales import Sale


def refuse_what_stands_in_the_way(sale: Sale, priced: PricedSale, seen_fen: int | None) -> None:
    if not priced.lines:
        raise Refused("nothing_on_it", _("There is nothing on this sale yet."))
    for line in priced.problems:
        raise Refused(line.problems[0], sentence_of(line))
    direct = [line.line for line in priced.lines if line.line.kind is LineKind.FACTORY_DIRECT]
    if direct and not (sale.name and sale.phone and sale.address and sale.consent_version):
        raise Refused("no_address", _("Write down where the factory sends: name, mobile and address."))
    direct_orders.find_samples(sale, direct)
    refuse_fee(sale, priced)
    if priced.total_fen > LARGEST_FEN:
        raise Refused("too_much", _("One sale takes %(fen)s at most.", fen=show_fen(LARGEST_FEN)))
    if seen_fen is not None and priced.total_fen > seen_fen:
        said = {"now": show_fen(priced.total_fen), "seen": show_fen(seen_fen)}
        raise Refused("price_rose", _("It costs %(now)s now and not %(seen)s. Tell the customer, then go on.", **said))


def refuse_fee(sale: Sale, priced: PricedSale) -> None:
    """Before money comes in: would the period begin?"""
    for line in priced.lines:
        if line.line.kind is LineKind.FEE and line.line.plan is not None and sale.member is not None:
            refuse_beginning(sale.member, line.line.plan, Renewal.newest_of(sale.member.id))


def sentence_of(line: PricedLine) -> str:
    """What to do about the first thing that stands in the way."""
    title, price = line.line.label, line.order_price
    least = price.minimum if price is not None else 1
    words = {
        "no_supplier": _("%(title)s has no supplier yet and cannot be ordered.", title=title),
        "off_shelf": _("%(title)s is not offered any more.", title=title),
        "no_price": _("%(title)s has no price. Ask a manager.", title=title),
        "below_moq": _("%(title)s: the factory sends %(least)s or more.", title=title, least=least),
        "not_a_lot": _(
            "%(title)s comes in whole lots: %(near)s.",
            title=title,
            near=_(" or ").join(str(number) for number in (price.nearest if price else ()) if number),
        ),
    }
    return str(words[line.problems[0]])


def refuse_sold_out(priced: PricedSale) -> None:
    """Early and cheaply, by what lay there when prices were read; who is first among many is decided by the taking."""
    for line in priced.lines:
        if line.is_sold_out and line.stock is not None:
            raise Refused("sold_out", taking.what_is_left(line.line.sku_id or 0, line.stock.on_hand))

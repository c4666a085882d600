"""What is taken off a line or the whole sale, within the cashier's right or with a manager's word (改价 / 整单优惠).

The word is for the goods as they stand: when some of them go, it goes, and is asked for again before payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from selection_center.accounts.models import User
from selection_center.core.errors import Refused
from selection_center.core.money import show_fen
from selection_center.till.approvals import may_discount, rules_of, word_for
from selection_center.till.pricing import PricedSale, price_sale
from selection_center.till.sale_lines import SaleLine

if TYPE_CHECKING:
    from selection_center.till.sales import Sale


def discount_line(sale: Sale, line: SaleLine, fen: int, reason: str, by: User, approver: User | None = None) -> None:
    sale.must_be_open()
    if not line.can_be_discounted:
        raise Refused("no_discount", _("A fee and what the factory sends cost what they cost."))
    before = price_sale(sale).of(line).before_fen
    refuse_more_than(fen, before)
    word = word_for(by, sale.site_id, approver)
    if word is None and not may_discount(by, sale.site, fen, before):
        raise too_much(sale)
    line.discount_fen, line.discount_reason = fen, kept_reason(fen, reason)
    line.discount_approved_by = word if fen else None
    sale.touch()


def discount_sale(sale: Sale, fen: int, reason: str, by: User, approver: User | None = None) -> None:
    sale.must_be_open()
    lines = [line for line in price_sale(sale).lines if line.line.can_be_discounted]
    before = sum(line.before_fen for line in lines)
    refuse_more_than(fen, before - sum(line.discount_fen for line in lines))
    word = word_for(by, sale.site_id, approver)
    alone = fen + sum(line.discount_fen for line in lines if line.line.discount_approved_by is None)
    if word is None and not may_discount(by, sale.site, alone, before):
        raise too_much(sale)
    sale.discount_fen, sale.discount_reason = fen, kept_reason(fen, reason)
    sale.discount_approved_by = word if fen else None
    sale.touch()


def refuse_beyond_right(sale: Sale, priced: PricedSale, by: User) -> None:
    """Before payment: what stands there without a manager's word must be within the right of whoever takes it."""
    lines = [line for line in priced.lines if line.line.can_be_discounted]
    alone = [line for line in lines if line.discount_fen and line.line.discount_approved_by is None]
    whole = priced.discount_fen if sale.discount_approved_by is None else 0
    if not alone and not whole:
        return
    for line in alone:
        if not may_discount(by, sale.site, line.discount_fen, line.before_fen):
            raise too_much(sale)
    off = whole + sum(line.discount_fen for line in alone)
    if not may_discount(by, sale.site, off, sum(line.before_fen for line in lines)):
        raise too_much(sale)


def refuse_more_than(fen: int, most_fen: int) -> None:
    if not 0 <= fen <= most_fen:
        raise Refused("discount_too_high", _("At most %(fen)s can be taken off.", fen=show_fen(most_fen)))


def too_much(sale: Sale) -> Refused:
    permille = rules_of(sale.site_id).discount_permille
    percent = f"{permille // 10}.{permille % 10}".removesuffix(".0")
    return Refused("needs_manager", _("More than %(percent)s%% off needs a manager's PIN.", percent=percent))


def kept_reason(fen: int, reason: str) -> str:
    if not fen:
        return ""
    if not reason.strip():
        raise Refused("reason_missing", _("Write why."))
    return reason.strip()[:120]

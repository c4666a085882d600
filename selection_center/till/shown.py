"""What the till's page says of a sale, its lines and its customer: plain values. Fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.catalog.pricing import Problem
from selection_center.core import codes
from selection_center.core.i18n import in_language
from selection_center.membership import points, visiting
from selection_center.membership.cards import CardKind
from selection_center.membership.standing import Standing, standing
from selection_center.sites.models import Site
from selection_center.till import finding
from selection_center.till.pricing import PricedLine, PricedSale, price_sale, prices_of
from selection_center.till.receipts import link_of
from selection_center.till.sales import LineKind, Sale, SaleLine, SaleState


@dataclass(frozen=True)
class ShownLine:
    id: int
    kind: str
    title: str
    spec: str
    unit: str
    picture: str | None
    quantity: int
    step: int
    """A tap on + or − of its quantity."""
    marked_fen: int
    member_fen: int | None
    """What a member pays, where that is less."""
    off_fen: int
    off_reason: str
    total_fen: int
    """Before its share of what is off the whole."""
    left: int | None
    """In the store; None where nobody counts it."""
    advice: str
    advised: int | None
    """The quantity that would do."""
    other_kind: str | None
    """The other way it could come: taken away, or sent."""
    below_minimum: bool = False
    """Nothing but the factory's minimum stands in its way."""
    waived_because: str = ""


@dataclass(frozen=True)
class Shown:
    """The sale as it stands; of one that is being paid as it was written down."""

    lines: list[ShownLine] = field(default_factory=list)
    marked_fen: int = 0
    member_saved_fen: int = 0
    lines_off_fen: int = 0
    sale_off_fen: int = 0
    sale_off_reason: str = ""
    total_fen: int = 0
    due_fen: int = 0
    tax_fen: int = 0
    points: int = 0
    could_save_fen: int = 0
    has_factory_direct: bool = False
    needs_contact: bool = False
    why_not: str = ""
    """Why it cannot be paid as it stands."""
    most_points_fen: int = 0

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines if line.kind != LineKind.FEE.value)

    @property
    def can_pay(self) -> bool:
        return not self.why_not and self.due_fen > 0

    @property
    def can_pay_points(self) -> bool:
        return self.most_points_fen > 0

    def line(self, line_id: int) -> ShownLine | None:
        return next((line for line in self.lines if line.id == line_id), None)

    @classmethod
    def of(cls, sale: Sale | None) -> Shown:
        if sale is None or not sale.lines:
            return cls()
        return cls.as_written(sale) if sale.state is SaleState.PAYING else cls.as_priced(sale, price_sale(sale))

    @classmethod
    def as_priced(cls, sale: Sale, priced: PricedSale) -> Shown:
        left = finding.on_hand(sale.site, [line.sku_id for line in sale.lines if line.sku_id is not None])
        members = prices_of([line.line for line in priced.lines], member=True)
        shown = [
            line_of(
                line.line,
                line.marked_fen,
                price.unit_fen,
                line.discount_fen,
                line.total_fen + line.share_fen,
                left,
                line,
            )
            for line, price in zip(priced.lines, members, strict=True)
        ]
        saved = sum((line.marked_fen - line.unit_fen) * line.quantity for line in priced.lines)
        could = sum(
            (line.unit_fen - price.unit_fen) * line.quantity for line, price in zip(priced.lines, members, strict=True)
        )
        sent = any(line.line.kind is LineKind.FACTORY_DIRECT for line in priced.lines)
        return cls(
            lines=shown,
            marked_fen=priced.marked_fen,
            member_saved_fen=saved,
            lines_off_fen=sum(line.discount_fen for line in priced.lines),
            sale_off_fen=priced.discount_fen,
            sale_off_reason=sale.discount_reason,
            total_fen=priced.total_fen,
            due_fen=priced.total_fen,
            tax_fen=priced.tax_fen,
            points=priced.points,
            could_save_fen=could if sale.member_id is None else 0,
            has_factory_direct=sent,
            needs_contact=sent and not sale.address,
            why_not=why_not(sale, priced, shown),
            most_points_fen=most_points(sale, priced.total_fen),
        )

    @classmethod
    def as_written(cls, sale: Sale) -> Shown:
        shown = [
            line_of(line, line.marked_fen, line.unit_fen, line.discount_fen, line.total_fen + line.share_fen, {}, None)
            for line in sale.lines
        ]
        return cls(
            lines=shown,
            marked_fen=sale.marked_fen,
            member_saved_fen=sum((line.marked_fen - line.unit_fen) * line.quantity for line in sale.lines),
            lines_off_fen=sum(line.discount_fen for line in sale.lines),
            sale_off_fen=sum(line.share_fen for line in sale.lines),
            sale_off_reason=sale.discount_reason,
            total_fen=sale.total_fen,
            due_fen=sale.due_fen,
            tax_fen=sale.tax_fen,
            has_factory_direct=any(line.kind is LineKind.FACTORY_DIRECT for line in sale.lines),
            most_points_fen=most_points(sale, sale.due_fen),
        )


def line_of(
    line: SaleLine, marked: int, member: int, off: int, total: int, left: dict[int, int], priced: PricedLine | None
) -> ShownLine:
    listing, sku = line.listing, line.sku
    here = left.get(line.sku_id or 0)
    return ShownLine(
        id=line.id,
        kind=line.kind.value,
        title=line.label,
        spec=in_language(line.spec, line.spec_en),
        unit=in_language(line.unit, line.unit_en),
        picture=(sku.picture if sku is not None else None) or (listing.picture if listing is not None else None),
        quantity=line.quantity,
        step=listing.lot_size if listing is not None and line.kind is LineKind.FACTORY_DIRECT else 1,
        marked_fen=marked,
        member_fen=member if member < marked else None,
        off_fen=off,
        off_reason=line.discount_reason,
        total_fen=total,
        left=here,
        advice=advice(priced, here) if priced is not None else "",
        advised=advised(priced, here) if priced is not None else None,
        other_kind=other_kind(line, here),
        below_minimum=priced is not None and priced.problems == (Problem.BELOW_MOQ.value,),
        waived_because=line.waived_because if line.kind is LineKind.FACTORY_DIRECT else "",
    )


def other_kind(line: SaleLine, left: int | None) -> str | None:
    if line.sku is None:
        return None
    if line.kind is LineKind.FACTORY_DIRECT:
        return LineKind.TAKE_AWAY.value if left is not None else None
    return LineKind.FACTORY_DIRECT.value if finding.can_be_sent(line.sku) else None


def advice(priced: PricedLine, left: int | None) -> str:
    """What keeps this line from being sold, and what would be accepted."""
    if priced.line.kind is LineKind.TAKE_AWAY and left is not None and left < priced.quantity:
        return few_left(left)
    order, problems = priced.order_price, priced.problems
    if "no_supplier" in problems:
        return str(_("No factory is known for it: it cannot be sent."))
    if "off_shelf" in problems:
        return str(_("The factory does not offer it any more."))
    if Problem.NO_PRICE.value in problems:
        return str(_("It has no price. Ask a manager."))
    if order is not None and Problem.BELOW_MOQ.value in problems:
        return str(_("The factory sends from %(count)s pieces on.", count=order.nearest.above))
    if order is not None and Problem.NOT_A_LOT.value in problems:
        return str(_("Whole lots alone: %(count)s pieces would do.", count=order.nearest.above))
    return ""


def advised(priced: PricedLine, left: int | None) -> int | None:
    """The quantity that would do, where another one would."""
    if priced.line.kind is LineKind.TAKE_AWAY:
        return left if left and left < priced.quantity else None
    by_quantity = {Problem.BELOW_MOQ.value, Problem.NOT_A_LOT.value}
    order = priced.order_price
    return order.nearest.above if order is not None and by_quantity & set(priced.problems) else None


def few_left(left: int) -> str:
    if not left:
        return str(_("Sold out in the store."))
    return str(ngettext("Only %(num)s is left in the store.", "Only %(num)s are left in the store.", left))


def why_not(sale: Sale, priced: PricedSale, shown: Sequence[ShownLine]) -> str:
    """In a few words for the key that cannot be pressed."""
    if any(line.advice for line in shown):
        return str(_("First settle the marked lines"))
    sent = any(line.line.kind is LineKind.FACTORY_DIRECT for line in priced.lines)
    if sent and not sale.address:
        return str(_("First the address"))
    return ""


def most_points(sale: Sale, due_fen: int) -> int:
    """How much of it the member's points can pay."""
    return min(points.balance(sale.member_id) * points.POINT_FEN, due_fen) if sale.member_id is not None else 0


@dataclass(frozen=True)
class Customer:
    """The member of a sale, as the panel shows one."""

    name: str
    phone: str
    words: str
    card: str
    points: int
    pays_member_price: bool
    fee_url: str | None

    @classmethod
    def of(cls, sale: Sale, site: Site) -> Customer | None:
        member = sale.member
        if member is None:
            return None
        held = standing(member, site, card=sale.card)
        card = sale.card
        household = card is not None and card.kind is CardKind.HOUSEHOLD
        return cls(
            name=card.holder if card is not None else member.name,
            phone=member.masked_phone,
            words=held.words(),
            card=_("household card") if household else "",
            points=points.balance(member.id),
            pays_member_price=held.pays_member_price,
            fee_url=fee_url(sale, held),
        )


def fee_url(sale: Sale, held: Standing) -> str | None:
    """Where the membership does not hold: the page that offers its plans."""
    if held.pays_member_price or "members.show" not in current_app.view_functions:
        return None
    if sale.card is not None:
        return visiting.page_of(sale.card, sale.site)
    return url_for("members.show", member_id=sale.member_id)


@dataclass(frozen=True)
class PaidSale:
    """The sale that was just paid: its change and its receipt."""

    sale: Sale
    change_fen: int
    given_fen: int
    qr: codes.QrPath
    pdf_url: str | None

    @classmethod
    def of(cls, sale: Sale) -> PaidSale:
        known: dict[str, Any] = current_app.view_functions
        return cls(
            sale=sale,
            change_fen=sum(payment.change_fen for payment in sale.payments),
            given_fen=sum(payment.tendered_fen or payment.amount_fen for payment in sale.payments),
            qr=codes.qr_svg_path(link_of(sale)),
            pdf_url=url_for("documents.receipt", sale_id=sale.id) if "documents.receipt" in known else None,
        )

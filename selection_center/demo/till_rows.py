"""Writes tills, shifts and what was sold and taken back at them, to the fen as the till reckons."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.pricing import OfferTerms, Wanted, price_offer
from selection_center.catalog.terms import offer_terms
from selection_center.core.shop_time import today
from selection_center.demo.audit_rows import entry
from selection_center.demo.joining import content
from selection_center.demo.member_rows import Joined
from selection_center.demo.selling import FLOAT_FEN, DemoSale, DemoShift, shifts
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.writing import Row, days_before, insert
from selection_center.membership.points import POINT_FEN, POINTS_LAST_DAYS, PointsEntry, PointsKind
from selection_center.stock.items import STANDARD_TAX_PERMILLE
from selection_center.till.arithmetic import part_of, tax_in
from selection_center.till.payments import SalePayment
from selection_center.till.pricing import points_for
from selection_center.till.refunds import GoesTo, Refund, RefundLine, RefundPayment
from selection_center.till.sale_lines import LineKind, SaleLine
from selection_center.till.sales import Channel, Sale, SaleState
from selection_center.till.shift_forms import NOTES_AND_COINS
from selection_center.till.shifts import CashMovement, PayMethod, Shift, ShiftCount, Till

MOST_POINTS_FEN = 2_000


@dataclass
class Sold:
    """What left and came back of each store's goods: (SKU, pieces, subject, kind, when, by)."""

    moves: dict[str, list[tuple[int, int, str, str, Any, int]]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Members who shopped, by their place among the store's people, and when."""
    told: list[Row] = field(default_factory=list)


@dataclass
class Goods:
    """A store's facings, one for each SKU, in the order in which they stand."""

    skus: list[Sku]
    terms: dict[int, OfferTerms]
    samples: dict[int, int]


def goods_of(session: Session, site: str, story: Story, written: Written) -> Goods:
    samples: dict[int, int] = {}
    listings = set()
    for number, piece in enumerate(story.pieces[site]):
        sku = written.catalog.skus[piece.offer][piece.sku]
        if piece.state == "here" and story.offers[piece.offer].is_on_shelf and piece.offer not in listings:
            samples[sku] = written.shelf.sample(site, number)
            listings.add(piece.offer)
    query = sa.select(Listing).where(Listing.id.in_(sa.select(Sku.listing_id).where(Sku.id.in_(samples))))
    found = session.scalars(query.options(selectinload(Listing.skus), selectinload(Listing.tiers))).all()
    terms = {listing.id: offer_terms(listing) for listing in found}
    skus = {sku.id: sku for listing in found for sku in listing.skus}
    priced = [
        skus[number]
        for number in samples
        if price_offer(terms[skus[number].listing_id], [Wanted(number, 1)], moq_waived=True).lines[0].unit_fen
    ]
    return Goods(priced, terms, samples)


def write(
    session: Session, story: Story, written: Written, joined: Joined, goods: dict[str, Goods], codes: Iterator[str]
) -> Sold:
    sold = Sold()
    for site in goods:
        Store(session, story, written, joined, goods[site], site, sold, codes).write()
    return sold


class Store:
    """One store's tills while they are written: the ledgers run on from sale to sale."""

    def __init__(
        self, session: Session, story: Story, written: Written, joined: Joined, goods: Goods, site: str, sold: Sold,
        codes: Iterator[str],
    ) -> None:  # fmt: skip
        self.session, self.story, self.written, self.joined = session, story, written, joined
        self.goods, self.site, self.sold, self.codes = goods, site, sold, codes
        self.site_id = written.floor.sites[site]
        self.balance: dict[int, int] = defaultdict(int)
        self.points: list[Row] = []
        self.number = 0

    def write(self) -> None:
        at = days_before(self.story.now, 60)
        rows = [{"site_id": self.site_id, "name": f"收银 {number} 号", "created_at": at} for number in (1, 2)]
        tills = insert(self.session, Till, rows)
        may = [place for place, person in enumerate(self.joined.people[self.site]) if person.may_come_in]
        for each in shifts(self.site, len(self.goods.skus), may, self.story.now):
            self.write_shift(each, tills[each.till])
        insert(self.session, PointsEntry, self.points)

    def write_shift(self, each: DemoShift, till: int) -> None:
        by = self.written.team.somebody(self.site, "cashier" if each.till == 0 else "manager")
        row = {
            "site_id": self.site_id, "till_id": till, "float_fen": FLOAT_FEN, "opened_by_id": by,
            "opened_at": each.opened_at, "notes_and_coins": {}, "note": "", "closed_at": None, "closed_by_id": None,
        }  # fmt: skip
        (shift,) = insert(self.session, Shift, [row])
        self.tell("shift_opened", "shifts", shift, each.opened_at, by, till=f"收银 {each.till + 1} 号", fen=FLOAT_FEN)
        taken: dict[PayMethod, int] = dict.fromkeys(PayMethod, 0)
        taken[PayMethod.CASH] = FLOAT_FEN
        for sale in each.sales:
            self.write_sale(sale, shift, till, by, taken)
        if each.closed_at is not None:
            self.close(each, each.closed_at, shift, by, taken)

    def close(self, each: DemoShift, at: datetime, shift: int, by: int, taken: dict[PayMethod, int]) -> None:
        if taken[PayMethod.CASH] > FLOAT_FEN + each.to_safe_fen:
            out = {"shift_id": shift, "amount_fen": -each.to_safe_fen, "reason": "存入保险柜", "by_id": by}
            insert(self.session, CashMovement, [out | {"at": at - timedelta(hours=2)}])
            taken[PayMethod.CASH] -= each.to_safe_fen
        counted = taken | {PayMethod.CASH: taken[PayMethod.CASH] - each.short_fen}
        rows = [
            {"shift_id": shift, "method": method, "expected_fen": taken[method], "counted_fen": counted[method]}
            for method in PayMethod
        ]
        insert(self.session, ShiftCount, rows)
        values = {
            "closed_at": at, "closed_by_id": by, "notes_and_coins": in_notes(counted[PayMethod.CASH]),
            "note": "找零时多给了 5 元" if each.short_fen else "",
        }  # fmt: skip
        self.session.execute(sa.update(Shift).where(Shift.id == shift).values(**values))
        name = f"收银 {each.till + 1} 号"
        self.tell("shift_closed", "shifts", shift, at, by, till=name, difference_fen=-each.short_fen)

    def write_sale(self, sale: DemoSale, shift: int, till: int, by: int, taken: dict[PayMethod, int]) -> None:
        member = self.joined.members[self.site][sale.member] if sale.member is not None else None
        if member is not None and self.joined.since[member] > sale.at - timedelta(hours=2):
            member = None
        lines = [self.line_row(place, pieces, member is not None) for place, pieces in sale.lines]
        total = sum(line["total_fen"] for line in lines)
        self.number += 1
        number = f"{self.site[:2].upper()}-{7000 + self.number:04d}-{self.number * 739 % 10_000:04d}"
        card = self.joined.cards[self.site][sale.member] if member is not None and sale.member is not None else None
        row = {
            "site_id": self.site_id, "till_id": till, "shift_id": shift, "channel": Channel.TILL,
            "state": SaleState.PAID, "code": next(self.codes), "number": number, "member_id": member, "card_id": card,
            "marked_fen": sum(line["marked_fen"] * line["quantity"] for line in lines), "total_fen": total,
            "tax_fen": sum(line["tax_fen"] for line in lines), "opened_by_id": by, "paid_by_id": by,
            "opened_at": sale.at - timedelta(minutes=2), "changed_at": sale.at, "paid_at": sale.at, "rounds": 1,
        }  # fmt: skip
        (sale_id,) = insert(self.session, Sale, [row])
        ids = insert(
            self.session, SaleLine, [line | {"sale_id": sale_id, "added_at": row["opened_at"]} for line in lines]
        )
        for line_id, line in zip(ids, lines, strict=True):
            self.moved(line["sku_id"], -line["quantity"], f"sale_line {line_id}", "sold", sale.at, by)
        self.pay(sale, sale_id, number, member, total, shift, by, taken)
        self.tell("sale_paid", "sales", sale_id, sale.at, by, number=number, fen=total)
        if member is not None and sale.member is not None:
            self.sold.visits[self.site].append((sale.member, sale.at))
        if sale.is_returned and member is None and not sale.is_split:
            self.take_back(sale, sale_id, ids[0], lines[0], shift, by, taken)

    def line_row(self, place: int, pieces: int, is_member: bool) -> Row:
        sku = self.goods.skus[place]
        listing = sku.listing
        price = price_offer(
            self.goods.terms[listing.id], [Wanted(sku.id, pieces)], member=is_member, moq_waived=True
        ).lines[0]
        unit = price.unit_fen or 0
        total = unit * pieces
        return {
            "kind": LineKind.TAKE_AWAY, "listing_id": listing.id, "sku_id": sku.id, "quantity": pieces,
            "sample_id": self.goods.samples[sku.id], "title": listing.title, "title_en": listing.title_en,
            "spec": sku.spec, "spec_en": sku.spec_en, "unit": listing.unit, "unit_en": listing.unit_en,
            "marked_fen": price.marked_fen, "unit_fen": unit, "total_fen": total,
            "tax_permille": STANDARD_TAX_PERMILLE, "tax_fen": tax_in(total, STANDARD_TAX_PERMILLE),
        }  # fmt: skip

    def pay(
        self, sale: DemoSale, sale_id: int, number: str, member: int | None, total: int, shift: int, by: int,
        taken: dict[PayMethod, int],
    ) -> None:  # fmt: skip
        """Points first, then a half in cash where it is split, the rest as the customer likes."""
        due, parts = total, []
        if member is not None and sale.pays_points and self.balance[member] >= 100:
            by_points = min(self.balance[member] * POINT_FEN, total // 2, MOST_POINTS_FEN)
            parts.append((PayMethod.POINTS, by_points))
        if sale.is_split:
            parts.append((PayMethod.CASH, (due - sum(fen for _method, fen in parts)) // 200 * 100))
        parts = [(method, fen) for method, fen in parts if fen > 0]
        rest = due - sum(fen for _method, fen in parts)
        parts.append((PayMethod(sale.method), rest))
        rows = [
            {
                "sale_id": sale_id, "shift_id": shift, "method": method, "amount_fen": fen, "by_id": by, "at": sale.at,
                "tendered_fen": -(-fen // 1_000) * 1_000 if method is PayMethod.CASH else None,
                "reference": "" if method in (PayMethod.CASH, PayMethod.POINTS) else f"尾号 {1000 + sale_id % 9000}",
            }
            for method, fen in parts
        ]  # fmt: skip
        ids = insert(self.session, SalePayment, rows)
        for payment, (method, fen) in zip(ids, parts, strict=True):
            taken[method] += fen
            if method is PayMethod.POINTS and member is not None:
                self.note_points(member, PointsKind.SPENT, -fen // POINT_FEN, f"sale {number} {payment}", sale, by)
        if member is not None:
            paid = total - sum(fen for method, fen in parts if method is PayMethod.POINTS)
            earned = points_for(paid, self.joined.points_per_yuan[member])
            self.note_points(member, PointsKind.EARNED, earned, f"sale {number}", sale, by)

    def note_points(self, member: int, kind: PointsKind, points: int, subject: str, sale: DemoSale, by: int) -> None:
        if not points:
            return
        self.balance[member] += points
        expires = today(sale.at) + timedelta(days=POINTS_LAST_DAYS) if kind is PointsKind.EARNED else None
        self.points.append(
            {
                "member_id": member, "kind": kind, "points": points, "expires_on": expires, "subject": subject,
                "by_id": by, "at": sale.at,
            }
        )  # fmt: skip

    def take_back(
        self, sale: DemoSale, sale_id: int, line_id: int, line: Row, shift: int, by: int, taken: dict[PayMethod, int]
    ) -> None:
        """One piece of the first line, before they left, the money the way it came."""
        at = min(sale.at + timedelta(minutes=4), self.story.now)
        fen = part_of(line["total_fen"], 1, line["quantity"])
        reasons = content()["members"]["refund_reasons"]
        method, goes_to = PayMethod(sale.method), (GoesTo.STOCK, GoesTo.WASTE)[sale_id % 4 == 3]
        row = {
            "number": f"{self.site[:2].upper()}-R-{7000 + self.number:04d}-{self.number * 431 % 10_000:04d}",
            "site_id": self.site_id, "sale_id": sale_id, "shift_id": shift, "reason": reasons[sale_id % len(reasons)],
            "total_fen": fen, "by_id": by, "approved_by_id": None, "at": at,
        }  # fmt: skip
        (refund,) = insert(self.session, Refund, [row])
        back = {"refund_id": refund, "sale_line_id": line_id, "quantity": 1, "amount_fen": fen, "goes_to": goes_to}
        (back_id,) = insert(self.session, RefundLine, [back])
        paid = {"refund_id": refund, "method": method, "amount_fen": fen, "reference": "", "given_at": at}
        insert(self.session, RefundPayment, [paid])
        self.session.execute(sa.update(SaleLine).where(SaleLine.id == line_id).values(refunded=1, refunded_fen=fen))
        taken[method] -= fen
        subject = f"refund_line {back_id}"
        self.moved(line["sku_id"], 1, subject, "returned", at, by)
        if goes_to is GoesTo.WASTE:
            self.moved(line["sku_id"], -1, subject, "wasted", at, by)
        self.tell("refunded", "refunds", refund, at, by, number=row["number"], fen=fen, reason=row["reason"])

    def moved(self, sku: int, pieces: int, subject: str, kind: str, at: Any, by: int) -> None:
        self.sold.moves[self.site].append((sku, pieces, subject, kind, at, by))

    def tell(self, verb: str, kind: str, subject: int, at: Any, by: int, **detail: Any) -> None:
        self.sold.told.append(entry(verb, kind, subject, at, by, self.site_id, **detail))


def in_notes(fen: int) -> dict[str, int]:
    """The fewest notes and coins of this sum."""
    found = {}
    for note in NOTES_AND_COINS:
        count, fen = divmod(fen, note)
        if count:
            found[str(note)] = count
    return found

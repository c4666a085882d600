"""Writes orders as far as they have come, with their lines, log and payments."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.core.shop_time import today
from selection_center.demo.buying import DemoLine, DemoOrder
from selection_center.demo.lives import Event, Life, live
from selection_center.demo.offers import SEED
from selection_center.demo.story import Story
from selection_center.demo.traffic import DemoVisit
from selection_center.demo.visit_rows import Written, phone_of
from selection_center.demo.words import customers
from selection_center.demo.writing import Row, insert
from selection_center.orders.models import InvoiceWish, Order, OrderKind, OrderLine, OrderNote, OrderState, Payment
from selection_center.orders.models import PaymentMethod as Method


@dataclass(frozen=True)
class Placed:
    """An order with who placed it and how it went on."""

    visit: DemoVisit
    order: DemoOrder
    life: Life

    @property
    def customer(self) -> int:
        """Its number; only customers order."""
        return self.visit.customer or 0

    @property
    def key(self) -> tuple[str, datetime, str]:
        return self.visit.device, self.order.at, self.order.maker


def placed_orders(story: Story) -> list[Placed]:
    """All orders, oldest first."""
    by_slug = {place.slug: place for place in story.places}
    found = [(visit, order) for visit in story.visits for order in visit.orders]
    found.sort(key=lambda pair: (pair[1].at, pair[0].device, pair[1].maker))
    return [
        Placed(visit, order, live(order, by_slug[visit.site], story.now, random.Random(f"{SEED}/life/{n}")))
        for n, (visit, order) in enumerate(found)
    ]


def write(session: Session, story: Story, written: Written, buyers: dict[str, int], placed: list[Placed]) -> list[int]:
    """Ids in the order of `placed`."""
    numbers = order_numbers(placed)
    rows = [order_row(p, number, written, buyers, story) for p, number in zip(placed, numbers, strict=True)]
    ids = insert(session, Order, rows)
    pairs = list(zip(placed, ids, strict=True))
    insert(
        session, OrderLine, [line_row(p, line, order, story, written) for p, order in pairs for line in p.order.lines]
    )
    notes = [note_row(p, event, order, written) for p, order in pairs for event in p.life.events]
    insert(session, OrderNote, sorted(notes, key=lambda row: row["at"]))
    payments = [payment_row(p, number, order, written) for p, order in pairs for number in range(len(p.life.payments))]
    insert(session, Payment, sorted(payments, key=lambda row: row["at"]))
    return ids


def order_numbers(placed: list[Placed]) -> list[str]:
    """Such as YI-2847-3196, none twice."""
    dice = random.Random(f"{SEED}/numbers")
    digits = dice.sample(range(10**8), len(placed))
    return [f"{p.visit.site[:2].upper()}-{n // 10**4:04}-{n % 10**4:04}" for p, n in zip(placed, digits, strict=True)]


def somebody(placed: Placed, role: str, written: Written) -> int | None:
    """Who did it; None for the buyer."""
    return None if role == "buyer" else written.team.somebody(placed.visit.site, role, len(placed.order.lines))


def order_row(placed: Placed, number: str, written: Written, buyers: dict[str, int], story: Story) -> Row:
    visit, order, life = placed.visit, placed.order, placed.life
    staff = somebody(placed, "floor_staff", written)
    due = life.follow_up_in_days
    is_cared_for = order.is_written_by_staff or life.state not in ("submitted", "cancelled") or due is not None
    return {
        "number": number,
        "token": secrets.token_urlsafe(18),
        "site_id": written.floor.sites[visit.site],
        "supplier_id": written.catalog.suppliers[order.maker],
        "buyer_id": buyers[visit.device],
        "kind": OrderKind(order.kind),
        "state": OrderState(life.state),
        **contact(placed),
        "language": visit.language,
        "consent_version": CONSENT_VERSION,
        "goods_fen": order.goods_fen,
        "freight_fen": life.freight_fen,
        "freight_agreed": life.freight_agreed,
        "moq_override_reason": order.override_reason,
        "cancel_reason": life.cancel_reason,
        "carrier": life.carrier,
        "tracking_number": life.tracking_number,
        "cared_by_id": staff if is_cared_for else None,
        "written_by_id": staff if order.is_written_by_staff else None,
        "follow_up_on": None if due is None else today(story.now) + timedelta(days=due),
        "submitted_at": order.at,
        "changed_at": life.changed_at,
    }


def contact(placed: Placed) -> dict[str, Any]:
    number, life = placed.customer, placed.life
    customer = customers()[number]
    has_title = life.invoice != "none" and customer.language == "zh"
    return {
        "name": customer.name,
        "phone": phone_of(number),
        "company": customer.company,
        "address": customer.address,
        "invoice": InvoiceWish(life.invoice if has_title else "none"),
        "invoice_title": customer.company if has_title else "",
        "invoice_tax_number": f"91000000MA0{number:06}X" if life.invoice == "special" and has_title else "",
        "message": life.message if customer.language == "zh" else "",
    }


def line_row(placed: Placed, line: DemoLine, order: int, story: Story, written: Written) -> Row:
    piece = story.pieces[placed.visit.site][line.piece]
    offer = story.offers[piece.offer]
    sku = offer.skus[line.sku]
    return {
        "order_id": order,
        "listing_id": written.catalog.listings[piece.offer],
        "sku_id": written.catalog.skus[piece.offer][line.sku],
        "sample_id": written.shelf.sample(placed.visit.site, line.piece),
        "title": offer.title.zh,
        "title_en": offer.title.en,
        "spec": sku.spec.zh,
        "spec_en": sku.spec.en,
        "cargo_number": sku.cargo_number,
        "unit": offer.unit.zh,
        "unit_en": offer.unit.en,
        "picture": written.catalog.pictures[sku.picture or offer.pictures[0]],
        "quantity": line.quantity,
        "unit_fen": line.unit_fen,
        "total_fen": line.total_fen,
    }


def note_row(placed: Placed, event: Event, order: int, written: Written) -> Row:
    text = event.text or (placed.order.override_reason if event.state == "submitted" else "")
    return {
        "order_id": order,
        "at": event.at,
        "user_id": somebody(placed, event.who, written),
        "state": OrderState(event.state) if event.state else None,
        "text": text,
    }


def payment_row(placed: Placed, number: int, order: int, written: Written) -> Row:
    paid = placed.life.payments[number]
    return {
        "order_id": order,
        "amount_fen": paid.fen,
        "method": Method(paid.method),
        "reference": paid.reference,
        "user_id": written.team.somebody(placed.visit.site, "manager"),
        "at": paid.at,
    }

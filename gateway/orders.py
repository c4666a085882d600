"""Orders as the platform keeps them: what was bought, its states, its parcels. Money in fen."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from gateway import clock, messages
from gateway.members import Member
from gateway.previews import Part

UNPAID, UNSENT, SENT, RECEIVED, SUCCESS, CANCELLED, TERMINATED = (
    *("waitbuyerpay", "waitsellersend", "waitbuyerreceive", "confirm_goods", "success", "cancel", "terminated"),
)
FIRST_ID = 365_700_000_000_000
SAMPLE = "yp"


@dataclass
class Line:
    item_id: str
    offer_id: int
    spec_id: str
    sku_id: int
    subject: str
    attributes: list[list[str]]
    picture: str
    unit: str
    cargo_number: str
    quantity: int
    unit_price: int
    discount: int = 0
    """Fen, negative when it became cheaper after all."""
    sent: int = 1
    """logisticsStatus: 1 unsent, 2 sent, 3 received, 4 returned."""
    refund_status: str = ""

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity + self.discount


@dataclass
class Parcel:
    logistics_id: str
    bill_no: str
    company: str
    company_no: str
    kind: str
    """0 sent by the seller's own means, 1 online, 2 without logistics."""
    condition: str
    """Without logistics: 4 = the buyer picks it up."""
    item_ids: list[str]
    sent_ms: int
    status: str = "CONSIGN"
    steps: list[list[Any]] = field(default_factory=list)
    """Moment and words, oldest first."""


@dataclass
class Order:
    order_id: str
    buyer: str
    seller: str
    out_order_id: str | None
    created_ms: int
    modified_ms: int
    business: str
    flow: str
    trade_type: str
    address: dict[str, str]
    message: str
    freight: int
    lines: list[Line]
    status: str = UNPAID
    parcels: list[Parcel] = field(default_factory=list)
    paid_ms: int = 0
    sent_ms: int = 0
    received_ms: int = 0
    completed_ms: int = 0
    close_reason: str = ""
    refund_status: str = ""
    refund_after_status: str = ""
    refund: int = 0
    refund_id: str = ""

    @property
    def goods(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def total(self) -> int:
        return self.goods + self.freight


def read(doc: str) -> Order:
    found = json.loads(doc)
    found["lines"] = [Line(**line) for line in found["lines"]]
    found["parcels"] = [Parcel(**parcel) for parcel in found["parcels"]]
    return Order(**found)


def save(db: Any, order: Order) -> None:
    """As changed now."""
    order.modified_ms = max(clock.now(), order.modified_ms + 1)
    row = (
        *(order.order_id, order.buyer, order.seller, order.status, order.out_order_id, order.created_ms),
        *(order.modified_ms, json.dumps(asdict(order), ensure_ascii=False)),
    )
    db.execute("insert or replace into orders values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def find(db: Any, order_id: str) -> Order | None:
    row = db.execute("select doc from orders where order_id = ?", (order_id,)).fetchone()
    return read(row["doc"]) if row else None


def by_reference(db: Any, buyer: str, reference: str) -> list[Order]:
    """All orders under one outOrderId: more than one when it was split, or doubled."""
    asked = "select doc from orders where buyer = ? and out_order_id = ? order by rowid"
    return [read(row["doc"]) for row in db.execute(asked, (buyer, reference))]


def latest(db: Any, limit: int = 200) -> list[Order]:
    return [read(row["doc"]) for row in db.execute("select doc from orders order by rowid desc limit ?", (limit,))]


def new_id(db: Any, buyer: Member) -> str:
    """Nineteen digits, so that a double cannot hold it; the last four are the buyer's, as real ones have them."""
    number = db.execute("select count(*) from orders").fetchone()[0]
    return f"{FIRST_ID + number * 10_007}{buyer.user_id % 10_000:04d}"


def create(db: Any, buyer: Member, seller: Member, part: Part, terms: dict[str, Any]) -> Order:
    """`terms`: address, message, out_order_id, trade_type, business."""
    at, order_id = clock.now(), new_id(db, buyer)
    lines = [
        Line(
            item_id=str(int(order_id) + 10_000 * (number + 1)),
            offer_id=one.line.offer.offer_id,
            spec_id=one.line.sku.spec_id if one.line.sku else "",
            sku_id=one.line.sku.sku_id if one.line.sku else 0,
            subject=one.line.offer.subject,
            attributes=one.line.sku.attributes if one.line.sku else [],
            picture=(one.line.sku.picture if one.line.sku else "") or one.line.offer.pictures[0],
            unit=one.line.offer.unit,
            cargo_number=one.line.offer.cargo_number,
            quantity=one.line.quantity,
            unit_price=one.unit,
        )
        for number, one in enumerate(part.found)
    ]
    order = Order(
        order_id,
        buyer.member_id,
        seller.member_id,
        **terms,
        created_ms=at,
        modified_ms=at,
        flow=part.flow,
        freight=part.freight,
        lines=lines,
    )
    save(db, order)
    tell(db, order, "BUYER_VIEW_BUYER_MAKE")
    return order


def tell(db: Any, order: Order, topic: str, status: str = "", **more: str) -> None:
    """A message to the buyer's apps; its time has whole seconds only."""
    data = {
        "orderId": int(order.order_id),
        "currentStatus": status or order.status,
        "msgSendTime": clock.plain(clock.now()),
        "buyerMemberId": order.buyer,
        "sellerMemberId": order.seller,
        **more,
    }
    messages.born(db, order.buyer, f"ORDER_{topic}", data)

"""An order as it goes to a marketplace and comes back: plain, frozen values. Money in fen, moments in UTC."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Flow(enum.StrEnum):
    BULK = "bulk"  # 大货
    SAMPLE = "sample"  # 拿样
    DROPSHIP = "dropship"  # 一件代发
    PICKUP = "pickup"  # 自提


@dataclass(frozen=True, slots=True)
class DraftLine:
    """`spec_id` is empty for an offer without specs. `unit_fen`: what our buyer agreed to.

    `title` and `spec` are for people, and for factories that number no specs.
    """

    external_id: str
    spec_id: str
    quantity: int
    unit_fen: int
    title: str = ""
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    name: str
    phone: str
    address: str
    company: str = ""
    province: str = ""
    city: str = ""
    area: str = ""
    district_code: str = ""
    """GB/T 2260, six digits, where it is known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What we want of one seller, under our own reference."""

    reference: str
    flow: Flow
    lines: tuple[DraftLine, ...]
    receiver: Receiver
    message: str = ""

    @property
    def goods_fen(self) -> int:
        return sum(line.quantity * line.unit_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    external_id: str
    spec_id: str
    unit_fen: int


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One of the orders that it would become."""

    goods_fen: int
    freight_fen: int
    discount_fen: int = 0
    lines: tuple[PreviewLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    parts: tuple[PreviewPart, ...]
    trade_types: tuple[str, ...] = ()
    """Ways to pay that may be named at creation, the marketplace's own words."""
    flow_word: str = ""
    """The marketplace's own word for the flow that gave these prices."""

    @property
    def goods_fen(self) -> int:
        return sum(part.goods_fen for part in self.parts)

    @property
    def freight_fen(self) -> int:
        return sum(part.freight_fen for part in self.parts)


HANDED_OVER = "handed_over"
"""Said of an order that went out, and of which nobody has said yet that they have it."""


class RemoteState(enum.StrEnum):
    UNPAID = "unpaid"  # 待付款
    PAID = "paid"  # 待发货
    SHIPPED = "shipped"  # 待收货
    RECEIVED = "received"  # 已收货
    DONE = "done"  # 交易成功
    CANCELLED = "cancelled"  # 交易关闭
    OTHER = "other"  # kept as it was said


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a parcel's way."""

    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Parcel:
    carrier: str
    number: str
    state: str = ""
    """The marketplace's own word."""
    steps: tuple[Step, ...] = ()
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that a creation did not take, though it took others. Ids are empty where the answer names none."""

    external_id: str
    spec_id: str
    said: str
    """The marketplace's own words."""


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """An order as the marketplace has it. None: this answer does not say. Goods are what they cost in the end,
    after discounts: the total without the freight."""

    remote_id: str
    state: RemoteState = RemoteState.OTHER
    said: str = ""
    """The marketplace's own word for the state."""
    reference: str = ""
    goods_fen: int | None = None
    freight_fen: int | None = None
    total_fen: int | None = None
    refund: str = ""
    """The marketplace's own word for the state of a refund; empty for none."""
    refund_fen: int | None = None
    changed_at: datetime | None = None
    parcels: tuple[Parcel, ...] = field(default=())
    collected: bool = False
    """The buyer fetches the goods; no parcel comes."""
    reason: str = ""
    """Why the seller closed it, in their own words."""
    left_out: tuple[LeftOut, ...] = ()
    """Known at creation alone, and there said with the first of the orders."""

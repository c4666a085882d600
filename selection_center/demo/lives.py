"""How an order went on after it was submitted: its states, notes, payments and what is due. Pure values."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from selection_center.core.shop_time import SHOP_TIME
from selection_center.demo.buying import DemoOrder
from selection_center.demo.words import Place, order_words

DEPOSIT_FROM_FEN = 300_000
"""Above this, buyers pay a third first."""


@dataclass(frozen=True)
class Event:
    """`who` is manager, floor_staff or buyer; a note where `state` is empty."""

    at: datetime
    who: str
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class Paid:
    at: datetime
    fen: int
    method: str
    reference: str


@dataclass
class Life:
    """`freight_fen` None: open while submitted, else agreed with the factory."""

    state: str = "submitted"
    freight_fen: int | None = None
    freight_agreed: bool = False
    events: list[Event] = field(default_factory=list)
    payments: list[Paid] = field(default_factory=list)
    cancel_reason: str = ""
    carrier: str = ""
    tracking_number: str = ""
    follow_up_in_days: int | None = None
    message: str = ""
    invoice: str = "none"

    @property
    def changed_at(self) -> datetime:
        return max([*(event.at for event in self.events), *(paid.at for paid in self.payments)])


def live(order: DemoOrder, place: Place, now: datetime, dice: random.Random) -> Life:
    """The order's life until now."""
    life = Life(message=dice.choice(order_words().messages) if dice.random() < 0.3 else "")
    life.invoice = dice.choices(("none", "normal", "special"), (70, 22, 8))[0]
    life.events.append(Event(order.at, "floor_staff" if order.is_written_by_staff else "buyer", "submitted"))
    confirmed_at = at_work(order.at + timedelta(hours=dice.expovariate(1 / 16)), place)
    if dice.random() < 0.08:
        cancel(life, order, confirmed_at, now, dice)
    elif confirmed_at <= now:
        confirm(life, order, confirmed_at, dice)
        go_on(life, order, place, now, dice)
    add_notes(life, now, dice)
    life.events.sort(key=lambda event: event.at)
    return life


def cancel(life: Life, order: DemoOrder, at: datetime, now: datetime, dice: random.Random) -> None:
    """By the buyer or the floor staff, before it was confirmed."""
    if at > now:
        return
    is_by_buyer = not order.is_written_by_staff and dice.random() < 0.4
    words = order_words().buyer_cancels if is_by_buyer else order_words().staff_cancels
    life.state, life.cancel_reason = "cancelled", dice.choice(words)
    life.events.append(Event(at, "buyer" if is_by_buyer else "floor_staff", "cancelled", life.cancel_reason))


def confirm(life: Life, order: DemoOrder, at: datetime, dice: random.Random) -> None:
    life.state = "confirmed"
    life.freight_agreed = order.kind == "bulk" and dice.random() < 0.4
    if not life.freight_agreed:
        choices = (0, 800, 1_200, 1_500) if order.kind == "sample" else (0, 4_500, 8_000, 12_000, 18_000, 26_000)
        life.freight_fen = dice.choice(choices)
    life.events.append(Event(at, dice.choice(("floor_staff", "floor_staff", "manager")), "confirmed"))


def go_on(life: Life, order: DemoOrder, place: Place, now: datetime, dice: random.Random) -> None:
    """Deposit, goods and balance, as far as time went."""
    confirmed_at = life.events[-1].at
    total = order.goods_fen + (life.freight_fen or 0)
    deposit = total if total < DEPOSIT_FROM_FEN else round(total * 0.3 / 100) * 100
    pay(life, at_work(confirmed_at + timedelta(hours=dice.uniform(0.5, 30)), place), deposit, now, dice)
    shipped_at = at_work(confirmed_at + timedelta(days=dice.uniform(1, 5)), place)
    if shipped_at > now or dice.random() < 0.06:
        return
    if dice.random() < 0.85:
        pay(life, at_work(shipped_at - timedelta(hours=3), place), total - sum(p.fen for p in life.payments), now, dice)
    ship(life, shipped_at, dice)
    completed_at = at_work(shipped_at + timedelta(days=dice.uniform(2, 6)), place)
    if completed_at <= now and sum(paid.fen for paid in life.payments) == total:
        life.state = "completed"
        life.events.append(Event(completed_at, "floor_staff", "completed"))


def pay(life: Life, at: datetime, fen: int, now: datetime, dice: random.Random) -> None:
    if at > now or fen <= 0:
        return
    method = dice.choices(("online", "wechat", "alipay", "bank", "cash"), (40, 20, 15, 20, 5))[0]
    reference = f"尾号 {dice.randrange(1000, 9999)}" if method in ("bank", "wechat", "alipay") else ""
    life.payments.append(Paid(at, fen, method, reference))


def ship(life: Life, at: datetime, dice: random.Random) -> None:
    life.state, life.carrier = "shipped", dice.choice(order_words().carriers)
    life.tracking_number = f"00{dice.randrange(10**9, 10**10)}" if dice.random() < 0.85 else ""
    life.events.append(Event(at, "floor_staff", "shipped", f"{life.carrier} {life.tracking_number}".strip()))


def add_notes(life: Life, now: datetime, dice: random.Random) -> None:
    """What staff wrote into the log, and when they call next."""
    notes = order_words().notes.get(life.state, ())
    since = life.events[-1].at
    if notes and dice.random() < 0.6 and now - since > timedelta(minutes=30):
        at = since + (min(now, since + timedelta(hours=20)) - since) * dice.uniform(0.2, 0.9)
        life.events.append(Event(at.replace(microsecond=0), "floor_staff", "", dice.choice(notes)))
    if dice.random() < {"submitted": 0.55, "confirmed": 0.6, "shipped": 0.25}.get(life.state, 0):
        life.follow_up_in_days = dice.choices((-1, 0, 1, 2, 4), (1, 5, 3, 2, 1))[0]


def at_work(at: datetime, place: Place) -> datetime:
    """The same moment, or the next one at which somebody is in."""
    local = at.astimezone(SHOP_TIME)
    opens, closes = (10, 21) if place.kind == "store" else (9, 17)
    if local.hour >= closes:
        local = local.replace(hour=opens) + timedelta(days=1)
    elif local.hour < opens:
        local = local.replace(hour=opens)
    return local.replace(microsecond=0)

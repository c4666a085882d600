"""Handing an order on, exactly once in effect: a row is written and committed before each step outside.

    WAITING  preview    -> SENDING, or HELD with what the marketplace said
    SENDING  create     -> PLACED; HELD for a no; UNKNOWN where no answer came, or where whoever sent it has died
    UNKNOWN  look up    -> PLACED where it is found; WAITING again only once finding nothing is conclusive

Whoever dies in between is followed by a job that reads the row: what was sent is looked up, never sent blindly again.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Sku
from selection_center.core import audit
from selection_center.core.db import db, utcnow
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    Preview,
    Receiver,
    RemoteOrder,
    RemoteState,
)
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.pushes import PlacedOrder, Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderKind, OrderState
from selection_center.sites.districts import district_of

FLOWS = {OrderKind.BULK: Flow.BULK, OrderKind.SAMPLE: Flow.SAMPLE}


def account_for(order: Order) -> Account | None:
    """The one account that keeps all offers of the order fresh, where it takes orders; else None."""
    listings = {line.listing_id for line in order.lines}
    linked = sa.select(OfferLink).where(OfferLink.listing_id.in_(listings), OfferLink.gone_at.is_(None))
    links = db.session.scalars(linked).all()
    accounts = {link.account_id for link in links}
    if len(links) != len(listings) or len(accounts) != 1:
        return None
    account = db.session.get_one(Account, accounts.pop())
    return account if CONNECTORS[account.connector].takes_orders else None


def push_of(order: Order) -> Push | None:
    """The order's push, begun where there is none and an account takes it."""
    found = db.session.scalar(sa.select(Push).filter_by(order_id=order.id))
    if found is not None or order.state is not OrderState.CONFIRMED:
        return found
    account = account_for(order)
    if account is None:
        return None
    begun = Push(order=order, account=account, reference=order.number, agreed_fen=order.goods_fen, placed=[])
    db.session.add(begun)
    db.session.flush()
    audit.record("order_pushed", order, number=order.number, account=account.name)
    return begun


def draft_of(push: Push) -> Draft:
    order = push.order
    query = sa.select(Sku).where(Sku.id.in_([line.sku_id for line in order.lines])).options(joinedload(Sku.listing))
    skus = {sku.id: sku for sku in db.session.scalars(query)}
    lines = tuple(
        DraftLine(skus[line.sku_id].listing.external_id, skus[line.sku_id].source_id, line.quantity, line.unit_fen)
        for line in order.lines
    )
    return Draft(push.reference, FLOWS[order.kind], lines, receiver_of(order), order.message)


def receiver_of(order: Order) -> Receiver:
    """With the district that the address names, where it names one: marketplaces ask for it apart."""
    called = {"name": order.name, "phone": order.phone, "address": order.address, "company": order.company}
    found = district_of(order.address)
    if found is None:
        return Receiver(**called)
    where = {"province": found.province, "city": found.city, "area": found.area, "district_code": found.code}
    return Receiver(**called, **where)


# --- what came of each step ----------------------------------------------------------------------------------------


def previewed(push: Push, answer: Preview | ConnectorError) -> bool:
    """May it be sent now? Says yes to one alone, and that is committed before the call: whoever comes later looks.

    A higher price or a refusal comes back to people; a price that is lower, or the same, goes on.
    """
    push.hold_row()
    if push.state is not PushState.WAITING:
        return False
    if isinstance(answer, ConnectorError):
        if answer.permanent:
            push.become(PushState.HELD, answer.code, answer.said)
        return False
    push.asked_fen, push.freight_fen = answer.goods_fen, answer.freight_fen
    problem = problem_of(push, answer)
    if problem:
        push.become(PushState.HELD, problem)
        return False
    push.become(PushState.SENDING)
    push.sent_at = utcnow()
    return True


def problem_of(push: Push, preview: Preview) -> str:
    if preview.goods_fen > push.agreed_fen:
        return "price_rose"
    return "" if push.order.state is OrderState.CONFIRMED else "order_moved_on"


def sent(push: Push, answer: Sequence[RemoteOrder] | ConnectorError) -> None:
    push.hold_row()
    if push.state is not PushState.SENDING:
        return  # looked up by somebody else while the answer was on its way
    if not isinstance(answer, ConnectorError):
        return placed(push, answer)
    if answer.permanent:
        push.sent_at = None
        return push.become(PushState.HELD, answer.code, answer.said)
    push.become(PushState.UNKNOWN, answer.code, answer.said)


def looked_up(push: Push, answer: Sequence[RemoteOrder] | ConnectorError) -> None:
    push.hold_row()
    if push.state not in (PushState.SENDING, PushState.UNKNOWN):
        return  # somebody else found it meanwhile
    if isinstance(answer, ConnectorError):
        return push.become(PushState.UNKNOWN, answer.code, answer.said)
    push.looked_up_at = utcnow()
    if answer:
        return placed(push, answer)
    if push.is_conclusive:
        push.sent_at = None
        return push.become(PushState.WAITING)
    push.become(PushState.UNKNOWN, "not_seen_yet")


def placed(push: Push, found: Sequence[RemoteOrder]) -> None:
    push.become(PushState.PLACED)
    for each in found:
        push.keep(each)
    numbers = ", ".join(each.remote_id for each in found)
    push.order.log(by=None, text=f"{push.account.name}: {numbers}")
    audit.record("order_placed_online", push.order, number=push.order.number, online=numbers)


def followed(push: Push, found: RemoteOrder) -> None:
    """News of one of its orders; what is sent off there is sent off here, once all parts of it are."""
    push.hold_row()
    push.keep(found)
    order = push.order
    sent_off = {RemoteState.SHIPPED, RemoteState.RECEIVED, RemoteState.DONE}
    if order.state is OrderState.CONFIRMED and push.placed and all(row.state in sent_off for row in push.placed):
        first = next((parcel for row in push.placed for parcel in row.parcels), {"carrier": "", "number": ""})
        order.become(OrderState.SHIPPED, by=None, text=f"{first['carrier']} {first['number']}".strip())
        order.carrier, order.tracking_number = first["carrier"][:60], first["number"][:60]


# --- which are to be looked after ------------------------------------------------------------------------------------


def unsettled() -> sa.Select[Push]:
    """Waiting, or sent without knowing whether it arrived."""
    return sa.select(Push).where(Push.state.in_((PushState.WAITING, PushState.SENDING, PushState.UNKNOWN)))


def under_way() -> sa.Select[Push]:
    """Placed, with a part there that is not at its end."""
    ended = (RemoteState.DONE, RemoteState.CANCELLED)
    going = sa.exists().where(PlacedOrder.push_id == Push.id, PlacedOrder.state.not_in(ended))
    return sa.select(Push).where(Push.state == PushState.PLACED, going)

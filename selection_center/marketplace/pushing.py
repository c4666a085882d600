"""Handing an order on, exactly once in effect: a row is written and committed before each step outside.

    WAITING  preview    -> SENDING, or HELD with what the marketplace said
    SENDING  create     -> PLACED; HELD for a no; UNKNOWN where no answer came, or where whoever sent it has died
    UNKNOWN  look up    -> PLACED where all of it is found; WAITING again only once finding nothing is conclusive,
                           PLACED with "parts_missing" once finding less than the preview said is

Whoever dies in between is followed by a job that reads the row: what was sent is looked up, never sent blindly again.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, Sku
from selection_center.core import audit
from selection_center.core.db import db, utcnow
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.orders import (
    Draft,
    DraftLine,
    Flow,
    LeftOut,
    Preview,
    Receiver,
    RemoteOrder,
    RemoteState,
)
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.marketplace.placed_orders import PlacedOrder
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import OfferLink
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState, OrderWay
from selection_center.sites.districts import district_of

KINDS = {OrderKind.BULK: Flow.BULK, OrderKind.SAMPLE: Flow.SAMPLE}
WAYS = {OrderWay.DROPSHIP: Flow.DROPSHIP, OrderWay.PICKUP: Flow.PICKUP}


def account_for(order: Order) -> Account | None:
    """The one account that keeps all offers of the order fresh, where it takes orders; else None."""
    listings = {line.listing_id for line in order.lines}
    links = db.session.scalars(sa.select(OfferLink).where(OfferLink.listing_id.in_(listings))).all()
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
    push, is_new = Push.begin(order, account)
    if is_new:
        audit.record("order_pushed", order, number=order.number, account=account.name)
    return push


def draft_of(push: Push) -> Draft:
    order = push.order
    query = sa.select(Sku).where(Sku.id.in_([line.sku_id for line in order.lines])).options(joinedload(Sku.listing))
    skus = {sku.id: sku for sku in db.session.scalars(query)}
    lines = tuple(draft_line(line, skus[line.sku_id]) for line in order.lines)
    return Draft(push.reference, WAYS.get(order.way, KINDS[order.kind]), lines, receiver_of(order), order.message)


def draft_line(line: OrderLine, sku: Sku) -> DraftLine:
    words = {"title": line.title, "spec": line.spec}
    return DraftLine(sku.listing.external_id, sku.source_id, line.quantity, line.unit_fen, **words)


def receiver_of(order: Order) -> Receiver:
    """With the district that the address names, where it names one: marketplaces ask for it apart."""
    called = {"name": order.name, "phone": order.phone, "address": order.address, "company": order.company}
    found = district_of(order.address)
    if found is None:
        return Receiver(**called)
    where = {"province": found.province, "city": found.city, "area": found.area, "district_code": found.code}
    return Receiver(**called, **where)


# --- what keeps it from being sent -----------------------------------------------------------------------------------


def may_be_asked(push: Push) -> bool:
    """May the marketplace be asked for its price? What is wrong on our side already comes to people at once."""
    push.hold_row()
    if push.state is not PushState.WAITING:
        return False
    problem, said = hindrance(push.order)
    if problem:
        push.become(PushState.HELD, problem, said)
    return not problem


def hindrance(order: Order) -> tuple[str, str]:
    """Why the order cannot be sent, as far as we know it ourselves: a code and the names that belong to it."""
    if order.state is not OrderState.CONFIRMED:
        return "order_moved_on", ""
    listings = sa.select(OrderLine.listing_id).filter_by(order_id=order.id)
    gone_offers = (
        sa.select(Listing.title).join(OfferLink).where(Listing.id.in_(listings), OfferLink.gone_at.is_not(None))
    )
    if titles := db.session.scalars(gone_offers.order_by(Listing.id)).all():
        return "offer_gone", "; ".join(titles)
    unlinked = ~sa.exists().where(OfferLink.listing_id == Listing.id)
    if titles := db.session.scalars(
        sa.select(Listing.title).where(Listing.id.in_(listings), unlinked).order_by(Listing.id)
    ).all():
        return "offer_unlinked", "; ".join(titles)
    skus = sa.select(OrderLine.sku_id).filter_by(order_id=order.id)
    gone_styles = sa.select(Listing.title, Sku.spec).join(Sku).where(Sku.id.in_(skus), Sku.gone_at.is_not(None))
    if styles := db.session.execute(gone_styles.order_by(Sku.id)).all():
        return "style_gone", "; ".join(f"{title} {spec}".strip() for title, spec in styles)
    return "", ""


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
    push.expect(answer)
    problem, said = hindrance(push.order)
    if not problem and answer.goods_fen > push.agreed_fen:
        problem = "price_rose"
    if problem:
        push.become(PushState.HELD, problem, said)
        return False
    push.become(PushState.SENDING)
    push.sent_at = utcnow()
    return True


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
    for each in answer:
        push.keep(each)
    if push.placed and (push.is_conclusive or not push.misses_parts):
        return placed(push, answer)
    if push.is_conclusive:
        push.sent_at = None
        return push.become(PushState.WAITING)
    push.become(PushState.UNKNOWN, "parts_missing" if push.placed else "not_seen_yet")


def not_arrived(push: Push) -> None:
    """The factory says that it has nothing: as good as a look-up long after the sending, where it was not reminded."""
    push.hold_row()
    if push.state is PushState.UNKNOWN:
        push.sent_at = None
        push.become(PushState.WAITING)
    elif push.problem == "not_confirmed":
        push.reminded()


def placed(push: Push, found: Sequence[RemoteOrder]) -> None:
    for each in found:
        push.keep(each)
    push.left_out = [[line_words(push, line), line.said[:200]] for each in found for line in each.left_out]
    push.become(PushState.PLACED, problem_there(push))
    tell_numbers(push, push.placed)
    for each in found:
        if each.state is RemoteState.CANCELLED:
            closed_there(push, row_of(push, each), each.reason)


def line_words(push: Push, line: LeftOut) -> str:
    """What a line that was left out is called here; the marketplace's numbers where it is none of ours."""
    wanted = (line.external_id, line.spec_id)
    names = [
        f"{one.title} {one.spec}".strip() for one in draft_of(push).lines if (one.external_id, one.spec_id) == wanted
    ]
    return names[0] if names else " ".join(filter(None, wanted))


def problem_there(push: Push) -> str:
    """What people should look at, though it is ordered."""
    if push.left_out:
        return "left_out"
    if push.misses_parts:
        return "parts_missing"
    sums = [row.goods_fen for row in push.placed]
    known = sum(fen for fen in sums if fen is not None)
    return "other_sum" if None not in sums and push.asked_fen not in (None, known) else ""


def tell_numbers(push: Push, rows: Sequence[PlacedOrder]) -> None:
    numbers = ", ".join(row.remote_id for row in rows)
    push.order.log(by=None, text=f"{push.account.name}: {numbers}")
    audit.record("order_placed_online", push.order, number=push.order.number, online=numbers)


def more_found(push: Push, found: Sequence[RemoteOrder]) -> None:
    """A later look for the parts that were missing."""
    push.hold_row()
    known = {row.remote_id for row in push.placed}
    for each in found:
        push.keep(each)
    new = [row for row in push.placed if row.remote_id not in known]
    if new:
        push.problem = problem_there(push)
        tell_numbers(push, new)


def followed(push: Push, found: RemoteOrder) -> None:
    """News of one of its orders; what is sent off there is sent off here, once all parts of it are. A parcel's number
    that is put right there is put right here, unless staff wrote another.
    """
    push.hold_row()
    before = first_parcel(push)
    was_closed = any(row.remote_id == found.remote_id and row.state is RemoteState.CANCELLED for row in push.placed)
    push.keep(found)
    order = push.order
    row = row_of(push, found)
    if row.state is RemoteState.CANCELLED and not was_closed:
        closed_there(push, row, found.reason)
    elif push.problem == "closed_there" and all(row.state is not RemoteState.CANCELLED for row in push.placed):
        push.problem, push.said = problem_there(push), ""
    first = first_parcel(push)
    if order.state is OrderState.CONFIRMED and push.is_sent_off:
        order.become(OrderState.SHIPPED, by=None, text=" ".join(first).strip())
        order.carrier, order.tracking_number = first
    elif order.state is OrderState.SHIPPED and before != first and before == (order.carrier, order.tracking_number):
        order.log(by=None, text=f"{push.account.name}: {' '.join(first).strip()}")
        order.carrier, order.tracking_number = first


def first_parcel(push: Push) -> tuple[str, str]:
    """Carrier and number; both empty where none is known."""
    parcels = [parcel for row in push.placed for parcel in row.parcels]
    return (parcels[0]["carrier"][:60], parcels[0]["number"][:60]) if parcels else ("", "")


def closed_there(push: Push, row: PlacedOrder, reason: str) -> None:
    """The seller does not send it. Where it is wanted here, staff tell the buyer, and order it otherwise."""
    if push.order.state is not OrderState.CONFIRMED:
        return
    push.problem, push.said, push.changed_at = "closed_there", reason[:400], utcnow()
    push.order.log(by=None, text=f"{push.account.name}: {row.remote_id} {reason}".strip())
    audit.record("order_closed_online", push.order, number=push.order.number, online=row.remote_id, reason=reason)


def row_of(push: Push, found: RemoteOrder) -> PlacedOrder:
    return next(row for row in push.placed if row.remote_id == found.remote_id)


def called_off(push: Push, remote_id: str, refused: ConnectorError | None, now: RemoteOrder | None) -> None:
    """What the marketplace said when it was asked to cancel this order, and how it stands there since."""
    push.hold_row()
    if now is not None:
        push.keep(now)
    row = next(row for row in push.placed if row.remote_id == remote_id)
    if row.state is RemoteState.CANCELLED:
        push.order.log(by=None, text=f"{push.account.name}: {remote_id} ({row.said})")
        audit.record("order_called_off_online", push.order, number=push.order.number, online=remote_id)
    elif refused is not None and refused.permanent:
        row.call_off_problem, row.call_off_said = refused.code, refused.said[:400]


# --- which are to be looked after ------------------------------------------------------------------------------------


def unsettled() -> sa.Select[Push]:
    """Waiting, or sent without knowing whether it arrived."""
    open_ones = Push.state.in_((PushState.WAITING, PushState.SENDING, PushState.UNKNOWN))
    return sa.select(Push).where(open_ones, Push.problem != "handover_unclear")  # of that people alone can tell


def to_look_at() -> sa.Select[Push]:
    """Placed, with a part there that is not at its end, and due to be looked at."""
    ended = (RemoteState.DONE, RemoteState.CANCELLED)
    going = sa.exists().where(PlacedOrder.push_id == Push.id, PlacedOrder.state.not_in(ended))
    return sa.select(Push).where(Push.state == PushState.PLACED, going, Push.look_at <= utcnow())


def calling_off() -> sa.Select[Push]:
    """With a part that was asked to be cancelled there, and that nobody has answered for."""
    asked = sa.exists().where(PlacedOrder.push_id == Push.id, PlacedOrder.is_being_called_off)
    return sa.select(Push).where(Push.state == PushState.PLACED, asked)


def wanting_people() -> sa.ColumnElement[bool]:
    """The pushes that wait for somebody, as `Push.wants_people` says of one. Joined to their orders."""
    forgotten = sa.exists().where(PlacedOrder.push_id == Push.id, PlacedOrder.is_forgotten)
    return sa.or_(
        Push.state.in_((PushState.HELD, PushState.UNKNOWN)),
        Push.problem != "",
        sa.and_(Order.state == OrderState.CANCELLED, Push.state == PushState.PLACED, forgotten),
    )

"""How an order stands at the marketplace, and what is wrong with it, in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from selection_center.core import money
from selection_center.marketplace.connectors.orders import HANDED_OVER, RemoteState
from selection_center.marketplace.placed_orders import PlacedOrder
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.wording import sentence_of

STATES = {
    PushState.WAITING: _l("On its way"),
    PushState.SENDING: _l("Being ordered"),
    PushState.HELD: _l("Waits for you"),
    PushState.UNKNOWN: _l("Not known whether it arrived"),
    PushState.PLACED: _l("Ordered online"),
    PushState.DROPPED: _l("Taken care of otherwise"),
}
THERE = {
    RemoteState.UNPAID: _l("to be paid"),
    RemoteState.PAID: _l("paid, to be sent"),
    RemoteState.SHIPPED: _l("on its way"),
    RemoteState.RECEIVED: _l("received"),
    RemoteState.DONE: _l("done"),
    RemoteState.CANCELLED: _l("closed"),
    RemoteState.OTHER: _l("other"),
}

OF_FEEDS = {
    HANDED_OVER: _l("handed over"),
    "accepted": _l("accepted, to be sent"),
    "refused": _l("refused by the factory"),
    "called_off": _l("cancelled by us"),
}
"""A factory's words that no marketplace has."""


def word_there(row: PlacedOrder) -> Any:
    """How it stands there; a state that we do not know is said as the marketplace said it."""
    if row.said in OF_FEEDS:
        return OF_FEEDS[row.said]
    word = THERE[row.state]
    return f"{word} ({row.said})" if row.state is RemoteState.OTHER and row.said else word


REFUNDS = {
    "waitselleragree": _l("asked for, the seller has to agree"),
    "waitbuyermodify": _l("the seller asks to change it there"),
    "waitbuyersend": _l("the goods have to be sent back"),
    "waitsellerreceive": _l("the goods are on their way back"),
    "refundsuccess": _l("paid back"),
    "refundclose": _l("closed, nothing paid back"),
}
"""By the marketplace's states, in small letters."""


def refund_there(row: PlacedOrder) -> Any:
    """A state that we do not know is said as the marketplace said it."""
    return REFUNDS.get(row.refund.lower().replace("_", ""), row.refund)


def title_of(push: Push) -> Any:
    """Above what people are to look at."""
    if push.state is not PushState.PLACED:
        return STATES[push.state]
    if push.outlives_its_order:
        return _("Cancelled here, not at the marketplace")
    if push.problem == "closed_there":
        return _("The factory does not send it")
    if push.problem == "not_confirmed":
        return _("The factory has not confirmed it")
    return _("Ordered online, but not as it was asked for")


def why(push: Push) -> Any:
    """What waits for people, in words."""
    if push.outlives_its_order:
        return _("The order goes on there and may be sent. Cancel it there too, or call the factory.")
    if not push.problem:
        return ""
    words = OURS.get(push.problem)
    return words(push) if words else sentence_of(push.problem, push.said)


def parts_missing(push: Push) -> Any:
    return _(
        "The marketplace was to make %(wanted)s orders of it and shows %(found)s under our reference. "
        "Look there for the rest before anything is ordered by hand.",
        wanted=len(push.parts), found=len(push.placed),
    )  # fmt: skip


def other_sum(push: Push) -> Any:
    there = sum(row.goods_fen or 0 for row in push.placed)
    return _(
        "The goods cost %(there)s there; %(asked)s was said before. "
        "Pay only what the buyer agrees to, or cancel it there.",
        there=money.show_fen(there), asked=money.show_fen(push.asked_fen or 0),
    )  # fmt: skip


def not_confirmed(push: Push) -> Any:
    return ngettext(
        "It was handed over %(num)s day ago, and the factory has said nothing since. "
        "Ask them, and note here what they say; or cancel the order.",
        "It was handed over %(num)s days ago, and the factory has said nothing since. "
        "Ask them, and note here what they say; or cancel the order.",
        push.days_silent,
    )  # fmt: skip


def word_of_closing(push: Push) -> Any:
    return push.said or _("no reason was given")


OURS: dict[str, Callable[[Push], Any]] = {
    "price_rose": lambda _push: _("It costs more there than was agreed. Call the buyer, then agree or take it off."),
    "order_moved_on": lambda _push: _("The order was changed here before it was sent."),
    "offer_gone": lambda push: _("The marketplace does not have this any more: %(names)s", names=push.said),
    "offer_unlinked": lambda push: _("No account keeps this offer fresh any more: %(names)s", names=push.said),
    "style_gone": lambda push: _("The marketplace does not have this style any more: %(names)s", names=push.said),
    "not_seen_yet": lambda _push: _("The answer was lost, and the marketplace does not show an order of ours yet."),
    "parts_missing": parts_missing,
    "left_out": lambda _push: _(
        "The marketplace did not take all of it. Tell the buyer, and order the rest otherwise."
    ),
    "other_sum": other_sum,
    "not_confirmed": not_confirmed,
    "closed_there": lambda push: _(
        "It was closed there and is still open here: %(reason)s. Tell the buyer, and order it otherwise or cancel it.",
        reason=word_of_closing(push),
    ),
}
"""By the codes of `Push.problem` that are ours; all others are a connector's."""

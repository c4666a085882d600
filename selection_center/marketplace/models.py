"""The tables of this area, known together: they name each other."""

from selection_center.marketplace.accounts import Account, CallCount
from selection_center.marketplace.handlings import Handling
from selection_center.marketplace.inbox import InboxMessage
from selection_center.marketplace.placed_orders import PlacedOrder
from selection_center.marketplace.price_gaps import PriceGap
from selection_center.marketplace.pushes import Push, PushState
from selection_center.marketplace.syncs import OfferLink, Sync
from selection_center.marketplace.unlinkings import Unlinking

__all__ = [
    "Account",
    "CallCount",
    "Handling",
    "InboxMessage",
    "OfferLink",
    "PlacedOrder",
    "PriceGap",
    "Push",
    "PushState",
    "Sync",
    "Unlinking",
]

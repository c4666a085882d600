"""The tables of this area, known together: they name each other."""

from selection_center.marketplace.accounts import Account, CallCount
from selection_center.marketplace.syncs import OfferLink, Sync

__all__ = ["Account", "CallCount", "OfferLink", "Sync"]

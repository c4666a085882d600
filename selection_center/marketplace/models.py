"""The tables of this area, known together: they name each other."""

from selection_center.marketplace.accounts import Account, CallCount

__all__ = ["Account", "CallCount"]

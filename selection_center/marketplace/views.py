"""Marketplaces: our accounts there."""

from selection_center.marketplace import account_views

BLUEPRINTS = [account_views.bp]

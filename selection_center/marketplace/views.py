"""Marketplaces: our accounts there."""

from selection_center.marketplace import (
    account_views,
    drift_views,
    guarantee_views,
    health_views,
    message_views,
    push_views,
    sign_in_views,
    sync_views,
    unlink_views,
)

BLUEPRINTS = [
    account_views.bp,
    sync_views.bp,
    health_views.bp,
    drift_views.bp,
    push_views.bp,
    message_views.bp,
    sign_in_views.bp,
    guarantee_views.bp,
    unlink_views.bp,
]

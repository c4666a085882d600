"""The blueprints of this area."""

from selection_center.membership import (
    application_views,
    card_views,
    door_views,
    entry_views,
    kiosk_views,
    member_card_views,
    member_views,
    my_card_views,
    plan_views,
    renewal_views,
    visiting_views,
)

BLUEPRINTS = [door_views.bp, kiosk_views.bp, entry_views.bp, card_views.bp, my_card_views.bp]
BLUEPRINTS += [plan_views.bp, member_views.bp, renewal_views.bp, member_card_views.bp, visiting_views.bp]
BLUEPRINTS += [application_views.bp, application_views.desk]

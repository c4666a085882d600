"""Members, their cards, and the door."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "card_on_phone": _l("Card taken onto a phone"),
    "card_moved": _l("Card free for another phone"),
    "card_photo_taken": _l("Photo taken for a card"),
    "card_photo_removed": _l("Photo of a card removed"),
    "door_let_in": _l("Let in by staff"),
    "door_looked_up": _l("Looked up at the door"),
    "kiosk_begun": _l("Tablet made the door's kiosk"),
    "member_joined": _l("Member joined"),
    "member_changed": _l("Member changed"),
    "member_reminded": _l("Member told that it ends"),
    "members_exported": _l("Members given out as a table"),
    "membership_renewed": _l("Membership renewed"),
    "membership_cancelled": _l("Membership cancelled"),
    "member_blocked": _l("Member blocked"),
    "member_unblocked": _l("Member unblocked"),
    "member_forgotten": _l("Member forgotten"),
    "points_adjusted": _l("Points put right by hand"),
    "cards_printed": _l("Cards printed"),
    "card_issued": _l("Card issued"),
    "card_lost": _l("Card reported lost"),
    "card_found": _l("Card found again"),
    "card_replaced": _l("Card replaced"),
    "card_taken_back": _l("Card taken back"),
    "application_set_aside": _l("Wish to join set aside"),
    "plan_added": _l("Plan added"),
    "plan_changed": _l("Plan changed"),
    "plan_closed": _l("Plan no longer sold"),
    "plan_reopened": _l("Plan sold again"),
    "member_looked_up": _l("Member looked up by number"),
}

SUBJECTS = {
    "members": _l("Member"),
    "plans": _l("Plan"),
}

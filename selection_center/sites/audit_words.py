"""The audit in words: what each verb, subject and detail is called. What has no word here is shown as it is written."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.accounts.forms import ROLE_WORDS
from selection_center.core.audit import AuditEntry
from selection_center.core.money import show_fen

VERBS = {
    "signed_in": _l("Signed in"),
    "name_changed": _l("Name changed"),
    "password_changed": _l("Password changed"),
    "password_drawn": _l("New password drawn"),
    "device_signed_out": _l("Signed out on a device"),
    "came_in_by_pin": _l("Came in by PIN"),
    "pin_set": _l("PIN set"),
    "pin_removed": _l("PIN removed"),
    "device_registered": _l("Tablet registered"),
    "device_changed": _l("Tablet changed"),
    "device_revoked": _l("Tablet shut out"),
    "devices_signed_out": _l("Signed out everywhere"),
    "person_added": _l("Person added"),
    "person_disabled": _l("Account locked"),
    "person_enabled": _l("Account unlocked"),
    "role_given": _l("Role given"),
    "role_changed": _l("Role changed"),
    "role_taken": _l("Role taken away"),
    "site_founded": _l("Site founded"),
    "site_changed": _l("Site changed"),
    "site_closed": _l("Site closed"),
    "site_reopened": _l("Site opened again"),
    "site_belt_added": _l("Belt added to the site"),
    "site_belt_removed": _l("Belt taken off the site"),
    "city_added": _l("City added"),
    "city_changed": _l("City changed"),
    "belt_added": _l("Belt added"),
    "belt_changed": _l("Belt changed"),
    "zone_added": _l("Zone added"),
    "zone_changed": _l("Zone changed"),
    "bay_added": _l("Bay added"),
    "bay_placed": _l("Bay placed on the plan"),
    "levels_added": _l("Levels added"),
    "place_closed": _l("Place closed"),
    "place_moved": _l("Place moved"),
    "stand_reopened": _l("Stand opened again"),
    "listing_created": _l("Offer written down"),
    "listing_changed": _l("Offer changed"),
    "listing_linked": _l("Offer linked online"),
    "listing_replaced": _l("Samples moved to another offer"),
    "listing_put_on_shelf": _l("Offer put on the shelf"),
    "listing_taken_off_shelf": _l("Offer taken off the shelf"),
    "listing_picture_added": _l("Picture added to the offer"),
    "listing_picture_removed": _l("Picture removed from the offer"),
    "supplier_added": _l("Factory added to the catalog"),
    "supplier_changed": _l("Factory changed"),
    "supplier_merged": _l("Factories merged"),
    "order_placed": _l("Order placed"),
    "order_confirmed": _l("Order confirmed"),
    "order_shipped": _l("Order shipped"),
    "order_completed": _l("Order completed"),
    "order_cancelled": _l("Order cancelled"),
    "order_cancelled_by_buyer": _l("Order cancelled by the buyer"),
    "order_follow_up_set": _l("Follow-up set"),
    "order_freight_settled": _l("Freight settled"),
    "payment_recorded": _l("Payment recorded"),
    "phone_opened": _l("Phone number opened"),
    "printed": _l("Printed"),
    "payment_taken_back": _l("Payment taken back"),
    "sample_received": _l("Sample received"),
    "sample_receipt_taken_back": _l("Receiving taken back"),
    "delivery_announced": _l("Delivery announced"),
    "delivery_changed": _l("Delivery changed"),
    "delivery_listed": _l("Pieces put on a delivery's list"),
    "delivery_line_changed": _l("Line of a delivery changed"),
    "delivery_closed": _l("Delivery closed"),
    "delivery_reopened": _l("Delivery opened again"),
    "delivery_discarded": _l("Delivery thrown away"),
    "sample_placed": _l("Sample placed"),
    "sample_placement_taken_back": _l("Placing taken back"),
    "sample_retired": _l("Sample retired"),
    "sample_retirement_taken_back": _l("Retiring taken back"),
    "loan_made": _l("Samples lent"),
    "loan_extended": _l("Loan extended"),
    "loan_reminded": _l("Borrower reminded"),
    "loans_exported": _l("Loans given out as a table"),
    "loan_outcomes_noted": _l("What the loan brought"),
    "loan_piece_returned": _l("Given back"),
    "loan_return_corrected": _l("How it came back"),
    "loan_piece_written_off": _l("Lent piece written off"),
    "loan_return_taken_back": _l("Return taken back"),
    "sample_lent": _l("Sample lent"),
    "deposit_taken": _l("Deposit taken"),
    "deposit_given_back": _l("Deposit given back"),
    "deposit_kept": _l("Deposit kept"),
    "blank_tags_drawn": _l("Blank tags drawn"),
    "tag_bound": _l("Tag bound"),
    "tag_revoked": _l("Tag revoked"),
    "tag_revocation_taken_back": _l("Tag holds again"),
    "sample_ticked": _l("Sample ticked by hand"),
    "stocktake_begun": _l("Stocktake begun"),
    "stocktake_closed": _l("Stocktake closed"),
    "stocktake_reopened": _l("Stocktake opened again"),
    "stocktake_cancelled": _l("Stocktake cancelled"),
    "stocktake_applied": _l("Stocktake applied"),
    "tag_finding_reported": _l("Sticker flagged"),
    "tag_finding_removed": _l("Sticker removed"),
    "tag_finding_taken_back": _l("Sticker no longer flagged"),
    "stock_item_added": _l("Stock item added"),
    "stock_levels_set": _l("Stock levels set"),
    "stock_exported": _l("Stock given out as a table"),
    "stock_wasted": _l("Goods written off"),
    "stock_move_taken_back": _l("Movement of stock taken back"),
    "stock_sent": _l("Goods sent to another store"),
    "goods_in_begun": _l("Receiving of goods begun"),
    "goods_in_closed": _l("Receiving of goods closed"),
    "goods_in_reopened": _l("Receiving of goods opened again"),
    "stock_count_begun": _l("Stock count begun"),
    "stock_count_applied": _l("Stock corrected by a count"),
    "stock_count_dropped": _l("Stock count dropped"),
    "reorder_made": _l("Reorder made"),
    "reorder_sent": _l("Reorder sent"),
    "reorder_dropped": _l("Reorder dropped"),
    "list_begun_at_desk": _l("List begun at the desk"),
    "list_line_removed_at_desk": _l("Line taken off a list at the desk"),
    "list_shared_at_desk": _l("List shared at the desk"),
    "visitor_registered": _l("Visitor registered"),
    "visit_taken_over": _l("Visitor taken over"),
    "visit_ended": _l("Visitor left"),
    "visit_goes_on": _l("Visitor still here"),
    "visit_phone_connected": _l("Visitor's phone connected"),
    "visit_phone_let_go": _l("Visitor's phone let go"),
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
    "offers_uploaded": _l("Table of offers uploaded"),
    "offers_imported": _l("Offers imported"),
    "import_discarded": _l("Import discarded"),
    "import_taken_back": _l("Import taken back"),
    "job_stopped": _l("Background job stopped"),
    "line_discounted": _l("Price of a line changed"),
    "sale_discounted": _l("Off the whole sale"),
    "sale_voided": _l("Sale cancelled"),
    "invoice_wished": _l("Invoice asked for"),
    "member_looked_up": _l("Member looked up by number"),
    "charge_settled_by_hand": _l("Payment settled by hand"),
    "till_created": _l("Till set up"),
    "till_renamed": _l("Till renamed"),
    "till_closed": _l("Till taken out of use"),
    "till_reopened": _l("Till used again"),
    "till_rules_changed": _l("Cashiers' limits changed"),
    "shift_opened": _l("Shift opened"),
    "cash_moved": _l("Cash moved"),
    "shift_counted": _l("Drawer counted"),
    "shift_closed": _l("Shift closed"),
    "shift_report_given": _l("Shift given out as a table"),
    "day_report_given": _l("Day report given out as a table"),
    "sales_exported": _l("Sales given out as a table"),
    "sale_paid": _l("Sale paid"),
    "sale_checked": _l("Cart checked at the exit"),
    "refunded": _l("Goods taken back"),
}

SUBJECTS = {
    "users": _l("Person"),
    "devices": _l("Tablet"),
    "sites": _l("Site"),
    "cities": _l("City"),
    "belts": _l("Belt"),
    "zones": _l("Zone"),
    "bays": _l("Bay"),
    "stands": _l("Stand"),
    "suppliers": _l("Factory"),
    "listings": _l("Offer"),
    "offer_imports": _l("Import"),
    "samples": _l("Sample"),
    "deliveries": _l("Delivery"),
    "tags": _l("Tag"),
    "stocktakes": _l("Stocktake"),
    "tag_findings": _l("Sticker"),
    "loans": _l("Loan"),
    "selection_lists": _l("Selection list"),
    "visits": _l("Visit"),
    "members": _l("Member"),
    "plans": _l("Plan"),
    "orders": _l("Order"),
    "print_runs": _l("Print"),
    "sales": _l("Sale"),
    "stock_items": _l("Stock item"),
    "stock_counts": _l("Stock count"),
    "goods_ins": _l("Goods in"),
    "reorders": _l("Reorder"),
    "tills": _l("Till"),
    "shifts": _l("Shift"),
    "refunds": _l("Refund"),
}

DETAILS = {
    "buyer_kind": _l("Kind of buyer"),
    "from_colleague": _l("Before by"),
    "merged": _l("Merged in"),
    "replaced": _l("Instead of"),
    "name": _l("Name"),
    "role": _l("Role"),
    "address": _l("Place"),
    "belt": _l("Belt"),
    "reason": _l("Reason"),
    "count": _l("Number"),
    "levels": _l("Levels"),
    "number": _l("No."),
    "carrier": _l("Carrier"),
    "method": _l("Method"),
    "device_name": _l("Device"),
    "idle_minutes": _l("Locks after (minutes)"),
    "devices_signed_out": _l("Signed out devices"),
    "over_ten_billion": _l("Above ten billion yuan a year"),
    "width": _l("Width"),
    "height": _l("Depth"),
    "on": _l("On"),
    "to": _l("To"),
    "samples": _l("Samples"),
    "delivery": _l("By delivery"),
    "missing": _l("Missing"),
    "given_up": _l("Given up"),
    "surplus": _l("Surplus"),
    "stand": _l("Stand"),
    "before": _l("Stood at"),
    "code": _l("Code"),
    "stocktake": _l("Stocktake"),
    "host": _l("Host"),
    "skipped": _l("Left alone"),
    "blind": _l("Blind count"),
    "layout": _l("Kind"),
    "medium": _l("Paper"),
    "filename": _l("File"),
    "new": _l("New"),
    "changed": _l("Changed"),
    "kept": _l("Kept as they are"),
    "title": _l("Title"),
    "quantity": _l("Quantity"),
    "override": _l("Below the minimum because"),
    "loan": _l("Loan"),
    "due_on": _l("Back by"),
    "sold": _l("Sold, pieces"),
    "condition": _l("Condition"),
    "way": _l("How"),
    "plan": _l("Plan"),
    "until": _l("Paid until"),
    "points": _l("Points"),
    "reference": _l("Reference"),
    "till": _l("Till"),
    "sale": _l("Receipt"),
    "percent": _l("Discount up to (%)"),
    "difference_fen": _l("Difference"),
    "x": _l("From the left"),
    "y": _l("From the top"),
}

VALUES = {
    "buyer_kind": {
        "shop": _l("Shop"),
        "livestreamer": _l("Livestreamer"),
        "cross_border": _l("Cross-border"),
        "community_group": _l("Community group"),
        "wholesaler": _l("Wholesaler"),
        "corporate_gifts": _l("Corporate gifts"),
    },
    "method": {
        "online": _l("On the marketplace"),
        "alipay": _l("Alipay"),
        "wechat": _l("WeChat Pay"),
        "bank": _l("Bank transfer"),
        "cash": _l("Cash"),
        "card": _l("Bank card"),
        "till": _l("At the till"),
        "free": _l("No fee"),
    },
    "reason": {
        "sold": _l("Sold"),
        "returned": _l("Returned to the factory"),
        "lost": _l("Lost"),
        "damaged": _l("Damaged"),
        "off_shelf": _l("Offer is off shelf"),
        "never_came": _l("Never came"),
    },
    "condition": {
        "fine": _l("Same as lent"),
        "worn": _l("Worn"),
        "incomplete": _l("Parts missing"),
        "damaged": _l("Damaged"),
    },
    "way": {
        "phone": _l("By phone"),
        "wechat": _l("By WeChat"),
        "in_person": _l("In person"),
    },
    "layout": {
        "label": _l("Labels"),
        "shelf": _l("Shelf tags"),
        "blank": _l("Blank tags"),
        "sheet": _l("Sample sheets"),
        "linesheet": _l("Linesheet"),
        "stand": _l("Stand signs"),
    },
    "role": {role.value: word for role, word in ROLE_WORDS.items()},
}
"""Words of the pages for values that are stored as a word of the code; free text stays as it is."""


NAMES = ("number", "address", "name")


def spelled(word: str) -> str:
    """order_placed as Order placed."""
    return word.replace("_", " ").capitalize()


def verb(word: str) -> str:
    return str(VERBS.get(word) or spelled(word))


def subject(entry: AuditEntry) -> str:
    """What it was done to, by kind and name: Order YI-7020-4009, or Sample where the entry names none."""
    kind = str(SUBJECTS.get(entry.subject_type) or spelled(entry.subject_type))
    named_by = name_key(entry.detail)
    return f"{kind} {entry.detail[named_by]}" if named_by else kind


def name_key(detail: dict[str, Any]) -> str | None:
    """The detail that says what the subject is called."""
    return next((key for key in NAMES if isinstance(detail.get(key), str) and detail[key]), None)


def details(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Each other detail's name and value in words; what says nothing is left out."""
    named_by = name_key(detail)
    return [
        ("" if key == "fen" else str(DETAILS.get(key) or spelled(key)), value_of(key, value))
        for key, value in detail.items()
        if key != named_by and value not in (None, "", [], {})
    ]


def value_of(key: str, value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(value_of(key, part) for part in value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value is None:
        return str(_("Not known"))
    if key.split("_")[-1] == "fen" and isinstance(value, int):
        return show_fen(value)
    return str(VALUES.get(key, {}).get(value, value)) if isinstance(value, str) else str(value)

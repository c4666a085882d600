"""Which object each address names, and who reaches it: data, one row per kind of address.

A new route with parameters fails the matrix by its name until a row here says what it is about.
"""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from selection_center.core.permissions import Permission
from tests.promises.town import Person, Side

Reach = Callable[[Person, tuple[Permission, ...], Side], bool]


def anyone(_person: Person, _permissions: tuple[Permission, ...], _side: Side) -> bool:
    """It belongs to the whole network, or its link is the key to it."""
    return True


def at_site(person: Person, permissions: tuple[Permission, ...], side: Side) -> bool:
    user = person.user
    return user is not None and any(user.can(permission, site_id=side.site_id) for permission in permissions)


def of_supplier(person: Person, permissions: tuple[Permission, ...], side: Side) -> bool:
    """Catalog pages: everybody with the right to all, a supplier to their own."""
    user = person.user
    scopes = [user.supplier_ids(permission) for permission in permissions] if user else []
    return any(scope is None or side.supplier_id in scope for scope in scopes)


def at_site_or_of_supplier(person: Person, permissions: tuple[Permission, ...], side: Side) -> bool:
    user = person.user
    return user is not None and any(
        user.can(permission, site_id=side.site_id) or user.can(permission, supplier_id=side.supplier_id)
        for permission in permissions
    )


def on_own_device(person: Person, _permissions: tuple[Permission, ...], side: Side) -> bool:
    return person.name == side.buyer


def signed_in_there(person: Person, _permissions: tuple[Permission, ...], side: Side) -> bool:
    return person.name == side.staff


def on_the_tablet(person: Person, _permissions: tuple[Permission, ...], side: Side) -> bool:
    return person.name == side.tablet


@dataclass(frozen=True)
class Kind:
    """Routes (endpoint pattern, the names in their address) -> which value of the town each name takes."""

    endpoints: str
    names: dict[str, str]
    reach: Reach
    query: str = ""
    """What the address asks for beside the object, with values of this side."""


KINDS = [
    Kind("core.picture", {"name": "picture", "size": "=card"}, anyone),
    Kind("core.*job", {"run_id": "run_id"}, at_site),
    Kind("account.*", {"sign_in_id": "sign_in_id"}, signed_in_there),
    Kind("lock.*", {"user_id": "user_id"}, on_the_tablet),
    Kind("devices.*", {"device_id": "device_id"}, at_site),
    Kind("people.*", {"user_id": "user_id"}, at_site),
    Kind("people.*", {"user_id": "user_id", "grant_id": "grant_id"}, at_site),
    Kind("belts.*", {"belt_id": "belt_id"}, anyone),
    Kind("cities.*", {"city_id": "city_id"}, anyone),
    Kind("guarantees.*", {"supplier_id": "supplier_id"}, anyone),
    Kind("sites.*_belt", {"slug": "slug", "belt_id": "belt_id"}, at_site),
    Kind("plan.reopen_stand", {"stand_id": "closed_stand_id"}, at_site),
    Kind("plan.*", {"zone_id": "zone_id"}, at_site),
    Kind("plan.*", {"bay_id": "bay_id"}, at_site),
    Kind("stands.*", {"kind": "kind", "place_id": "place_id"}, at_site),
    Kind("stands.*", {"stand_id": "stand_id"}, at_site),
    Kind("samples.*", {"sample_id": "sample_id"}, at_site),
    Kind("receipts.*", {"sample_id": "expected_id"}, at_site),
    Kind("deliver*", {"delivery_id": "delivery_id"}, at_site),
    Kind("receipts.*", {"delivery_id": "delivery_id"}, at_site),
    Kind("receipts.*", {"delivery_id": "delivery_id", "line_id": "delivery_line_id"}, at_site),
    Kind("delivery_lists.export", {"delivery_id": "delivery_id", "ending": "=csv"}, at_site),
    Kind("delivery_lists.*", {"delivery_id": "delivery_id", "line_id": "delivery_line_id"}, at_site),
    Kind("loans.*", {"loan_id": "loan_id"}, at_site),
    Kind("documents.slip", {"loan_id": "loan_id"}, at_site),
    Kind("loan_items.*_return*", {"item_id": "back_item_id"}, at_site),
    Kind("loan_items.*", {"item_id": "loan_item_id"}, at_site),
    Kind("stocktakes.review", {"stocktake_id": "closed_count_id"}, at_site),
    Kind("stocktakes.apply", {"stocktake_id": "closed_count_id"}, at_site),
    Kind("stocktakes.reopen", {"stocktake_id": "closed_count_id"}, at_site),
    Kind("stocktake*", {"stocktake_id": "count_id"}, at_site),
    Kind("stock.*", {"item_id": "stock_item_id"}, at_site),
    Kind("stock.*", {"move_id": "stock_move_id"}, at_site),
    Kind("goods_in.reopen", {"goods_in_id": "closed_goods_in_id"}, at_site),
    Kind("goods_in.*", {"goods_in_id": "goods_in_id"}, at_site),
    Kind("goods_in.*", {"goods_in_id": "goods_in_id", "line_id": "goods_line_id"}, at_site),
    Kind("stock_counts.*", {"count_id": "stock_count_id"}, at_site),
    Kind("stock_counts.*", {"count_id": "stock_count_id", "line_id": "stock_count_line_id"}, at_site),
    Kind("reorder*", {"reorder_id": "reorder_id"}, at_site),
    Kind("cards.*", {"card_id": "phone_card_id"}, at_site),
    Kind("card_prints.*", {"card_id": "phone_card_id"}, at_site),
    Kind("my_card.printed", {"code": "card_code"}, anyone),
    Kind("my_card.state", {"link": "own_card_link"}, on_own_device),
    Kind("my_card.*", {"link": "free_card_link"}, anyone),
    Kind("door.photo", {"slug": "slug"}, at_site, "pass={door_pass}"),
    Kind("door.check", {"slug": "slug"}, at_site, "pass={door_pass}"),
    Kind("door.let_in", {"slug": "slug"}, at_site, "pass={door_pass}"),
    Kind("door.*", {"entry_id": "entry_id"}, at_site),
    Kind("sightings.*", {"sighting_id": "sighting_id"}, at_site),
    Kind("tag_findings.*", {"finding_id": "finding_id"}, at_site),
    Kind("tags.bind", {"code": "blank_code"}, at_site),
    Kind("tags.*", {"code": "spare_code"}, at_site),
    Kind("desk*", {"code": "list_code", "line_id": "line_id"}, at_site),
    Kind("desk*", {"code": "list_code"}, at_site),
    Kind("visit_phone.*", {"code": "visit_code"}, anyone),
    Kind("visit*", {"visit_id": "visit_id"}, at_site),
    Kind("stickers.*", {"visit_id": "visit_id"}, at_site),
    Kind("orders.*", {"number": "number", "payment_id": "payment_id"}, at_site_or_of_supplier),
    Kind("orders.*", {"number": "number"}, at_site_or_of_supplier),
    Kind("documents.shared", {"token": "share_token"}, anyone),
    Kind("documents.handover", {"number": "number"}, at_site_or_of_supplier),
    Kind("documents.purchase_order", {"number": "number"}, at_site_or_of_supplier),
    Kind("documents.packing_list", {"number": "number"}, at_site_or_of_supplier),
    Kind("checkout.*", {"token": "order_token"}, anyone),
    Kind("selections.shared", {"token": "share_token"}, anyone),
    Kind("selections.*", {"line_id": "line_id"}, on_own_device),
    Kind("papers.ruler", {"slug": "slug", "key": "=L7160"}, at_site),
    Kind("papers.*", {"medium_id": "own_medium_id"}, at_site),
    Kind("layouts.restore", {"layout_id": "deleted_layout_id"}, at_site),
    Kind("layouts.*", {"layout_id": "own_layout_id"}, at_site),
    Kind("papers.*", {"printer_id": "printer_id"}, at_site),
    Kind("papers.*", {"sheet_id": "begun_sheet_id"}, at_site),
    Kind("printing.*", {"run_id": "print_run_id"}, at_site),
    Kind("till.photo", {"till_id": "till_id"}, at_site, "card={till_card}"),
    Kind("till.*", {"member_id": "till_member_id", "plan_id": "till_plan_id"}, at_site),
    Kind("sale_lines.*", {"line_id": "sale_line_id"}, at_site),
    Kind("go.state", {"slug": "slug"}, on_own_device),
    Kind("go.*", {"line_id": "go_line_id"}, on_own_device),
    Kind("going.*", {"slug": "slug"}, anyone),
    Kind("go.*", {"slug": "slug"}, anyone),
    Kind("payments.*", {"sale_id": "paid_sale_id", "payment_id": "sale_payment_id"}, at_site),
    Kind("charges.*back*", {"charge_id": "owed_charge_id"}, at_site),
    Kind("charges.returned_by_hand", {"charge_id": "owed_charge_id"}, at_site),
    Kind("charges.*", {"charge_id": "charge_id"}, at_site),
    Kind("under_way.*", {"payment_id": "refund_payment_id"}, at_site),
    Kind("sale_receipts.*", {"token": "sale_token"}, anyone),
    Kind("documents.shared_receipt", {"token": "sale_token"}, anyone),
    Kind("sale_receipts.*", {"sale_id": "paid_sale_id"}, at_site),
    Kind("documents.receipt", {"sale_id": "paid_sale_id"}, at_site),
    Kind("tills.reopen", {"till_id": "closed_till_id"}, at_site),
    Kind("shifts.*", {"shift_id": "shift_id"}, at_site),
    Kind("day_*", {"shift_id": "shift_id"}, at_site),
    Kind("sales.*", {"sale_id": "paid_sale_id"}, at_site),
    Kind("refunds.show", {"refund_id": "refund_id"}, at_site),
    Kind("refunds.*", {"sale_id": "paid_sale_id"}, at_site),
    Kind("tills.*", {"till_id": "till_id"}, at_site),
    Kind("shifts.*", {"till_id": "till_id"}, at_site),
    Kind("*", {"till_id": "till_id"}, at_site),
    Kind("*", {"sale_id": "sale_id"}, at_site),
    Kind("plans.*", {"plan_id": "plan_id"}, anyone),
    Kind("*", {"account_id": "account_id"}, anyone),
    Kind("pushes.*", {"number": "number"}, at_site),
    Kind("syncs.show", {"sync_id": "sync_id"}, anyone),
    Kind("join.state", {"slug": "slug"}, on_own_device),
    Kind("join.*", {"slug": "slug"}, anyone),
    Kind("applications.*", {"application_id": "application_id"}, at_site),
    Kind("member_cards.found_again", {"card_id": "lost_card_id"}, at_site),
    Kind("member_cards.*", {"card_id": "household_card_id"}, at_site),
    Kind("*", {"member_id": "member_id"}, at_site),
    Kind("certificates.*", {"certificate_id": "certificate_id"}, anyone),
    Kind("*", {"supplier_id": "supplier_id"}, of_supplier),
    Kind("*", {"listing_id": "listing_id"}, of_supplier),
    Kind("*", {"listing_id": "listing_id", "name": "picture"}, of_supplier),
    Kind("*", {"import_id": "import_id"}, anyone),
    Kind("imports.*", {"import_id": "import_id", "ending": "=csv"}, anyone),
    Kind("scan.*", {"code": "tag_code"}, anyone),
    Kind("static", {"filename": "=no-picture.svg"}, anyone),
    Kind("floor.*", {"slug": "slug", "task": "=look"}, at_site),
    Kind("samples.create", {"slug": "slug"}, at_site, "listing={listing_id}"),
    Kind("loans.new", {"slug": "slug"}, at_site, "sample={spare_id}"),
    Kind("*", {"slug": "slug"}, at_site),
]


def kind_of(rule: Rule) -> Kind | None:
    return next(
        (k for k in KINDS if set(k.names) == set(rule.arguments) and fnmatch.fnmatch(rule.endpoint, k.endpoints)), None
    )


def values_of(kind: Kind, side: Side, place: str = "stands") -> dict[str, Any]:
    """What stands in the address for the object of this side; `=word` is the word itself."""
    values: dict[str, Any] = {}
    for name, source in kind.names.items():
        if source.startswith("="):
            values[name] = source[1:]
        elif source == "kind":
            values[name] = place
        else:
            value = side.values[source]
            values[name] = value[place] if isinstance(value, dict) else value
    return values


def address(rule: Rule, kind: Kind | None, side: Side, place: str = "stands") -> str:
    """The path (and query) by which this rule names the object of this side."""
    values = values_of(kind, side, place) if kind else {}
    built = rule.build(values)
    assert built is not None, f"{rule.rule} takes no {values}"
    query = kind.query.format_map(side.values) if kind else ""
    return f"{built[1]}?{query}" if query else built[1]


def rules(app: Flask) -> list[Rule]:
    """Every rule whose object is known; the matrix names those that are not."""
    return [rule for rule in every_rule(app) if not rule.arguments or kind_of(rule)]


def every_rule(app: Flask) -> list[Rule]:
    """But those where programs of others come in by a signature: `test_requests` tries what they let in."""
    found = [rule for rule in app.url_map.iter_rules() if not is_signed(app, rule)]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def is_signed(app: Flask, rule: Rule) -> bool:
    return hasattr(app.view_functions[rule.endpoint], "signed")


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def permissions(app: Flask, rule: Rule) -> tuple[Permission, ...]:
    """Any of these lets a person in; none: everybody comes in."""
    view: Any = app.view_functions[rule.endpoint]
    asked: tuple[Permission, ...] = view.permissions
    return asked

"""Suppliers as staff see them: found, changed, and two made one."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import Grant
from selection_center.catalog.models import Listing, MerchantType, PriceVisibility, Supplier
from selection_center.catalog.search import index_listings
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites.models import Belt
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
FULL = {"name": "宁波顺达塑料制品厂", "price_visibility": "public", "merchant_type": ""}


@pytest.fixture
def heyi(app: Flask) -> Supplier:
    return make.supplier(phone="13800138000", booth="F1-2034")


@pytest.fixture
def ana(visit: Visit, heyi: Supplier) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, make.site()))


def belt() -> Belt:
    return make.add(
        Belt(city=make.city(), place_adcode="330782", place="义乌市", name="义乌日用百货", name_en="Yiwu dailies",
             category="百货")
    )  # fmt: skip


def test_suppliers_are_searched_and_filtered(ana: Visitor, heyi: Supplier) -> None:
    shunda = make.supplier("宁波顺达塑料", name_en="Shunda", belt=belt(), is_super_factory=True)
    shunda.merchant_type = MerchantType.BRAND
    for address, shown in (
        ("", {"禾一", "Shunda"}),
        ("?q=禾一", {"禾一"}),
        ("?q=shunda", {"Shunda"}),
        ("?q=F1-2034", {"禾一"}),
        (f"?belt={shunda.belt_id}", {"Shunda"}),
        ("?badge=super", {"Shunda"}),
        ("?merchant=brand", {"Shunda"}),
        ("?q=没有", set()),
        ("?sort=-offers&belt=x&badge=y&merchant=z&page=0", {"禾一", "Shunda"}),
    ):
        text = ana.get(f"/suppliers{address}", headers={"Accept-Language": "en"}).text.replace("Yiwu Heyi", "禾一")
        assert {name for name in ("禾一 Daily", "Shunda<") if name in text} == {
            {"禾一": "禾一 Daily", "Shunda": "Shunda<"}[name] for name in shown
        }, address


def test_a_supplier_is_added_and_changed(ana: Visitor, heyi: Supplier) -> None:
    yiwu = belt()
    form = FULL | {"belt_name": "Yiwu dailies", "has_trustpass": "y", "trustpass_years": "8", "mix_pieces": "12",
                   "mix_fen": "300", "merchant_type": "brand", "phone": "0574-8765 4321"}  # fmt: skip
    answer = ana.submit("/suppliers", form)
    added = db.session.scalars(sa.select(Supplier).filter_by(name=FULL["name"])).one()
    assert answer.headers["Location"] == f"/suppliers/{added.id}"
    assert (added.belt_id, added.trustpass_years, added.mix_pieces, added.mix_fen) == (yiwu.id, 8, 12, 30000)
    page = ana.get(f"/suppliers/{added.id}?lang=en").text
    assert "0574-8765 4321" in page
    edit = ana.get(f"/suppliers/{added.id}/edit").text
    for text in ('value="义乌日用百货"', 'value="300.00"', 'value="8"'):
        assert text in edit, text
    ana.submit(f"/suppliers/{added.id}", FULL | {"belt_name": "", "price_visibility": "staff", "is_inspected": "y"})
    db.session.expire_all()
    assert (added.price_visibility, added.is_inspected) == (PriceVisibility.STAFF, True)
    assert (added.belt_id, added.trustpass_years) == (None, None)
    verbs = set(db.session.scalars(sa.select(AuditEntry.verb)))
    assert {"supplier_added", "supplier_changed"} <= verbs


def test_a_new_name_is_found_and_counts_its_offers_versions_up(ana: Visitor, heyi: Supplier) -> None:
    bags = make.listing(heyi)
    index_listings([bags.id])
    ana.submit(f"/suppliers/{heyi.id}", {"name": "绍兴和一日用品", "price_visibility": "public", "merchant_type": ""})
    db.session.expire_all()
    assert bags.version == 2
    assert bags.title in ana.get("/catalog?q=绍兴").text


@pytest.mark.parametrize(
    "bad",
    [{"name": ""}, {"name": "长" * 121}, {"name": "义乌市禾一 日用品有限公司"}, {"belt_name": "没有这个带"},
     {"phone": "call me"},
     {"trustpass_years": "-1"}, {"trustpass_years": "900"}, {"mix_pieces": "0"}, {"mix_pieces": str(10**30)},
     {"mix_fen": "-3"}, {"mix_fen": "0"}, {"merchant_type": "queen"}, {"price_visibility": "nobody"}],
)  # fmt: skip
def test_bad_input_comes_back(ana: Visitor, heyi: Supplier, bad: dict[str, str]) -> None:
    answer = ana.submit("/suppliers", FULL | {"booth": "Q7-kept"} | bad)
    assert answer.status_code == 422
    assert "Q7-kept" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Supplier.id))) == 1


def test_fields_that_no_form_has_change_nothing(ana: Visitor, heyi: Supplier) -> None:
    other = make.supplier("宁波顺达塑料")
    extra = {"merged_into_id": other.id, "source": "1688", "source_id": "x", "name_key": "x", "id": other.id}
    ana.submit(f"/suppliers/{heyi.id}", {"name": heyi.name, "price_visibility": "public", "merchant_type": ""} | extra)
    db.session.expire_all()
    assert (heyi.merged_into_id, heyi.source, heyi.source_id) == (None, "manual", None)


def test_two_suppliers_become_one(ana: Visitor, visit: Visit, heyi: Supplier) -> None:
    twin = make.supplier("义乌禾一日用品厂", name_en="Heyi factory", booth="B-7")
    heyi.booth = ""
    bags = make.listing(twin)
    index_listings([bags.id])
    eve = make.user("Eve", Role.SUPPLIER, supplier=twin)
    page = ana.get(f"/suppliers/{twin.id}/merge")
    assert page.status_code == 200
    answer = ana.submit(f"/suppliers/{twin.id}/merge", {"supplier_name": heyi.name})
    assert answer.headers["Location"] == f"/suppliers/{heyi.id}"
    db.session.expire_all()
    assert db.session.get_one(Listing, bags.id).supplier_id == heyi.id
    assert (twin.merged_into_id, heyi.booth) == (heyi.id, "B-7")
    assert db.session.scalars(sa.select(Grant.supplier_id).filter_by(user_id=eve.id)).one() == heyi.id
    assert ana.get(f"/suppliers/{twin.id}").status_code == 404
    assert "义乌禾一日用品厂" not in ana.get("/suppliers?lang=zh").text
    assert bags.title in ana.get("/catalog?q=义乌市禾一").text
    assert "supplier_merged" in set(db.session.scalars(sa.select(AuditEntry.verb)))
    assert visit(eve).get(f"/suppliers/{heyi.id}").status_code == 200


@pytest.mark.parametrize("named", ["", "没有这家", "义乌市禾一日用品有限公司"])
def test_a_merge_needs_another_supplier(ana: Visitor, heyi: Supplier, named: str) -> None:
    assert ana.submit(f"/suppliers/{heyi.id}/merge", {"supplier_name": named}).status_code == 422
    db.session.expire_all()
    assert heyi.merged_into_id is None


def test_suppliers_see_themselves_alone(visit: Visit, heyi: Supplier) -> None:
    other = make.supplier("宁波顺达塑料")
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=heyi))
    assert "13800138000" in eve.get(f"/suppliers/{heyi.id}").text
    assert eve.get(f"/suppliers/{other.id}").status_code == 404
    assert "顺达" not in eve.get("/suppliers").text
    for path in ("/suppliers/new", f"/suppliers/{heyi.id}/edit", f"/suppliers/{heyi.id}/merge"):
        assert eve.get(path).status_code == 403, path
    for path in ("/suppliers", f"/suppliers/{heyi.id}", f"/suppliers/{heyi.id}/merge"):
        assert eve.submit(path, FULL).status_code == 403, path


def test_floor_staff_look_but_do_not_change(visit: Visit, heyi: Supplier) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, make.site()))
    page = bo.get(f"/suppliers/{heyi.id}").text
    assert "138****8000" in page
    assert "13800138000" not in page
    assert bo.get(f"/suppliers/{heyi.id}/edit").status_code == 403

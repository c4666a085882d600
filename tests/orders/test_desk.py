"""The desk: staff open a buyer's list by its code, change it, and write the order; each page climbs the ladder."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import OrderState
from selection_center.samples.models import Sample
from tests import factories as make
from tests.buyers import CONTACT, PHONE, newest_order, orders, put_on_list, seen, the_line, the_list
from tests.conftest import new_visitor
from tests.databases import PUBLIC_URL
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), specs=("红", "金")), site, make.stand(site))


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


@pytest.fixture
def code(client: Visitor, sample: Sample) -> str:
    """The code of Dee's list with 48 pieces on it."""
    put_on_list(client, sample)
    return the_list().code


def test_a_scan_of_the_list_opens_it_at_the_desk(bo: Visitor, client: Visitor, code: str) -> None:
    assert bo.get(f"/S/{code}").headers["Location"] == f"/desk/{code}"
    assert (
        bo.get(f"/code?code={code[:4]}-{code[4:8]}-{code[8:]}", follow_redirects=True).request.path == f"/desk/{code}"
    )
    assert "垃圾袋" in bo.get(f"/desk/{code}").text


def test_the_buyer_sees_what_staff_add_and_who_added_it(
    bo: Visitor, client: Visitor, sample: Sample, code: str
) -> None:
    other = make.sample(make.listing(sample.listing.supplier, title="锅刷", tiers=((12, 360),)), sample.site)
    answer = bo.submit(f"/desk/{code}/lines", {"code": f"{PUBLIC_URL}/s/{other.code}"})
    assert answer.status_code == 303
    page = client.get("/list").text
    assert ("锅刷" in page, "Bo" in page) == (True, True)
    line = the_list().open_lines[1]
    assert (line.quantity, line.sample_id) == (12, other.id)


def test_staff_change_quantity_style_and_note_and_take_a_removal_back(
    bo: Visitor, client: Visitor, sample: Sample, code: str
) -> None:
    line = f"/desk/{code}/lines/{the_line().id}"
    gold = sample.listing.skus[1].id
    bo.submit(f"{line}/quantity", {"quantity": "200"})
    bo.submit(f"{line}/style", {"sku": gold})
    bo.submit(f"{line}/note", {"note": "急"})
    assert (the_line().quantity, the_line().sku_id, the_line().note) == (200, gold, "急")
    bo.submit(f"{line}/removal")
    assert "撤销" in bo.get(f"/desk/{code}").text
    assert not the_line().is_open
    bo.submit(f"{line}/restoration")
    assert the_line().is_open
    bo.submit(f"/desk/{code}/details", {"name": "春季上新", "note": "下周再来"})
    assert "春季上新" in client.get("/list").text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("lines", {"code": "7K3M"}),
        ("lines", {"code": "00000000000"}),
        ("lines", {"code": ""}),
        ("lines", {"code": "{sample}", "quantity": "0"}),
        ("lines", {"code": "{sample}", "kind": "gift"}),
        ("lines/{line}/quantity", {"quantity": "x"}),
        ("lines/{line}/style", {"sku": ""}),
        ("lines/{line}/note", {"note": "x" * 201}),
        ("details", {"name": "x" * 61}),
        ("orders", {"name": ""}),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    bo: Visitor, sample: Sample, code: str, path: str, form: dict[str, str]
) -> None:
    path = path.replace("{line}", str(the_line().id))
    filled = {name: value.replace("{sample}", sample.code or "") for name, value in form.items()}
    assert bo.submit(f"/desk/{code}/{path}", filled).status_code == 422
    assert (the_line().quantity, the_list().name, orders()) == (48, "", [])


def test_people_of_another_site_do_not_find_the_list(visit: Visit, client: Visitor, code: str) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    line = the_line().id
    assert cy.get(f"/s/{code}").status_code == 404
    assert [cy.get(f"/desk/{code}{path}").status_code for path in ("", "/order")] == [404, 404]
    for path in ("lines", f"lines/{line}/quantity", f"lines/{line}/removal", "details", "share", "orders"):
        assert cy.submit(f"/desk/{code}/{path}", {"quantity": "1"}).status_code == 404
    assert cy.get("/sites/yiwu/desk").status_code == 404
    assert cy.submit("/sites/yiwu/desk/lists").status_code == 404


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPPLIER])
def test_roles_without_orders_are_refused(visit: Visit, sample: Sample, code: str, role: Role) -> None:
    own = {"supplier": sample.listing.supplier} if role is Role.SUPPLIER else {"at": sample.site}
    person = visit(make.user("Kay", role, **own))
    assert [person.get(f"/desk/{code}").status_code, person.get("/sites/yiwu/desk").status_code] == [403, 403]
    assert person.submit(f"/desk/{code}/lines", {"code": sample.code}).status_code == 403


def test_lines_of_another_center_stay_with_the_buyer(bo: Visitor, client: Visitor, sample: Sample, code: str) -> None:
    there = make.sample(make.listing(sample.listing.supplier, title="小汽车"), make.site("chenghai"))
    put_on_list(client, there)
    page = bo.get(f"/desk/{code}?lang=en").text
    assert ("小汽车" in page, "1 more line stands at another center" in page) == (False, True)
    foreign = the_list().open_lines[1].id
    assert bo.submit(f"/desk/{code}/lines/{foreign}/removal").status_code == 404
    assert bo.submit(f"/desk/{code}/lines", {"code": there.code}).status_code == 422
    place(bo, code)
    assert [order.site.slug for order in orders()] == ["yiwu"]
    assert the_list().open_lines[0].id == foreign


def place(bo: Visitor, code: str, **changes: str) -> int:
    form = CONTACT | seen(bo.get(f"/desk/{code}/order").text) | changes
    return bo.submit(f"/desk/{code}/orders", form).status_code


def test_staff_write_the_order_with_the_consent_asked_aloud(bo: Visitor, client: Visitor, code: str) -> None:
    assert place(bo, code, consent="") == 422
    assert place(bo, code) == 303
    order = newest_order()
    assert order.written_by is not None
    assert (order.written_by.name, order.goods_fen, order.moq_override_reason) == ("Bo", 48 * 1150, "")
    assert order.number in client.get("/my-orders").text
    assert order.number in bo.get(f"/desk/{code}").text


def test_a_number_that_the_buyer_left_stays_masked_and_is_kept(bo: Visitor, client: Visitor, code: str) -> None:
    place(bo, code)
    put_on_list(client, the_line().sample)
    page = bo.get(f"/desk/{code}/order").text
    assert (PHONE in page, "138****8000" in page) == (False, True)
    answer = bo.submit(f"/desk/{code}/orders", CONTACT | seen(page) | {"phone": "", "name": ""})
    assert (answer.status_code, PHONE in answer.text) == (422, False)
    assert place(bo, code, phone="") == 303
    assert newest_order().phone == PHONE


def test_below_the_minimum_only_with_a_reason_and_it_is_logged(bo: Visitor, sample: Sample, code: str) -> None:
    bo.submit(f"/desk/{code}/lines/{the_line().id}/quantity", {"quantity": "2"})
    assert "低于起批" in bo.get(f"/desk/{code}/order").text
    assert (place(bo, code), orders()) == (422, [])
    assert place(bo, code, override_reason="厂里同意首单") == 303
    assert newest_order().moq_override_reason == "厂里同意首单"
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="order_placed")).one()
    assert (entry.detail["override"], entry.actor) == ("厂里同意首单", "Bo")
    assert "厂里同意首单" in bo.get(f"/orders/{newest_order().number}").text


def test_a_reason_breaks_no_lot_and_names_no_price(bo: Visitor, sample: Sample, code: str) -> None:
    sample.listing.lot_size = 5
    assert place(bo, code, override_reason="急") == 422
    assert orders() == []


def test_a_risen_price_is_told_to_the_buyer_first(bo: Visitor, sample: Sample, code: str) -> None:
    before = seen(bo.get(f"/desk/{code}/order").text)
    sample.listing.tiers[1].price_fen = 1200
    answer = bo.submit(f"/desk/{code}/orders", CONTACT | before)
    assert (answer.status_code, "¥11.50 → ¥12.00" in answer.text, orders()) == (409, True, [])


def test_a_walk_in_without_a_phone_gets_a_list_and_an_order(bo: Visitor, app: Flask, sample: Sample) -> None:
    begun = bo.submit("/sites/yiwu/desk/lists").headers["Location"]
    code = begun.rsplit("/", 1)[1]
    bo.submit(f"/desk/{code}/lines", {"code": sample.code, "quantity": "60"})
    bo.submit(f"/desk/{code}/share")
    assert "垃圾袋" in new_visitor(app).get(f"/l/{the_list().share_token}").text
    assert place(bo, code) == 303
    assert (newest_order().state, newest_order().goods_fen) == (OrderState.SUBMITTED, 60 * 1150)


def test_the_desk_shows_lists_of_the_day_and_finds_one_by_its_code(bo: Visitor, sample: Sample, code: str) -> None:
    assert the_list().shown_code in bo.get("/sites/yiwu/desk").text
    assert bo.get(f"/sites/yiwu/desk/list?code={code}").headers["Location"] == f"/desk/{code}"
    assert (
        bo.get(f"/sites/yiwu/desk/list?code={sample.code}").headers["Location"].lower() == f"/s/{sample.code}".lower()
    )
    assert bo.get("/sites/yiwu/desk/list?code=00000000000").status_code == 404
    assert bo.get("/sites/yiwu/desk/list?code=x").status_code == 422


def test_an_empty_desk_says_what_will_come(bo: Visitor) -> None:
    assert "No list was touched here" in bo.get("/sites/yiwu/desk?lang=en").text

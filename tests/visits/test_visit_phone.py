"""A visit's code on a phone: the first one gets the list with what it had before, every other one a clear word."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.models import User
from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core import codes
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from selection_center.selections.models import LineKind, SelectionList
from selection_center.visits.models import Visit as Stay
from tests import factories as make
from tests.buyers import CONTACT, PHONE, order_of, put_on_list, seen
from tests.conftest import new_visitor
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), specs=("红", "金")), site, make.stand(site))


@pytest.fixture
def other(sample: Sample) -> Sample:
    return make.sample(make.listing(sample.listing.supplier, title="锅刷", tiers=((12, 360),)), sample.site)


@pytest.fixture
def bo_user(sample: Sample) -> User:
    return make.user("Bo", Role.FLOOR_STAFF, sample.site)


@pytest.fixture
def bo(visit: Visit, bo_user: User) -> Visitor:
    return visit(bo_user)


@pytest.fixture
def stay(sample: Sample, bo_user: User) -> Stay:
    return make.visitor(sample.site, bo_user, phone=PHONE, company="晴天小店")


def open_lists() -> list[SelectionList]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(SelectionList).filter_by(closed_at=None).order_by(SelectionList.id)))


def quantities(selection: SelectionList) -> list[tuple[str, int]]:
    return [(line.listing.title, line.quantity) for line in selection.open_lines]


def connect(phone: Visitor, stay: Stay) -> int:
    return phone.submit(f"/v/{stay.code}/phone").status_code


def test_opening_alone_takes_nothing_and_a_tap_gives_the_list(client: Visitor, stay: Stay) -> None:
    assert client.get(f"/V/{stay.code}").status_code == 200
    db.session.expire_all()
    assert (stay.is_bound, db.session.scalars(sa.select(Buyer)).all()) == (False, [])
    answer = client.submit(f"/v/{stay.code}/phone")
    assert answer.headers["Location"] == f"/V/{stay.code}?lang=zh"
    db.session.expire_all()
    assert stay.is_bound
    assert [selection.buyer_id for selection in open_lists()] == [stay.buyer_id]
    assert "您的选品单就在这部手机上" in client.get(f"/v/{stay.code}").text
    assert connect(client, stay) == 303  # again is no error
    assert len(open_lists()) == 1


def test_what_staff_add_is_on_the_phone(client: Visitor, bo: Visitor, stay: Stay, sample: Sample) -> None:
    connect(client, stay)
    code = bo.submit(f"/visits/{stay.id}/list").headers["Location"].rsplit("/", 1)[1]
    bo.submit(f"/desk/{code}/lines", {"code": sample.code})
    page = client.get("/list?lang=en").text
    assert ("bin bags" in page, "Added at the desk by Bo" in page) == (True, True)


def test_the_list_that_staff_began_and_the_phones_own_become_one(
    client: Visitor, bo: Visitor, stay: Stay, sample: Sample, other: Sample
) -> None:
    code = bo.submit(f"/visits/{stay.id}/list").headers["Location"].rsplit("/", 1)[1]
    bo.submit(f"/desk/{code}/lines", {"code": sample.code, "quantity": "48"})
    put_on_list(client, sample, 12)
    put_on_list(client, other, 24)
    client.submit("/list/details", {"name": "春季上新", "note": "急"})
    client.submit("/list/share")
    token = open_lists()[1].share_token
    connect(client, stay)
    (kept,) = open_lists()
    assert (kept.code, kept.buyer_id, kept.name, kept.share_token) == (code, stay.buyer_id, "春季上新", token)
    assert quantities(kept) == [("加厚平口自动收口垃圾袋 家用免撕", 60), ("锅刷", 24)]
    assert "锅刷" in bo.get(f"/desk/{code}").text
    assert "锅刷" in client.get("/list?lang=zh").text
    assert "锅刷" in client.get(f"/l/{token}?lang=zh").text


def test_a_phone_with_lines_and_a_visit_without_a_list_keep_one(client: Visitor, stay: Stay, sample: Sample) -> None:
    put_on_list(client, sample, 12)
    connect(client, stay)
    assert [quantities(selection)[0][1] for selection in open_lists()] == [12]


def test_the_second_phone_gets_a_clear_word_and_nothing_else(app: Flask, client: Visitor, stay: Stay) -> None:
    connect(client, stay)
    second = new_visitor(app)
    page = second.get(f"/v/{stay.code}?lang=en").text
    assert ("Another phone has this list already" in page, "/phone" in page) == (True, False)
    answer = second.submit(f"/v/{stay.code}/phone", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "bound")
    db.session.expire_all()
    assert stay.buyer is not None
    assert len(open_lists()) == 1


def test_staff_let_another_phone_in_and_the_list_goes_with_it(
    app: Flask, client: Visitor, bo: Visitor, stay: Stay, sample: Sample
) -> None:
    assert bo.submit(f"/visits/{stay.id}/other-phone", headers={"Accept": "application/json"}).status_code == 409
    connect(client, stay)
    put_on_list(client, sample, 48)
    assert bo.submit(f"/visits/{stay.id}/other-phone").status_code == 303
    assert SelectionList.open_of(str(stay.buyer and stay.buyer.device)) is not None
    client.get("/list")  # the toast of what it added itself
    assert "垃圾袋" not in client.get("/list?lang=zh").text
    second = new_visitor(app)
    assert connect(second, stay) == 303
    assert "垃圾袋" in second.get("/list?lang=zh").text
    assert [quantities(selection)[0][1] for selection in open_lists()] == [48]


def test_a_phone_that_is_let_go_keeps_what_it_brought_and_its_link_reads_nothing_more(
    app: Flask, client: Visitor, bo: Visitor, stay: Stay, sample: Sample, other: Sample
) -> None:
    put_on_list(client, other, 24)
    client.submit("/list/share")
    db.session.expire_all()
    token = open_lists()[0].share_token
    connect(client, stay)
    put_on_list(client, sample, 48)
    assert bo.submit(f"/visits/{stay.id}/other-phone").status_code == 303
    assert new_visitor(app).get(f"/l/{token}").status_code == 404
    client.get("/list")
    own = client.get("/list?lang=zh").text
    assert ("锅刷" in own, "垃圾袋" in own) == (True, False)
    second = new_visitor(app)
    connect(second, stay)
    theirs = second.get("/list?lang=zh").text
    assert ("锅刷" in theirs, "垃圾袋" in theirs) == (False, True)


def test_a_list_with_orders_stays_on_its_phone(client: Visitor, bo: Visitor, stay: Stay, sample: Sample) -> None:
    connect(client, stay)
    order_of(client, sample)
    answer = bo.submit(f"/visits/{stay.id}/other-phone", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "ordered")
    assert "垃圾袋" in client.get("/list?lang=zh").text


def test_name_and_phone_never_reach_the_phone(client: Visitor, stay: Stay, sample: Sample) -> None:
    pages = [client.get(f"/v/{stay.code}").text]
    connect(client, stay)
    put_on_list(client, sample)
    pages += [client.get(path).text for path in (f"/v/{stay.code}", "/list", "/checkout", "/my-orders")]
    for page in pages:
        assert not any(private in page for private in ("陈女士", PHONE, "138****8000", "晴天小店"))


def test_a_number_left_at_the_reception_opens_the_prices_that_wait_for_one(
    client: Visitor, bo: Visitor, stay: Stay, sample: Sample
) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.PHONE
    assert "11.50" not in client.get(f"/s/{sample.code}?quantity=48").text
    connect(client, stay)
    assert "11.50" in client.get(f"/s/{sample.code}?quantity=48").text
    bo.submit(f"/visits/{stay.id}/other-phone")
    assert "11.50" not in client.get(f"/s/{sample.code}?quantity=48").text


def test_after_an_order_at_the_desk_no_phone_gets_the_list(
    client: Visitor, bo: Visitor, stay: Stay, sample: Sample
) -> None:
    code = bo.submit(f"/visits/{stay.id}/list").headers["Location"].rsplit("/", 1)[1]
    bo.submit(f"/desk/{code}/lines", {"code": sample.code, "quantity": "48"})
    page = bo.get(f"/desk/{code}/order").text
    assert ("陈女士" in page, "晴天小店" in page, "138****8000" in page, PHONE in page) == (True, True, True, False)
    assert bo.submit(f"/desk/{code}/orders", CONTACT | seen(page) | {"phone": ""}).status_code == 303
    assert "An order was written from this list" in client.get(f"/v/{stay.code}?lang=en").text
    answer = client.submit(f"/v/{stay.code}/phone", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "ordered")
    order = open_lists()[0].ordered_lines[0].order
    assert (order.phone, order.buyer_id, order.name) == (PHONE, stay.buyer_id, "陈女士")


def test_without_consent_nothing_is_filled_in_at_the_desk(bo: Visitor, bo_user: User, sample: Sample) -> None:
    plain = make.visitor(sample.site, bo_user, name="Lena")
    code = bo.submit(f"/visits/{plain.id}/list").headers["Location"].rsplit("/", 1)[1]
    bo.submit(f"/desk/{code}/lines", {"code": sample.code})
    assert 'value="Lena"' not in bo.get(f"/desk/{code}/order").text
    assert "Lena" in bo.get(f"/desk/{code}").text  # who it is stands beside the list


def test_the_desk_finds_a_visitor_by_the_visits_code(client: Visitor, bo: Visitor, stay: Stay, sample: Sample) -> None:
    assert bo.get(f"/v/{stay.code}").headers["Location"] == f"/visits/{stay.id}"
    connect(client, stay)
    put_on_list(client, sample)
    (selection,) = open_lists()
    assert bo.get(f"/V/{stay.code}").headers["Location"] == f"/desk/{selection.code}"
    found = bo.get("/sites/yiwu/desk/list", query_string={"code": f"https://yp.example.com/v/{stay.code}"})
    assert found.headers["Location"] == f"/V/{stay.code}"
    assert "陈女士" in bo.get("/sites/yiwu/desk").text
    assert client.get(f"/code?code={stay.shown_code}", follow_redirects=True).request.path == f"/V/{stay.code}"
    page = bo.get(f"/desk/{selection.code}").text
    assert ("陈女士" in page, "晴天小店" in page) == (True, True)


def test_staff_elsewhere_are_phones_like_any_other(visit: Visit, stay: Stay) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"/v/{stay.code}").status_code == 200
    assert "陈女士" not in cy.get(f"/v/{stay.code}").text


def test_a_visit_that_is_over_gives_nobody_its_list(client: Visitor, stay: Stay) -> None:
    stay.say_goodbye()
    assert "This visit is over" in client.get(f"/v/{stay.code}?lang=en").text
    answer = client.submit(f"/v/{stay.code}/phone", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"], open_lists()) == (409, "left", [])


def test_the_visitors_language_is_the_phones_until_it_chooses_one(app: Flask, bo_user: User, sample: Sample) -> None:
    lena = make.visitor(sample.site, bo_user, name="Lena", language="en")
    phone = new_visitor(app)
    assert "Welcome to" in phone.get(f"/v/{lena.code}", headers={"Accept-Language": "zh-CN"}).text
    moved = phone.submit(f"/v/{lena.code}/phone").headers["Location"]
    phone.get(moved, headers={"Accept-Language": "zh-CN"})
    assert "Selection list" in phone.get("/list", headers={"Accept-Language": "zh-CN"}).text
    assert "欢迎" in new_visitor(app).get(f"/v/{lena.code}?lang=zh").text


@pytest.mark.parametrize("path", ["/v/{}", "/V/{}"])
def test_s17_guessing_visits_is_limited(client: Visitor, app: Flask, path: str) -> None:
    statuses = [client.get(path.format(codes.new_code())).status_code for _ in range(22)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert client.submit(f"/v/{codes.new_code()}/phone").status_code == 429
    assert new_visitor(app).get(f"/v/{codes.new_code()}").status_code == 404


def test_a_mistyped_code_says_how_and_counts_as_no_guess(client: Visitor, stay: Stay) -> None:
    wrong = stay.code[:-1] + ("0" if stay.code[-1] != "0" else "1")
    answers = [client.get(f"/v/{wrong}?lang=en") for _ in range(25)]
    assert {answer.status_code for answer in answers} == {404}
    assert "typing mistake" in answers[-1].text
    assert client.submit("/v/x/phone").status_code == 404


def test_the_version_tells_a_phone_of_every_change(client: Visitor, bo: Visitor, stay: Stay, sample: Sample) -> None:
    assert client.get("/list/version").text == "none"
    connect(client, stay)
    first = client.get("/list/version")
    assert client.get("/list/version", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    (selection,) = open_lists()
    bo.submit(f"/desk/{selection.code}/lines", {"code": sample.code})
    second = client.get("/list/version", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.text == first.text) == (200, False)
    assert f'data-version="{second.text}"' in client.get("/list").text
    assert bo.get(f"/desk/{selection.code}/version").text == second.text


def test_samples_count_goes_with_the_list(client: Visitor, stay: Stay, sample: Sample) -> None:
    put_on_list(client, sample, 1, kind=LineKind.SAMPLE.value)
    connect(client, stay)
    assert [line.kind for line in open_lists()[0].open_lines] == [LineKind.SAMPLE]
    assert utcnow() >= (stay.bound_at or utcnow())

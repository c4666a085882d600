"""Ordering from a list: exactly once, at the price that was seen, with limits that a second phone does not lift."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from selection_center.accounts.buyers import CONSENT_VERSION
from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderState
from selection_center.samples.models import Sample
from tests import factories as make
from tests.buyers import CONTACT, check_out, newest_order, order_of, orders, put_on_list, seen, the_line
from tests.conftest import new_visitor
from tests.visitors import Visitor


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    listing = make.listing(make.supplier(), specs=("红", "金"), sample_fen=1500)
    return make.sample(listing, site, make.stand(site))


def take_samples(dee: Visitor, sample: Sample, pieces: int) -> None:
    put_on_list(dee, sample, pieces, kind="sample", seen=1500)


def test_the_consent_and_its_version_are_kept(client: Visitor, sample: Sample) -> None:
    order = order_of(client, sample)
    assert (order.consent_version, order.buyer.consent_version) == (CONSENT_VERSION, CONSENT_VERSION)
    assert order.buyer.consent_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"phone": "12345"},
        {"phone": "1380000800\u0660"},
        {"address": " "},
        {"consent": ""},
        {"invoice": "gold"},
        {"invoice": "normal"},
        {"invoice": "special", "invoice_title": "某某公司"},
        {"message": "x" * 501},
    ],
)
def test_what_cannot_be_taken_stays_in_the_form(client: Visitor, sample: Sample, wrong: dict[str, str]) -> None:
    put_on_list(client, sample)
    answer = check_out(client, **wrong)
    assert (answer.status_code, orders()) == (422, [])
    assert the_line().is_open


def test_a_second_submit_of_one_form_is_the_same_order(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    form = CONTACT | seen(client.get("/checkout").text) | {"operation_id": make.operation()}
    first, again = client.submit("/checkout", form), client.submit("/checkout", form)
    assert (first.status_code, first.headers["Location"]) == (again.status_code, again.headers["Location"])
    assert len(orders()) == 1


def cookies_of(client: Visitor) -> str:
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in (client._cookies or {}).values())


def test_r5_fifty_submits_at_once_are_one_order(app: Flask, client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    form = CONTACT | seen(client.get("/checkout").text) | {"operation_id": make.operation()}
    form |= {"csrf_token": client.csrf_token()}
    db.session.commit()
    cookies = cookies_of(client)

    def send(_number: int) -> tuple[int, str]:
        answer = app.test_client(use_cookies=False).post("/checkout", data=form, headers={"Cookie": cookies})
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(send, range(50)))
    assert answers == {(303, f"/o/{newest_order().token}")}
    assert len(orders()) == 1


def test_two_tabs_order_the_same_lines_once(app: Flask, client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    prices = seen(client.get("/checkout").text)
    forms = [CONTACT | prices | {"operation_id": make.operation(), "csrf_token": client.csrf_token()} for _ in range(8)]
    db.session.commit()
    cookies = cookies_of(client)
    with ThreadPoolExecutor(8) as pool:
        codes = list(
            pool.map(
                lambda form: (
                    app.test_client(use_cookies=False)
                    .post("/checkout", data=form, headers={"Cookie": cookies})
                    .status_code
                ),
                forms,
            )
        )
    assert (set(codes), len(orders())) == ({303}, 1)


def test_each_factory_and_each_center_gets_an_order_of_its_own(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    put_on_list(client, make.sample(make.listing(make.supplier("另一家")), sample.site))
    put_on_list(client, make.sample(sample.listing, make.site("chenghai")))
    take_samples(client, sample, 2)
    assert check_out(client).headers["Location"] == "/my-orders"
    kinds = [(order.site.slug, order.kind.value, len(order.lines)) for order in orders()]
    assert sorted(kinds) == [("chenghai", "bulk", 1), ("yiwu", "bulk", 1), ("yiwu", "bulk", 1), ("yiwu", "sample", 1)]


def test_a_dropped_price_is_passed_on(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    before = seen(client.get("/checkout").text)
    db.session.get_one(Listing, sample.listing_id).tiers[1].price_fen = 1100
    assert client.submit("/checkout", CONTACT | before).status_code == 303
    assert newest_order().goods_fen == 48 * 1100


def test_a_price_that_was_never_seen_is_shown_first(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    assert client.submit("/checkout", CONTACT).status_code == 409
    assert orders() == []


def test_what_went_off_the_shelf_is_not_ordered(client: Visitor, sample: Sample) -> None:
    put_on_list(client, sample)
    before = seen(client.get("/checkout").text)
    listing = db.session.get_one(Listing, sample.listing_id)
    listing.state = type(listing.state).OFF_SHELF
    client.submit("/checkout", CONTACT | before)
    assert orders() == []
    assert "remove what is off the shelf" in client.get("/list?lang=en").text


def test_three_samples_of_a_style_and_not_a_fourth(client: Visitor, sample: Sample) -> None:
    take_samples(client, sample, 4)
    check_out(client)
    assert orders() == []
    client.submit(f"/list/lines/{the_line().id}/quantity", {"quantity": "3"})
    check_out(client)
    assert [order.goods_fen for order in orders()] == [4500]
    take_samples(client, sample, 1)
    assert "At most 3 samples" in client.get("/list?lang=en").text
    check_out(client)
    assert len(orders()) == 1


def test_another_phone_of_the_same_buyer_gets_no_further_samples(app: Flask, client: Visitor, sample: Sample) -> None:
    take_samples(client, sample, 3)
    check_out(client)
    second = new_visitor(app)
    take_samples(second, sample, 1)
    check_out(second)
    assert len(orders()) == 1
    somebody = new_visitor(app)
    take_samples(somebody, sample, 1)
    check_out(somebody, phone="13900009000")
    assert len(orders()) == 2


def test_samples_of_a_cancelled_order_may_be_taken_again(client: Visitor, sample: Sample) -> None:
    take_samples(client, sample, 3)
    check_out(client)
    client.submit(f"/o/{newest_order().token}/cancellation", {"reason": "改主意了"})
    take_samples(client, sample, 3)
    check_out(client)
    assert [order.state for order in orders()] == [OrderState.CANCELLED, OrderState.SUBMITTED]


def confirm(order: Order) -> None:
    bo = make.user("Bo", Role.FLOOR_STAFF, order.site)
    order.settle_freight(None, by=bo)
    order.confirm(bo)


def test_typing_a_phone_opens_nobodys_orders(app: Flask, client: Visitor, sample: Sample) -> None:
    mine = order_of(client, sample)
    mallory = new_visitor(app)
    theirs = order_of(mallory, sample)
    page = mallory.get("/my-orders").text
    assert (theirs.number in page, mine.number in page) == (True, False)


def test_a_phone_that_the_center_reached_joins_its_orders(app: Flask, client: Visitor, sample: Sample) -> None:
    on_old_phone = order_of(client, sample)
    new_phone = new_visitor(app)
    known = order_of(new_phone, sample)
    confirm(known)
    assert on_old_phone.number in new_phone.get("/my-orders").text
    assert known.number not in client.get("/my-orders").text  # its own order is not confirmed yet


def test_an_order_opens_by_its_link_alone(app: Flask, client: Visitor, sample: Sample) -> None:
    order = order_of(client, sample)
    stranger = new_visitor(app)
    assert stranger.get(f"/o/{order.token}").status_code == 200
    for guess in (order.number, order.token[:-1], order.token + "x", "%00", "x" * 400):
        assert stranger.get(f"/o/{guess}").status_code == 404
        assert stranger.submit(f"/o/{guess}/cancellation", {"reason": "x"}).status_code == 404


def test_a_buyer_cancels_with_a_reason_and_only_before_the_confirmation(client: Visitor, sample: Sample) -> None:
    order = order_of(client, sample)
    assert client.submit(f"/o/{order.token}/cancellation", {"reason": " "}).status_code == 422
    confirm(order)
    assert client.submit(f"/o/{order.token}/cancellation", {"reason": "晚了"}).status_code == 409
    assert newest_order().state is OrderState.CONFIRMED


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_buyers_page_says_what_happens_who_calls_and_how_to_pay(
    client: Visitor, sample: Sample, language: str
) -> None:
    sample.site.phone = "0579-85501234"
    order = order_of(client, sample)
    page = client.get(f"/o/{order.token}?lang={language}").text
    words = {"zh": ("接下来", "义乌日用百货选品中心会打", "支付宝"), "en": ("What happens next", "calls", "Alipay")}
    assert all(word in page for word in (*words[language], "138****8000", "0579-85501234", '<svg class="qr'))

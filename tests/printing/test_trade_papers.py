"""Purchase orders for factories and packing lists."""

from collections.abc import Callable

import pytest
from flask import Flask

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.models import Listing
from selection_center.core import i18n
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderState, OrderWay
from selection_center.printing.trade_papers import Sums, deliveries, goods_of
from selection_center.samples.models import Sample
from tests import factories as make
from tests.printing import paper
from tests.statements import asked
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
HOSTILE = "{{7*7}} {0.__class__} %(x)s <b>x</b>"


def order_of(sample: Sample, number: str, quantity: int = 100, **values: object) -> Order:
    usual = {"state": OrderState.CONFIRMED, "way": OrderWay.SENT, "address": "杭州市西湖区文三路 1 号"}
    made = Order(
        number=number, token=number.ljust(24, "t"), site=sample.site, supplier=sample.listing.supplier,
        buyer=make.add(Buyer(device=number.ljust(24, "d"))),
        kind=OrderKind.BULK, name="迪伊采购", phone="13812348000", company="迪伊百货",
        consent_version="2026-11", goods_fen=1150 * quantity, freight_fen=0,
        **(usual | values),
    )  # fmt: skip
    made.lines = [line_of(sample, quantity)]
    return make.add(made)


def line_of(sample: Sample, quantity: int, **values: object) -> OrderLine:
    listing = sample.listing
    said = {
        "title": listing.title, "title_en": listing.title_en, "spec": "蓝色 大号", "spec_en": "blue large",
        "cargo_number": "LJD-01-BL", "note": "",
    }  # fmt: skip
    return OrderLine(
        listing_id=listing.id, sku_id=listing.skus[0].id, sample_id=sample.id, unit="件", unit_en="pcs",
        quantity=quantity, unit_fen=1150, total_fen=1150 * quantity, **(said | values),
    )  # fmt: skip


def packed(listing: Listing) -> Listing:
    listing.item_number, listing.carton_pieces = "LJD-01", 24
    listing.carton_length_mm, listing.carton_width_mm, listing.carton_height_mm = 500, 400, 300
    listing.carton_gross_g, listing.carton_net_g = 12000, 11000
    return listing


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site(address="义乌市福田街道 88 号", phone="0579-85551234")
    listing = make.listing(make.supplier(), title="加厚垃圾袋", title_en="Thick bin bags")
    return make.sample(packed(listing), site, make.stand(site))


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


def said_at(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/pdf"
    pages = range(paper.page_count(answer.data))
    return "".join("".join(paper.words(answer.data, page) for page in pages).split())


@pytest.mark.parametrize(
    ("agreed", "words"), [(True, "Freight agreed with the factory"), (False, "Freight not settled yet")]
)
def test_it_says_of_the_freight_what_is_settled(sample: Sample, agreed: bool, words: str) -> None:
    order = order_of(sample, "YW-1000-02", freight_agreed=agreed)
    order.freight_fen = None
    with i18n.speaking("en"):
        assert [row["freight"] for row in deliveries([order])] == [words]


def test_many_lines_take_as_few_queries_as_one(sample: Sample) -> None:
    order, taken = order_of(sample, "YW-1000-03"), []
    for count in (0, 8):
        offers = [packed(make.listing(sample.listing.supplier)) for _ in range(count)]
        order.lines += [line_of(make.sample(offer, sample.site, sample.stand), 10) for offer in offers]
        db.session.commit()
        db.session.expire_all()
        with asked() as sent:
            goods = goods_of([order])
            assert [one.packing.cartons for one in goods] == [4] + [0] * count
        taken.append(len(sent))
    assert taken[1] <= taken[0] + 1  # the styles of a first and of a second kind


def test_a_factory_gets_what_it_needs_and_no_more_of_the_buyer(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01")
    said = said_at(bo, f"/orders/{order.number}/purchase-order.pdf?wanted=2026-12-24")
    for text in ("采购单", "YW-1000-01", "义乌市禾一日用品有限公司", "加厚垃圾袋", "LJD-01", "LJD-01-BL", "蓝色大号",
                 "100件", "4×24", "+4", "¥11.50", "¥1,150.00", "2026-12-24", "义乌市福田街道88号", "0579-85551234",
                 "迪**", "138****8000", "杭州市西湖区文三路"):  # fmt: skip
        assert text in said, text
    for text in ("迪伊", "13812348000"):
        assert text not in said


def test_a_long_address_leaves_the_way_its_line(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01", address="杭州市西湖区文三路 1 号" * 6)
    answer = bo.get(f"/orders/{order.number}/purchase-order.pdf")
    assert "厂家直接发给买家" in paper.words(answer.data)


def test_it_comes_in_chinese_english_and_both(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01")
    path = f"/orders/{order.number}/purchase-order.pdf?language="
    english, both = said_at(bo, path + "en"), said_at(bo, path + "both")
    assert "Purchaseorder" in english
    assert "Thickbinbags" in english
    assert "采购单" not in english
    for text in ("采购单Purchaseorder", "加厚垃圾袋", "Thickbinbags", "bluelarge"):
        assert text in both
    assert "采购单" in said_at(bo, path + "xx")


def test_orders_of_one_factory_make_one_purchase_order(bo: Visitor, sample: Sample) -> None:
    first, second = order_of(sample, "YW-1000-01", 100), order_of(sample, "YW-1000-02", 20)
    other = make.sample(make.listing(make.supplier("别家"), title="别家的货"), sample.site)
    foreign = order_of(other, "YW-1000-03")
    waiting = order_of(sample, "YW-1000-04", 7, state=OrderState.SUBMITTED)
    chosen = [first, second, foreign, waiting]
    page = bo.get("/purchase-orders?" + "&".join(f"order={order.number}" for order in chosen)).text
    assert page.count("formaction=") == 2
    assert "YW-1000-04" in page
    query = "&".join(f"with={order.number}" for order in chosen)
    said = said_at(bo, f"/orders/{first.number}/purchase-order.pdf?{query}")
    for text in ("YW-1000-01", "YW-1000-02", "120件", "5×24", "¥1,380.00"):
        assert text in said, text
    for text in ("YW-1000-03", "别家", "YW-1000-04"):
        assert text not in said


def test_lines_that_differ_stay_apart(sample: Sample) -> None:
    first, second = order_of(sample, "YW-1000-01"), order_of(sample, "YW-1000-02")
    second.lines[0].unit_fen = 1100
    first.lines.append(line_of(sample, 5, note="印标"))
    goods = goods_of([first, second])
    assert [(one.quantity, one.line.unit_fen, one.line.note) for one in goods] == [
        (100, 1150, ""), (5, 1150, "印标"), (100, 1100, ""),
    ]  # fmt: skip


def test_sums_are_those_of_the_cartons(sample: Sample) -> None:
    sums = Sums.of(goods_of([order_of(sample, "YW-1000-01")]))
    assert (sums.packing.cartons, sums.packing.loose, sums.pieces, sums.total_fen) == (4, 4, 100, 115000)
    assert (sums.packing.gross_g, sums.net_g, sums.packing.volume_cm3) == (50000, 45834, 250000)
    sample.listing.carton_net_g = None
    assert not Sums.of(goods_of([order_of(sample, "YW-1000-02")])).net_is_known


def test_a_packing_list_numbers_the_cartons_and_says_what_is_not_known(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01")
    unmeasured = make.listing(sample.listing.supplier, title="散货")
    order.lines += [line_of(sample, 48), line_of(make.sample(unmeasured, sample.site), 9)]
    order.lines[1].spec = "红色"
    said = said_at(bo, f"/orders/{order.number}/packing-list.pdf")
    for text in ("装箱单", "1–4", "5–6", "C/NO.1–6", "加厚垃圾袋", "散货", "157", "≥74.0", "0.250", "—"):
        assert text in said, text
    assert "迪伊" not in said
    assert "11.50" not in said


def test_what_is_not_confirmed_says_so(bo: Visitor, sample: Sample) -> None:
    waiting = order_of(sample, "YW-1000-01", state=OrderState.SUBMITTED)
    gone = order_of(sample, "YW-1000-02", state=OrderState.CANCELLED)
    for paper_of in ("purchase-order", "packing-list"):
        assert "草稿" in said_at(bo, f"/orders/{waiting.number}/{paper_of}.pdf")
        assert "已取消" in said_at(bo, f"/orders/{gone.number}/{paper_of}.pdf")


def test_goods_that_the_buyer_fetches_name_no_address(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01", way=OrderWay.PICKUP)
    said = said_at(bo, f"/orders/{order.number}/purchase-order.pdf")
    for text in ("文三路", "138****8000"):
        assert text not in said


def test_buttons_stand_where_their_people_look(bo: Visitor, visit: Visit, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01")
    page = bo.get(f"/orders/{order.number}").text
    assert f"/purchase-orders?order={order.number}" in page
    assert f"/orders/{order.number}/packing-list.pdf" in page
    listed = bo.get("/sites/yiwu/orders").text
    assert 'id="chosen"' in listed
    assert f'value="{order.number}" form="chosen"' in listed
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=order.supplier))
    page = eve.get(f"/orders/{order.number}").text
    assert f"/orders/{order.number}/purchase-order.pdf" in page
    assert 'form="chosen"' not in eve.get("/orders").text
    assert '<section class="band"><div class="empty">' in bo.get("/purchase-orders").text


def test_other_sites_factories_and_roles_get_none(visit: Visit, client: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01")
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    fay = visit(make.user("Fay", Role.SUPPLIER, supplier=make.supplier("别家")))
    gil = visit(make.user("Gil", Role.CASHIER, order.site))
    for name in ("purchase-order", "packing-list"):
        path = f"/orders/{order.number}/{name}.pdf"
        assert [who.get(path).status_code for who in (cy, fay, gil, client)] == [404, 404, 403, 302]
    assert "formaction=" not in cy.get(f"/purchase-orders?order={order.number}").text
    own = order_of(make.sample(make.listing(sample.listing.supplier), make.site("shantou")), "ST-1000-01")
    ana = visit(make.user("Ana", Role.MANAGER, own.site))
    assert order.number not in said_at(ana, f"/orders/{own.number}/purchase-order.pdf?with={order.number}")


def test_hostile_and_endless_texts_stay_on_the_paper(bo: Visitor, sample: Sample) -> None:
    order = order_of(sample, "YW-1000-01", address="路" * 300, message=f"{HOSTILE} \U0001f9e7 \u202eabc")
    order.lines += [
        line_of(sample, 3, title=HOSTILE, spec="W" * 160, note="مرحبا " * 30, cargo_number="长" * 64),
        *(line_of(sample, 3, title="，。、！？" * 50, note=str(number)) for number in range(30)),
    ]
    for name in ("purchase-order", "packing-list"):
        said = said_at(bo, f"/orders/{order.number}/{name}.pdf")
        assert "".join(HOSTILE.split()) in said
    answer = bo.get(f"/orders/{order.number}/purchase-order.pdf").data
    assert paper.page_count(answer) > 3
    assert "YW-1000-01" in paper.words(answer, 1)
    assert f"2 / {paper.page_count(answer)}" in paper.words(answer, 1)


def test_no_line_begins_with_a_mark_that_ends_one(bo: Visitor, sample: Sample) -> None:
    """At whatever width a line ends: names that grow by one character move every break."""
    order = order_of(sample, "YW-1000-01")
    order.lines += [line_of(sample, 3, title="字" * count + "，好。" * 12, spec=str(count)) for count in range(1, 13)]
    answer = bo.get(f"/orders/{order.number}/purchase-order.pdf").data
    lines = [line for page in range(paper.page_count(answer)) for line in paper.words(answer, page).splitlines()]
    assert sum("好。" in line for line in lines) > 24
    assert [line for line in lines if line[:1] in "，。" and line] == []

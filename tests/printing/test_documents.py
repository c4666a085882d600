"""A buyer's list and an order for its factory, on paper."""

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.catalog.models import PriceTier
from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core import codes, fonts, pictures
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderKind, OrderLine
from selection_center.printing import drawing, linesheets
from selection_center.printing.ink import Ink, Line, Photo, Symbol, high
from selection_center.printing.labels import Paper
from selection_center.printing.media import MEDIA
from selection_center.printing.sheet_values import is_roomy, sheet_values, styles, whole_sheet
from selection_center.samples.models import Sample
from selection_center.selections.models import SelectionList
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
HOSTILE = "{{7*7}} {0.__class__} %(x)s"


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), title=f"垃圾袋 {HOSTILE}"), site, make.stand(site))


def put_on_list(dee: Visitor, sample: Sample, quantity: int = 48) -> SelectionList:
    form = {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": quantity, "kind": "bulk"}
    assert dee.submit("/list/lines", form).status_code == 303
    db.session.expire_all()
    return db.session.scalars(sa.select(SelectionList)).one()


def words_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return "".join(paper.words(answer.data).split())


def test_a_list_goes_home_on_paper(client: Visitor, sample: Sample) -> None:
    assert client.get("/list/selection.pdf").status_code == 404
    mine = put_on_list(client, sample)
    client.submit("/list/details", {"name": "春季补货", "note": f"{HOSTILE} 😀"})
    said = words_of(client, "/list/selection.pdf")
    for text in ("春季补货", "垃圾袋", "A-03-2", "48件", "¥11.50", "¥552.00", codes.format_code(mine.code)):
        assert text in said, text
    assert HOSTILE.replace(" ", "") + "〓" in said
    pdf = client.get("/list/selection.pdf").data
    assert [code.text for code in paper.codes_on(pdf)] == [codes.address(mine.code, PUBLIC_URL)]
    assert "/list/selection.pdf" in client.get("/list").text
    assert "Selectionlist" in words_of(client, "/list/selection.pdf?lang=en") or "春季补货" in said


def test_a_shared_list_is_read_without_the_code_that_opens_it(client: Visitor, app: Flask, sample: Sample) -> None:
    mine = put_on_list(client, sample)
    client.submit("/list/details", {"name": "春季补货", "note": "给导购的话"})
    client.submit("/list/share")
    db.session.expire_all()
    stranger = app.test_client()
    assert isinstance(stranger, Visitor)
    path = f"/l/{mine.share_token}/selection.pdf"
    said = words_of(stranger, path)
    assert "垃圾袋" in said
    assert "给导购的话" not in said
    assert codes.format_code(mine.code) not in said
    assert path in stranger.get(f"/l/{mine.share_token}").text
    client.submit("/list/share/withdrawal")
    assert stranger.get(path).status_code == 404


def test_prices_of_the_list_obey_the_factory(client: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.STAFF
    put_on_list(client, sample)
    said = words_of(client, "/list/selection.pdf")
    assert "垃圾袋" in said
    assert "11.50" not in said
    assert "552.00" not in said


@pytest.fixture
def order(client: Visitor, sample: Sample) -> Order:
    mine = put_on_list(client, sample)
    made = Order(
        number="YW-2847-31", token="t" * 24, site=sample.site, supplier=sample.listing.supplier, buyer=mine.buyer,
        kind=OrderKind.BULK, name="迪伊采购", phone="13812348000", company="迪伊百货",
        address="杭州市西湖区文三路 1 号", message=HOSTILE,
        consent_version="2026-11", goods_fen=55200, freight_agreed=True,
    )  # fmt: skip
    made.lines = [
        OrderLine(
            listing_id=sample.listing_id, sku_id=sample.listing.skus[0].id, sample_id=sample.id,
            title=sample.listing.title, unit="件", unit_en="pcs", quantity=48, unit_fen=1150, total_fen=55200,
        )
    ]  # fmt: skip
    return make.add(made)


def test_an_order_is_handed_over_with_its_buyer_masked(visit: Visit, order: Order) -> None:
    path = f"/orders/{order.number}/handover.pdf"
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    said = words_of(bo, path)
    for text in ("YW-2847-31", "迪伊采购", "杭州市西湖区文三路", "48件", "¥11.50", "¥552.00", HOSTILE.replace(" ", "")):
        assert text in said, text
    assert path in bo.get(f"/orders/{order.number}").text
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=order.supplier))
    masked = words_of(eve, path)
    assert "迪**" in masked
    assert "迪伊" not in masked
    for words in (said, masked):
        assert "13812348000" not in words
        assert "138****8000" in words


def test_other_sites_factories_and_roles_get_no_handover(visit: Visit, client: Visitor, order: Order) -> None:
    path = f"/orders/{order.number}/handover.pdf"
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(path).status_code == 404
    fay = visit(make.user("Fay", Role.SUPPLIER, supplier=make.supplier("别家")))
    assert fay.get(path).status_code == 404
    assert visit(make.user("Gil", Role.CASHIER, order.site)).get(path).status_code == 403
    assert client.get(path).status_code == 302
    assert cy.get("/orders/XX-0000-00/handover.pdf").status_code == 404


@pytest.mark.parametrize("medium", ["A4-1", "A4-4", "A4-9", "A4-15"])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_linesheet_keeps_to_its_cells(app: Flask, sample: Sample, medium: str, language: str) -> None:
    """The longest names and ladders end above the next row, and every code reads."""
    paper_of = MEDIA[medium]
    sample.listing.title, sample.listing.title_en = "加厚平口垃圾袋，" * 12, "Thick drawstring bin bags " * 9
    sample.listing.tiers = [PriceTier(min_quantity=3 * 2**step, price_fen=99999 - step) for step in range(6)]
    values = sheet_values(sample, language, True) | {"pictures": [], "spec": "蓝色 " * 40}
    placed = [(1, position, values) for position in range(1, paper_of.cells + 1)]
    (page,) = linesheets.linesheet(paper_of, placed)
    for ink in page:
        assert paper_of.page[0] - paper_of.left + 0.6 >= right_of(ink), ink
    for position in range(1, paper_of.cells + 1):
        left, top = paper_of.corner(position)
        cell = linesheets.cell(Paper(paper_of), left, top, values)
        assert max(map(bottom_of, cell)) <= top + max(paper_of.pitch_y, paper_of.height) + 0.3
        assert max(map(right_of, cell)) <= left + paper_of.width + 0.6
    data = drawing.render("linesheet", paper_of, language, placed)
    assert len(paper.codes_on(data, dpi=300)) == paper_of.cells


def right_of(ink: Ink) -> float:
    match ink:
        case Line():
            return ink.x + fonts.width_mm(ink.words, ink.points, ink.bold)
        case Photo() | Symbol():
            return ink.x + ink.side
    return ink.x + ink.width


def bottom_of(ink: Ink) -> float:
    match ink:
        case Line():
            return ink.y + high(ink.points)
        case Photo() | Symbol():
            return ink.y + ink.side
    return ink.y + ink.height


@pytest.mark.parametrize("medium", ["A4-1", "A4-4", "A4-9"])
def test_a_linesheet_says_a_name_whole_where_there_is_room(app: Flask, sample: Sample, medium: str) -> None:
    name = "Extra-thick drawstring bin bags for kitchen, bathroom and office, pre-cut roll"
    said = sheet_values(sample, "en", True) | {"names": [name], "pictures": []}
    (page,) = drawing.inked("linesheet", MEDIA[medium], [(1, 1, said)])
    assert name in " ".join(ink.words for ink in page if isinstance(ink, Line)).replace("- ", "-")


def test_a_long_list_takes_several_pages(client: Visitor, sample: Sample) -> None:
    for number in range(30):
        more = make.sample(make.listing(sample.listing.supplier, title=f"样品 {number}"), sample.site)
        put_on_list(client, more, 3)
    pdf = client.get("/list/selection.pdf").data
    assert paper.page_count(pdf) >= 2
    assert "样品29" in "".join("".join(paper.words(pdf, page) for page in range(paper.page_count(pdf))).split())


def test_a_list_of_many_factories_begins_with_its_contents(client: Visitor, sample: Sample) -> None:
    for number in range(12):
        maker = make.supplier(f"厂家{number:02}")
        for thing in range(3):
            put_on_list(client, make.sample(make.listing(maker, title=f"货{thing}"), sample.site), 3)
    client.submit("/list/details", {"name": "春季补货", "note": ""})
    pdf = client.get("/list/selection.pdf").data
    first, later = "".join(paper.words(pdf).split()), paper.words(pdf, 1)
    assert "目录" in first
    assert "厂家11" in first
    assert "目录" not in later
    assert "春季补货" in later
    assert f"2 / {paper.page_count(pdf)}" in later
    pages = range(paper.page_count(pdf))
    found = [max(page + 1 for page in pages if f"厂家{number:02}" in paper.words(pdf, page)) for number in range(12)]
    assert "".join(map(str, found)) in first


def test_papers_come_in_both_languages(client: Visitor, visit: Visit, order: Order, sample: Sample) -> None:
    sample.listing.title_en = order.lines[0].title_en = "Bin bags"
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, order.site))
    assert f'formaction="/orders/{order.number}/handover.pdf"' in bo.get(f"/orders/{order.number}").text
    both = words_of(bo, f"/orders/{order.number}/handover.pdf?language=both")
    for text in ("订单Order", "状态State", "单价（元）Unitprice(yuan)", "Binbags", "48件pcs", "垃圾袋"):
        assert text in both, text
    english = words_of(bo, f"/orders/{order.number}/handover.pdf?language=en")
    assert "订单" not in english
    both = words_of(client, "/list/selection.pdf?language=both")
    for text in ("商品Product", "Binbags", "现在可下单（元）Canbeorderednow(yuan)"):
        assert text in both, text
    lent = make.loan([sample], make.user("Ana", Role.MANAGER, order.site))
    both = words_of(bo, f"/loans/{lent.id}/slip.pdf?language=both")
    for text in ("借样单", "Slipforlentsamples", "借出状态Aslent", "Binbags"):
        assert text in both, text


def test_styles_on_a_sample_sheet_stand_apart(app: Flask, sample: Sample) -> None:
    values = sheet_values(sample, "zh", True) | {"pictures": [], "specs": ["奶油白", "牛油果绿"]}
    said = paper.words(drawing.render("sheet", MEDIA["A4"], "zh", [(1, 1, values)]))
    assert "奶油白 牛油果绿" in said.replace("\u3000", " ")


@pytest.mark.parametrize("count", [0, 1, 9])
@pytest.mark.parametrize("language", ["zh", "both"])
def test_a_sample_sheet_has_room_for_much_and_for_little(app: Flask, sample: Sample, count: int, language: str) -> None:
    """Of the longest everything the certificates, the pack and the first facts are still there."""
    sample.listing.title_en = "Thick drawstring bin bags"
    labels = [f"超长款式名称{number} 加厚加大 / {number * 10} × {number * 12} cm" for number in range(24)]
    more = {
        "pictures": [kept_photo(number) for number in range(count)],
        "tiers": [[f"{3 * 2**step} 件起", f"¥{90 - step}.00"] for step in range(6)],
        "specs": styles(labels),
        "pack": [[f"词{number}", "64×46×42 cm"] for number in range(7)],
        "attributes": [["材质", "缎面 100% 聚酯纤维"]] * 12,
        "certificates": [[f"检测报告 GTS-2026-00998{number}", "有效期至 2027-05-01"] for number in range(6)],
    }
    data = drawing.render("sheet", MEDIA["A4"], language, [(1, 1, sheet_values(sample, language, True) | more)])
    assert paper.page_count(data) == 1
    drawn = "".join(paper.words(data).split())
    for text in ("GTS-2026-009985", "词6", "还有10款", "材质", "¥85.00"):
        assert text in drawn, text
    assert [code.text for code in paper.codes_on(data, dpi=300)] == [codes.address(str(sample.code), PUBLIC_URL)]
    boxes = paper.glyphs(data)
    assert [
        one for number, one in enumerate(boxes) if any(paper.on_each_other(one, two) for two in boxes[:number])
    ] == []


def test_a_sheet_that_says_little_says_it_large(app: Flask, sample: Sample) -> None:
    """And one that says more keeps to its page: nothing comes down to the foot."""
    said = whole_sheet(sample, "zh", True) | {"pictures": [], "pack": [["外箱尺寸", "64×46×42 cm"]] * 7}
    largest = {}
    for count in range(13):
        more = said | {"attributes": [[f"词{number}", "缎面 100% 聚酯纤维 " * 3] for number in range(count)]}
        boxes = paper.glyphs(drawing.render("sheet", MEDIA["A4"], "zh", [(1, 1, more)]))
        assert not [box for box in boxes if 17 < box[1] < 22.5], count
        largest[count] = is_roomy(more)
    assert largest[0]
    assert not largest[12]


def kept_photo(number: int) -> str:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), (number * 20, 90, 160)).save(out, "PNG")
    return pictures.keep(out.getvalue())

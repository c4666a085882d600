"""The scan page: what it says, to whom, and what it never gives away."""

import gzip
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import GoodsType, ListingState
from selection_center.catalog.suppliers import MerchantType, PriceVisibility
from selection_center.core.codes import new_code
from selection_center.core.db import db
from selection_center.core.kept_pages import _kept
from selection_center.core.permissions import Role
from selection_center.orders.models import Order
from selection_center.samples import guesses
from selection_center.samples.models import Sample
from selection_center.samples.scans import Scan
from selection_center.samples.tags import Tag
from selection_center.sites.models import Belt
from tests import factories as make
from tests.buyers import put_on_list
from tests.conftest import new_visitor
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"


@pytest.fixture(autouse=True)
def no_writing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans wait until the test flushes them: a write between its own read and write would lock SQLite."""
    monkeypatch.setattr(app.extensions["scan_recorder"], "start", lambda: None)
    app.extensions["scan_recorder"].flush()


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    _kept.clear()
    belt = make.add(
        Belt(
            city=make.city(),
            place="义乌市",
            place_adcode="330782",
            name="小商品",
            name_en="Small commodities",
            category="百货",
        )
    )
    by = make.supplier(
        merchant_type=MerchantType.MID_FACTORY, trustpass_years=6, is_super_factory=True, mix_pieces=10, belt=belt
    )
    listing = make.listing(
        by,
        specs=("红", "金"),
        attributes=[["规格", "45×50 cm", "Size", "45×50 cm"]],
        item_number="HY-4550",
        origin="浙江义乌",
        origin_en="Yiwu, Zhejiang",
        inner_pack=10,
        carton_pieces=60,
        carton_length_mm=520,
        carton_width_mm=380,
        carton_height_mm=400,
        carton_gross_g=14200,
        lead_hours=48,
        lot_size=3,
        sample_fen=1500,
        goods_type=GoodsType.WHITE_LABEL,
        url="https://detail.1688.com/offer/600000000001.html",
    )
    listing.skus[0].member_fen = 1190
    return make.sample(listing, site, make.stand(site))


ENGLISH = (
    "Thick drawstring bin bags", "A-03-2", "MOQ 3 pcs", "Member", "Others ¥12.80", "Multiples of 3 pcs",
    "10 pcs of this factory", "All styles count together", "within 48 h", "Yiwu, Zhejiang", "Small commodities",
    "Source factory", "Super factory", "TrustPass, 6 years", "HY-4550", "Inner box", "60 pcs", "52 × 38 × 40 cm",
    "0.079 m³", "14.2 kg gross", "White label", "¥15.00 each, 3 at most", "See it online",
)  # fmt: skip
CHINESE = ("加厚平口自动收口垃圾袋", "A-03-2", "起批 3 件", "会员", "浙江义乌", "小商品", "诚信通", "加入选品单")


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE)])
def test_it_says_all_that_a_buyer_asks(client: Visitor, sample: Sample, language: str, words: tuple[str, ...]) -> None:
    page = client.get(f"/s/{sample.code}?lang={language}").text
    assert [word for word in words if word not in page] == []


def test_what_a_field_tells_is_not_told_again_as_an_attribute(client: Visitor, sample: Sample) -> None:
    sample.listing.attributes = [["产地", "浙江省义乌市", "", ""], ["货号", "4550", "", ""], ["材质", "PE", "", ""]]
    page = client.get(f"/s/{sample.code}?lang=zh").text
    assert [page.count(word) for word in ("<dt>产地</dt>", "<dt>货号</dt>", "<dt>材质</dt>")] == [1, 1, 1]


def test_it_speaks_chinese_unless_told_otherwise(app: Flask, client: Visitor, sample: Sample) -> None:
    path = f"/s/{sample.code}"
    assert "zh-CN" in client.get(path).text
    assert 'lang="en"' in new_visitor(app).get(path, headers={"Accept-Language": "en-GB"}).text[:40]
    assert 'lang="en"' in client.get(f"{path}?lang=en").text[:40]
    assert 'lang="en"' in client.get(path, headers={"Accept-Language": "zh-CN"}).text[:40]  # the choice is kept


def test_a_link_sent_by_chat_shows_title_and_picture(client: Visitor, sample: Sample) -> None:
    sample.listing.pictures = ["0" * 24]
    page = client.get(f"/s/{sample.code}?lang=en").text
    assert '<meta property="og:title" content="Thick drawstring bin bags">' in page
    assert re.search(r'<meta property="og:image" content="http[^"]+/pictures/0{24}-card.webp">', page)


def test_the_form_without_script_gives_the_same_price(client: Visitor, sample: Sample) -> None:
    sku = sample.listing.skus[1].id
    page = client.get(f"/s/{sample.code}?sku={sku}&quantity=48&lang=en").text
    assert ("48 pcs × ¥11.50" in page, f'value="{sku}" checked' in page) == (True, True)
    assert '<input type="hidden" name="quantity" value="48">' in page


@pytest.mark.parametrize("query", ["quantity=0", "quantity=-3", "quantity=x", "quantity=1e9", "sku=999999999999999",
                                   "quantity=" + "9" * 300, "sku=%20", "quantity=٣", "lang=xx"])  # fmt: skip
def test_odd_parameters_break_nothing(client: Visitor, sample: Sample, query: str) -> None:
    assert client.get(f"/s/{sample.code}?{query}").status_code == 200
    assert client.get(f"/s/{sample.code}/price?{query}").status_code == 200


@pytest.mark.parametrize("asked", ["-3", "0", "99999999999", "1e9", "12.5", "many"])
def test_a_quantity_that_no_order_can_have_is_named(client: Visitor, sample: Sample, asked: str) -> None:
    for path in (f"/s/{sample.code}", f"/s/{sample.code}/price"):
        page = client.get(f"{path}?quantity={asked}&lang=en").text
        assert "Write a quantity from 1 to 9,999,999. Until then the price is for 3 pcs." in page
        assert "3 pcs × ¥12.80" in page


@pytest.mark.parametrize("asked", ["", " 48 ", "9999999"])
def test_other_quantities_are_priced_as_they_are(client: Visitor, sample: Sample, asked: str) -> None:
    assert "Write a quantity" not in client.get(f"/s/{sample.code}?quantity={asked}&lang=en").text


def test_an_address_with_a_nul_leads_nowhere(client: Visitor, sample: Sample) -> None:
    for path in (f"/s/{sample.code}%00", f"/s/{sample.code}?sku=%00", "/l/%00", "/o/%00", "/code?code=%00"):
        assert client.get(path).status_code == 404, path


def test_prices_obey_the_suppliers_visibility(app: Flask, client: Visitor, sample: Sample, visit: Visit) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.PHONE
    path = f"/s/{sample.code}"
    assert all('<span class="f">.80' not in client.get(f"{path}{end}").text for end in ("", "/price"))
    client.submit("/my-number", {"phone": "13800138000", "consent": "y"})
    assert '<span class="f">.80' in client.get(path).text
    assert '<span class="f">.80' not in new_visitor(app).get(path).text
    sample.listing.supplier.price_visibility = PriceVisibility.STAFF
    assert '<span class="f">.80' not in client.get(path).text
    assert 'value="1280"' not in client.get(path).text


def test_off_shelf_and_retired_samples_lead_to_similar_ones(client: Visitor, sample: Sample) -> None:
    near = make.sample(
        make.listing(sample.listing.supplier, title="近似款"), sample.site, make.stand(sample.site, bay=9)
    )
    sample.listing.state = ListingState.OFF_SHELF
    page = client.get(f"/s/{sample.code}").text
    assert (f"/S/{near.code}" in page, "近似款" in page, "加入选品单" in page) == (True, True, False)


def test_a_blank_tag_is_not_in_use_yet(client: Visitor, sample: Sample) -> None:
    blank = make.add(Tag.new(sample.site))
    answer = client.get(f"/s/{blank.code}?lang=en")
    assert (answer.status_code, "not in use yet" in answer.text) == (200, True)


def test_a_look_of_a_person_counts_once_and_of_a_program_never(app: Flask, client: Visitor, sample: Sample) -> None:
    path = f"/s/{sample.code}"
    for headers in (
        {"User-Agent": PHONE},
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
        {"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": ""},
    ):
        assert client.get(path, headers=headers).status_code == 200
    assert client.head(path, headers={"User-Agent": PHONE}).status_code == 200
    app.extensions["scan_recorder"].flush()
    scan = db.session.scalars(sa.select(Scan)).one()
    assert (scan.sample_id, scan.stand_id, scan.language, scan.by_staff) == (
        sample.id, sample.stand and sample.stand.id, "zh", False,
    )  # fmt: skip
    assert scan.supplier_id == sample.listing.supplier_id


def test_staff_get_their_page_and_others_staff_the_buyers(visit: Visit, sample: Sample) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))
    cy = visit(make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")))
    assert bo.get(f"/s/{sample.code}").headers["Location"] == f"/samples/{sample.id}"
    assert "加入选品单" in bo.get(f"/s/{sample.code}?view=buyer").text
    assert "加入选品单" in cy.get(f"/s/{sample.code}").text


def test_kept_pages_hold_nothing_of_a_visitor(app: Flask, sample: Sample) -> None:
    path = f"/s/{sample.code}"
    visitors = [new_visitor(app) for _ in range(3)]
    put_on_list(visitors[0], sample)
    pages = [visitor.get(path, headers={"User-Agent": PHONE}).text for visitor in visitors]
    tokens = [set(re.findall(r'name="(?:csrf_token|operation_id)" value="([^"]+)"', page)) for page in pages]
    assert all(tokens)
    assert not tokens[0] & tokens[1] | tokens[1] & tokens[2] | tokens[0] & tokens[2]
    assert ['<span class="count">1</span>' in page for page in pages] == [True, False, False]


def test_s17_unknown_codes_are_limited_everywhere_a_code_is_taken(
    app: Flask, client: Visitor, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "BY_DEVICE", 4)
    client.get("/")
    for path in ("", "/price", "/online"):
        assert client.get(f"/s/{new_code()}{path}").status_code == 404
    assert client.submit("/list/lines", {"code": new_code(), "sku": 1, "quantity": 1}).status_code == 404
    assert client.get(f"/s/{new_code()}").status_code == 429
    assert client.get(f"/s/{new_code()}/price").status_code == 429
    assert client.submit("/list/lines", {"code": new_code(), "sku": 1, "quantity": 1}).status_code == 429
    assert client.get(f"/s/{sample.code}").status_code == 200  # what hangs in the room still opens


def test_s17_one_address_has_its_own_limit(app: Flask, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "BY_ADDRESS", 5)
    answers = [new_visitor(app).get(f"/s/{new_code()}").status_code for _ in range(6)]
    assert answers == [404] * 5 + [429]


def test_a_mistyped_code_is_no_guess_and_keeps_what_was_typed(client: Visitor, sample: Sample) -> None:
    assert sample.code is not None
    other = "0" if sample.code[3] != "0" else "1"
    wrong = sample.code[:3] + other + sample.code[4:]
    for _ in range(guesses.BY_DEVICE + 5):
        answer = client.get(f"/s/{wrong}?lang=en")
    assert (answer.status_code, "A typing mistake" in answer.text, wrong in answer.text) == (404, True, True)


def test_manual_entry_takes_what_stands_under_the_code(client: Visitor, sample: Sample) -> None:
    assert sample.code is not None
    shown = f" {sample.code[:4].lower()}-{sample.code[4:8]} {sample.code[8:]} "
    assert client.get("/code", query_string={"code": shown}).headers["Location"].upper() == f"/S/{sample.code}"
    assert client.get("/code").status_code == 200
    assert client.get("/code?code=HELLO").status_code == 404


def test_s19_the_way_off_site_names_the_domain_first(client: Visitor, sample: Sample) -> None:
    page = client.get(f"/s/{sample.code}/online?lang=en")
    assert (page.status_code, "detail.1688.com" in page.text, "noopener" in page.text) == (200, True, True)
    assert "refresh" not in page.text.lower()
    for url in (
        "https://evil.example/x",
        "javascript:alert(1)",
        "https://detail.1688.com@evil.example/",
        "//evil.example",
    ):
        sample.listing.url = url
        assert client.get(f"/s/{sample.code}/online").status_code == 404
        _kept.clear()
        assert "/online" not in client.get(f"/s/{sample.code}?lang=en").text  # no key that leads nowhere


def test_the_page_is_small_and_comes_packed(client: Visitor, sample: Sample) -> None:
    answer = client.get(f"/s/{sample.code}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "A-03-2" in gzip.decompress(answer.data).decode()
    linked = re.findall(r'(?:href|src)="(/static/[^"#]+)"', gzip.decompress(answer.data).decode())
    linked += ["/static/js/modules/price.js", "/static/js/modules/stepper.js", "/static/js/modules/submit-once.js"]
    sizes = [len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in set(linked)]
    assert len(sizes) >= 7
    assert len(answer.data) + sum(sizes) < 30_000  # of the 60 KB, half is left to the first picture


def test_a_kept_static_file_is_immutable_and_an_old_one_asks_again(client: Visitor, sample: Sample) -> None:
    css = re.findall(r'href="(/static/css/[^"]+)"', client.get(f"/s/{sample.code}").text)[0]
    first = client.get(css, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in first.headers["Cache-Control"]
    again = client.get(css, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert again.status_code == 304
    assert "immutable" not in client.get(css.split("?")[0]).headers.get("Cache-Control", "")


def test_nothing_is_ordered_by_looking(client: Visitor, sample: Sample) -> None:
    for path in ("", "/price", "/online"):
        client.get(f"/s/{sample.code}{path}")
    assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0

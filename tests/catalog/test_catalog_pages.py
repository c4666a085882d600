"""The catalog as staff see it: found, looked at, changed; each page for whom it is and with what input."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.catalog.models import Listing, ListingState, PriceChange, PriceTier, Quote
from selection_center.catalog.search import index_listings
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def bags(site: Site) -> Listing:
    row = make.listing(make.supplier(), specs=("红色", "蓝色"), url="https://detail.1688.com/offer/600000000001.html")
    index_listings([row.id])
    return row


def picture(color: str = "red") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(file, "PNG")
    file.seek(0)
    return file


def edited(listing: Listing, **changes: object) -> dict[str, object]:
    """The edit page's fields as they stand, and some other ones."""
    form: dict[str, object] = {
        "title": listing.title, "title_en": listing.title_en,
        "supplier_name": listing.supplier.name if listing.supplier else "",
        "unit": "件", "unit_en": "pcs", "quote": listing.quote.value, "moq": listing.moq, "lot_size": listing.lot_size,
        "seen_version": listing.version, "goods_type": "",
    }  # fmt: skip
    for row, tier in enumerate(listing.offer_tiers):
        form |= {f"tier-{row}-min_quantity": tier.min_quantity, f"tier-{row}-price_fen": tier.price_fen / 100}
    return form | changes


# --- looking ----------------------------------------------------------------------------------------------------


def test_the_catalog_is_searched_and_filtered(ana: Visitor, bags: Listing, site: Site) -> None:
    socks = make.listing(title="儿童棉袜", state=ListingState.OFF_SHELF)
    index_listings([socks.id])
    assert "儿童棉袜" in (page := ana.get("/catalog").text)
    assert bags.title in page
    for address, shown in (
        ("?q=垃圾", {bags.title}),
        ("?q=袜", {"儿童棉袜"}),
        ("?q=禾一", {bags.title}),
        ("?state=off", {"儿童棉袜"}),
        ("?state=no-supplier", {"儿童棉袜"}),
        (f"?supplier={bags.supplier_id}", {bags.title}),
        ("?where=here", set()),
        ("?q=没有这个", set()),
        ("?sort=price&lang=zh", {bags.title, "儿童棉袜"}),
    ):
        text = ana.get(f"/catalog{address}").text
        assert {title for title in (bags.title, "儿童棉袜") if title in text} == shown, address


def test_a_sample_is_found_by_its_site_and_its_code(ana: Visitor, bags: Listing, site: Site) -> None:
    piece = make.sample(bags, site, make.stand(site))
    assert piece.code is not None
    assert bags.title in ana.get("/catalog?where=here").text
    for code in (piece.code, piece.code.lower(), piece.code[:5], f"{piece.code[:4]}-{piece.code[4:8]}"):
        assert bags.title in ana.get(f"/catalog?q={code}").text, code
    assert bags.title not in ana.get(f"/catalog?q={piece.code[:3]}").text


def test_odd_filters_are_no_filters(ana: Visitor, bags: Listing) -> None:
    for address in ("?belt=x&supplier=-1&sort=nothing&state=?", f"?belt={10**30}", "?page=99999999999", "?page=-1"):
        assert ana.get(f"/catalog{address}").status_code == 200, address
    assert ana.get(f"/catalog/{10**30}").status_code == 404


def test_one_offer_shows_all_that_is_known(ana: Visitor, bags: Listing, site: Site) -> None:
    piece = make.sample(bags, site, make.stand(site))
    bags.carton_length_mm, bags.carton_width_mm, bags.carton_height_mm = 600, 400, 500
    page = ana.get(f"/catalog/{bags.id}?lang=en").text
    assert f"/samples/{piece.id}" in page
    for text in ("A-03-2", "红色", "蓝色", "0.120 m³", "Yiwu Heyi Daily Goods", f"samples/new?listing={bags.id}"):
        assert text in page, text


def test_samples_of_other_sites_stay_there(visit: Visit, bags: Listing, site: Site) -> None:
    make.sample(bags, site, make.stand(site))
    cy = visit(make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")))
    assert "A-03-2" not in cy.get(f"/catalog/{bags.id}").text


def test_the_way_online_names_the_domain_first(ana: Visitor, bags: Listing) -> None:
    assert "detail.1688.com" in ana.get(f"/catalog/{bags.id}/online").text
    assert f'href="{bags.url}"' not in ana.get(f"/catalog/{bags.id}").text
    bags.url = "https://evil.example/offer/600000000001.html"
    assert ana.get(f"/catalog/{bags.id}/online").status_code == 404
    assert "evil.example" in ana.get(f"/catalog/{bags.id}").text


def test_suppliers_see_their_own_offers_alone(visit: Visit, bags: Listing) -> None:
    other = make.listing(make.supplier("宁波顺达塑料"), title="别家的箱子")
    index_listings([other.id])
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=bags.supplier))
    page = eve.get("/catalog").text
    assert bags.title in page
    assert "别家的箱子" not in page
    assert eve.get(f"/catalog/{bags.id}").status_code == 200
    assert eve.get(f"/catalog/{other.id}").status_code == 404
    assert eve.get(f"/catalog?supplier={other.supplier_id}").text.count("别家") == 0
    assert eve.get(f"/catalog/{bags.id}/edit").status_code == 403


def test_only_who_edits_the_catalog_may(visit: Visit, bags: Listing, site: Site) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    assert bo.get("/catalog").status_code == bo.get(f"/catalog/{bags.id}").status_code == 200
    assert "/edit" not in bo.get(f"/catalog/{bags.id}").text
    for path in ("/catalog/new", f"/catalog/{bags.id}/edit", f"/catalog/{bags.id}/link"):
        assert bo.get(path).status_code == 403, path
    for path in (
        "",
        f"/{bags.id}",
        f"/{bags.id}/state",
        f"/{bags.id}/pictures",
        f"/{bags.id}/link",
        f"/{bags.id}/replacement",
    ):
        assert bo.submit(f"/catalog{path}").status_code == 403, path


def test_strangers_are_sent_to_sign_in(client: Visitor, bags: Listing) -> None:
    assert "/sign-in" in client.get("/catalog").headers["Location"]


# --- changing ---------------------------------------------------------------------------------------------------


def test_changed_prices_go_on_record(ana: Visitor, bags: Listing) -> None:
    red = bags.skus[0]
    form = edited(bags, **{"tier-0-price_fen": "12.50", f"sku-{red.id}-member_fen": "11.90", "moq": "6"})
    assert ana.submit(f"/catalog/{bags.id}", form).status_code == 303
    db.session.expire_all()
    assert bags.offer_tiers[0].price_fen == 1250
    rows = {(row.spec, row.field): (row.old, row.new) for row in db.session.scalars(sa.select(PriceChange))}
    assert rows == {
        ("", "tiers"): ("3:1280 48:1150 200:1020", "3:1250 48:1150 200:1020"),
        ("红色", "member_price"): (None, "1190"),
        ("", "moq"): ("3", "6"),
    }
    assert bags.version == 2
    page = ana.get(f"/catalog/{bags.id}?lang=en").text
    for text in ("3+ ¥12.80", "3+ ¥12.50", "Lowest in 7 days", "Ana, by hand"):
        assert text in page, text
    assert "listing_changed" in set(db.session.scalars(sa.select(AuditEntry.verb)))


def test_a_style_keeps_the_barcode_of_the_goods(ana: Visitor, bags: Listing) -> None:
    red = bags.skus[0]
    assert (
        ana.submit(f"/catalog/{bags.id}", edited(bags, **{f"sku-{red.id}-barcode": "6 934582 710047"})).status_code
        == 303
    )
    db.session.expire_all()
    assert red.barcode == "6934582710047"
    assert "6934582710047" in ana.get(f"/catalog/{bags.id}").text
    assert 'value="6934582710047"' in ana.get(f"/catalog/{bags.id}/edit").text


def test_saving_the_same_again_changes_nothing(ana: Visitor, bags: Listing) -> None:
    assert ana.submit(f"/catalog/{bags.id}", edited(bags)).status_code == 303
    db.session.expire_all()
    assert bags.version == 1
    assert db.session.scalar(sa.select(sa.func.count(PriceChange.id))) == 0


def test_the_page_sends_back_what_it_was_given(ana: Visitor, bags: Listing) -> None:
    page = ana.get(f"/catalog/{bags.id}/edit").text
    for text in (f'value="{bags.title}"', 'value="12.80"', 'value="48"', 'value="义乌市禾一日用品有限公司"'):
        assert text in page, text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "长" * 301), ("moq", "0"), ("moq", "-1"), ("moq", str(10**30)), ("moq", "NaN"),
        ("lot_size", "0"), ("quote", "by_moon"), ("supplier_name", "没有这家"), ("unit", ""),
        ("tier-0-price_fen", "-1"),
        ("tier-0-price_fen", "0"), ("tier-0-price_fen", "1.005"), ("tier-0-price_fen", "1e9"),
        ("tier-0-price_fen", str(10**20)),
        ("tier-0-price_fen", ""), ("tier-3-min_quantity", "500"), ("tier-1-min_quantity", "3"), ("new-sku-stock", "-1"),
        ("tier-1-price_fen", "99.00"),
        ("sample_fen", "zwölf"), ("carton_length_mm", "99999"), ("carton_gross_g", "-5"), ("goods_type", "gold"),
        ("new-sku-spec", "红色"), ("new-sku-barcode", "6934582710043"), ("new-sku-barcode", "七"),
    ],
)  # fmt: skip
def test_bad_input_comes_back_and_changes_nothing(ana: Visitor, bags: Listing, field: str, value: str) -> None:
    answer = ana.submit(f"/catalog/{bags.id}", edited(bags, title_en="Kept words") | {field: value})
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    db.session.expire_all()
    assert (bags.version, bags.title_en) == (1, "Thick drawstring bin bags")


def test_two_who_save_take_turns(ana: Visitor, bags: Listing) -> None:
    assert ana.submit(f"/catalog/{bags.id}", edited(bags, title="一")).status_code == 303
    late = ana.submit(f"/catalog/{bags.id}", edited(bags, title="二", seen_version=1))
    assert late.status_code == 422
    assert 'value="二"' in late.text
    db.session.expire_all()
    assert bags.title == "一"
    assert ana.submit(f"/catalog/{bags.id}", edited(bags, title="二", seen_version=2)).status_code == 303


def test_fields_that_no_form_has_change_nothing(ana: Visitor, bags: Listing) -> None:
    other = make.listing(specs=("别家",))
    foreign = other.skus[0]
    extra = {
        "state": "off_shelf", "source": "manual", "external_id": "1", "url": "https://evil.example", "version": "9",
        "id": other.id, "supplier_id": 999, "created_at": "2001-01-01", "is_admin": "1", "headline_fen": "1",
        f"sku-{foreign.id}-price_fen": "0.01", f"sku-{bags.skus[0].id}-listing_id": other.id,
        f"sku-{bags.skus[0].id}-spec": "改名",
    }  # fmt: skip
    before = (bags.state, bags.source, bags.external_id, bags.url, bags.supplier_id, bags.headline_fen)
    assert ana.submit(f"/catalog/{bags.id}", edited(bags) | extra).status_code == 303
    db.session.expire_all()
    assert before == (bags.state, bags.source, bags.external_id, bags.url, bags.supplier_id, bags.headline_fen)
    assert foreign.price_fen is None
    assert [sku.spec for sku in bags.skus] == ["红色", "蓝色"]
    assert bags.version == 1


def test_tiers_of_styles_and_new_styles(ana: Visitor, bags: Listing) -> None:
    bags.quote = Quote.TIER_PER_SKU
    red = bags.skus[0]
    bags.tiers.append(PriceTier(sku_id=red.id, min_quantity=5, price_fen=900))
    db.session.flush()
    form = edited(bags, **{f"sku-{red.id}-tier-0-min_quantity": "5", f"sku-{red.id}-tier-0-price_fen": "8.80"})
    form |= {f"sku-{red.id}-tier-1-min_quantity": "50", f"sku-{red.id}-tier-1-price_fen": "8"}
    form |= {"new-sku-spec": "绿色", "new-sku-price_fen": "13", "new-sku-stock": "0"}
    assert ana.submit(f"/catalog/{bags.id}", form).status_code == 303
    db.session.expire_all()
    assert [(t.min_quantity, t.price_fen) for t in bags.tiers if t.sku_id == red.id] == [(5, 880), (50, 800)]
    assert [(sku.spec, sku.price_fen, sku.stock) for sku in bags.skus][-1] == ("绿色", 1300, 0)
    assert "8.80" in ana.get(f"/catalog/{bags.id}").text


def test_a_new_title_is_found_at_once(ana: Visitor, bags: Listing) -> None:
    ana.submit(f"/catalog/{bags.id}", edited(bags, title="折叠收纳箱"))
    assert "折叠收纳箱" in ana.get("/catalog?q=纳箱").text


def test_off_and_on_the_shelf(ana: Visitor, bags: Listing) -> None:
    assert ana.submit(f"/catalog/{bags.id}/state", {"state": "gone"}).status_code == 422
    ana.submit(f"/catalog/{bags.id}/state", {"state": "off_shelf"})
    db.session.expire_all()
    assert not bags.is_on_shelf
    ana.submit(f"/catalog/{bags.id}/state", {"state": "on_shelf"})
    states = db.session.scalars(sa.select(PriceChange.new).filter_by(field="state").order_by(PriceChange.id))
    assert list(states) == ["off_shelf", "on_shelf"]


def test_pictures_come_lead_and_go(ana: Visitor, bags: Listing) -> None:
    for color in ("red", "blue"):
        assert ana.submit(f"/catalog/{bags.id}/pictures", {"photo": (picture(color), "a.png")}).status_code == 303
    db.session.expire_all()
    first, second = bags.pictures
    assert ana.get(f"/pictures/{first}-thumb.webp").status_code == 200
    ana.submit(f"/catalog/{bags.id}/pictures/{second}/lead")
    db.session.expire_all()
    assert bags.pictures == [second, first]
    ana.submit(f"/catalog/{bags.id}/pictures/{second}/removal")
    db.session.expire_all()
    assert bags.pictures == [first]


def test_what_is_no_picture_is_refused(ana: Visitor, bags: Listing) -> None:
    svg = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    assert ana.submit(f"/catalog/{bags.id}/pictures", {"photo": (svg, "a.svg")}).status_code == 409
    assert ana.submit(f"/catalog/{bags.id}/pictures").status_code == 409
    db.session.expire_all()
    assert bags.pictures == []


# --- writing down -----------------------------------------------------------------------------------------------


def test_an_offer_is_written_down_and_its_sample_made(ana: Visitor, bags: Listing) -> None:
    form = {
        "title": "竹编果篮",
        "price_fen": "18.5",
        "unit": "个",
        "moq": "2",
        "supplier_name": "义乌市禾一日用品有限公司",
    }
    answer = ana.submit("/catalog", form | {"photo": (picture(), "photo.png")})
    basket = db.session.scalars(sa.select(Listing).filter_by(title="竹编果篮")).one()
    assert answer.headers["Location"] == f"/sites/yiwu/samples/new?listing={basket.id}"
    assert ana.get(answer.headers["Location"]).status_code == 200
    assert (basket.source, basket.supplier_id, len(basket.pictures)) == ("manual", bags.supplier_id, 1)
    assert [(tier.min_quantity, tier.price_fen) for tier in basket.tiers] == [(2, 1850)]
    assert "竹编果篮" in ana.get("/catalog?q=果篮").text


@pytest.mark.parametrize(
    "bad", [{"title": ""}, {"price_fen": ""}, {"price_fen": "0"}, {"moq": "0"}, {"supplier_name": "没有这家"}]
)
def test_a_wrong_note_comes_back(ana: Visitor, bags: Listing, bad: dict[str, str]) -> None:
    form = {"title": "竹编果篮", "price_fen": "18.5", "unit": "个", "moq": "2"} | bad
    answer = ana.submit("/catalog", form)
    assert answer.status_code == 422
    assert 'value="个"' in answer.text


def test_a_bad_photo_is_said_at_its_field(ana: Visitor, site: Site) -> None:
    form = {"title": "竹编果篮", "price_fen": "18.5", "unit": "个", "moq": "2"}
    answer = ana.submit("/catalog?lang=en", form | {"photo": (io.BytesIO(b"no picture"), "photo.png")})
    assert answer.status_code == 422
    assert "This is not a picture" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 0


def test_a_photo_is_not_lost_with_a_wrong_price(ana: Visitor, site: Site) -> None:
    form = {"title": "竹编果篮", "price_fen": "18.555", "unit": "个", "moq": "2"}
    page = ana.submit("/catalog", form | {"photo": (picture(), "photo.png")}).text
    found = re.search(r'name="kept_photo" value="([0-9a-f]{24})"', page)
    assert found is not None
    assert ana.submit("/catalog", form | {"price_fen": "18.5", "kept_photo": found[1]}).status_code == 303
    assert db.session.scalars(sa.select(Listing)).one().pictures == [found[1]]


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 24, "x" * 24])
def test_a_photo_that_nobody_kept_is_none(ana: Visitor, site: Site, name: str) -> None:
    form = {"title": "竹编果篮", "price_fen": "18.5", "unit": "个", "moq": "2", "kept_photo": name}
    assert ana.submit("/catalog", form).status_code == 303
    assert db.session.scalars(sa.select(Listing)).one().pictures == []


# --- linking ----------------------------------------------------------------------------------------------------


def test_an_offer_is_linked_by_what_is_pasted(ana: Visitor, site: Site) -> None:
    basket = make.listing(title="竹编果篮", source="manual", external_id="K3", url="")
    share = "【1688】 https://m.1688.com/offer/712345678901.html?spm=a1 复制打开"
    assert ana.submit(f"/catalog/{basket.id}/link", {"address": share}).status_code == 303
    db.session.expire_all()
    assert (basket.source, basket.external_id) == ("1688", "712345678901")
    assert basket.url == "https://detail.1688.com/offer/712345678901.html"
    assert "竹编果篮" in ana.get("/catalog?q=712345678901").text


@pytest.mark.parametrize(
    ("pasted", "said"),
    [("", "Paste an address"), ("hello", "No offer in this text"), ("https://qr.1688.com/s/abc", "short link"),
     ("https://evil.example/offer/712345678901.html", "No offer in this text")],
)  # fmt: skip
def test_what_names_no_offer_is_explained(ana: Visitor, bags: Listing, pasted: str, said: str) -> None:
    answer = ana.submit(f"/catalog/{bags.id}/link?lang=en", {"address": pasted})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_offer_that_is_there_already_takes_the_samples_over(ana: Visitor, bags: Listing, site: Site) -> None:
    basket = make.listing(title="竹编果篮", source="manual", external_id="K3", specs=("红色",))
    piece = make.sample(basket, site, make.stand(site), basket.skus[0])
    answer = ana.submit(f"/catalog/{basket.id}/link", {"address": bags.external_id})
    assert answer.status_code == 422
    assert f"/catalog/{basket.id}/replacement" in answer.text
    assert bags.title in answer.text
    ana.submit(f"/catalog/{basket.id}/replacement", {"listing": bags.id})
    db.session.expire_all()
    moved = db.session.get_one(Sample, piece.id)
    assert (moved.listing_id, moved.sku and moved.sku.spec) == (bags.id, "红色")
    assert not basket.is_on_shelf
    assert bags.title in ana.get("/catalog?where=here").text
    assert "竹编果篮" not in ana.get("/catalog?where=here").text


def test_a_replacement_must_be_another_offer(ana: Visitor, bags: Listing) -> None:
    assert ana.submit(f"/catalog/{bags.id}/replacement", {"listing": bags.id}).status_code == 422
    assert ana.submit(f"/catalog/{bags.id}/replacement", {"listing": "999999"}).status_code == 409
    assert ana.submit(f"/catalog/{bags.id}/replacement", {"listing": "x"}).status_code == 409

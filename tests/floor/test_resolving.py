"""One resolver for whatever is scanned: each kind of thing is told, and nothing that is another site's."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selection_center.core.codes import CodeProblem, new_code
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.floor.resolving import resolve
from selection_center.floor.things import (
    BarcodeThing,
    BlankThing,
    ElsewhereThing,
    ListThing,
    MemberThing,
    OfferThing,
    RevokedThing,
    SaleThing,
    SampleThing,
    StandThing,
    UnknownThing,
    VisitThing,
)
from selection_center.membership import turning
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.selections.models import LineKind, SelectionList
from selection_center.sites.models import Site
from selection_center.till.sales import Sale
from selection_center.visits.models import BuyerKind, Visit
from tests import factories as make
from tests.floor.scanning import as_printed, tag_of
from tests.membership import making

EAN = "6934582710047"
OFFER = "816731226821"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def sample(site: Site) -> Sample:
    return make.sample(make.listing(make.supplier(), external_id=OFFER, item_number="HY-7"), site, make.stand(site))


def test_tags_lead_to_what_they_hang_on(site: Site, sample: Sample) -> None:
    blank, old = make.add(Tag.new(site)), tag_of(sample)
    assert resolve(as_printed(sample.code), site) == SampleThing(sample, old)
    assert resolve(as_printed(blank.code), site) == BlankThing(blank)
    blank.bind(sample)
    assert resolve(old.code, site) == RevokedThing(old, sample)
    assert resolve(blank.shown.lower(), site) == SampleThing(sample, blank)


def test_cards_and_sales_are_known_by_their_codes(site: Site) -> None:
    card = making.member(site).cards[0]
    turned = turning.code_of(card.handle, card.secret, turning.step_at())
    for text, way in (
        (card.code, "printed"),
        (f"https://yp.example.com/m/{card.code}", "printed"),
        (turned, "turning"),
    ):
        thing = resolve(text, site)
        assert isinstance(thing, MemberThing), text
        assert (thing.read.card, thing.read.way, thing.read.problem) == (card, way, None)
    sale = make.add(Sale(site=site))
    assert resolve(sale.code, site) == SaleThing(sale)
    elsewhere = making.store("chenghai")
    assert resolve(sale.code, elsewhere) == ElsewhereThing("other_site", text=sale.code)
    assert isinstance(resolve(card.code, elsewhere), MemberThing)  # a member is one of the whole network


def test_stands_are_known_by_code_and_by_address(site: Site, sample: Sample) -> None:
    stand = sample.stand
    assert stand is not None
    for text in (as_printed(stand.code), stand.code, "A-03-2", "a-3-2", "A 03 2", "Ａ０３－２", "A03-2\r\n"):
        assert resolve(text, site) == StandThing(stand)
    stand.closed_at = utcnow()
    db.session.flush()
    assert resolve(as_printed(stand.code), site) == StandThing(stand)
    assert resolve("A-09-9", site) == UnknownThing("A-09-9", CodeProblem.NOT_A_CODE)


def test_buyers_codes_are_known(site: Site, sample: Sample) -> None:
    selection = SelectionList.begin_for_walk_in(site)
    visit = Visit.begin(site, make.user("Bo", Role.FLOOR_STAFF, site), name="陈女士", kind=BuyerKind.SHOP)
    assert resolve(as_printed(selection.code), site) == ListThing(selection)
    assert resolve(as_printed(visit.code).replace("/S/", "/V/"), site) == VisitThing(visit)
    selection.closed_at = utcnow()
    db.session.flush()
    assert isinstance(resolve(selection.code, site), UnknownThing)


def test_a_list_is_known_where_it_has_a_line(site: Site, sample: Sample) -> None:
    other = make.site("chenghai")
    selection = SelectionList.begin_for_walk_in(other)
    assert isinstance(resolve(selection.code, site), ElsewhereThing)
    selection.add(sample, sample.listing.skus[0], 3, LineKind.BULK, seen_fen=None)
    db.session.flush()
    assert resolve(selection.code, site) == ListThing(selection)


def test_another_sites_codes_say_nothing(site: Site, sample: Sample) -> None:
    other = make.site("chenghai")
    theirs = make.sample(sample.listing, other, make.stand(other))
    visit = Visit.begin(other, make.user("Cy", Role.FLOOR_STAFF, other), name="林先生", kind=BuyerKind.SHOP)
    assert theirs.stand is not None
    blank = make.add(Tag.new(other))
    nobodys = resolve(new_code(), site)
    assert isinstance(nobodys, UnknownThing)
    for code in (theirs.code, theirs.stand.code, visit.code, blank.code, SelectionList.begin_for_walk_in(other).code):
        thing = resolve(as_printed(code), site)
        assert isinstance(thing, ElsewhereThing)
        assert thing.kind == "other_site"
        assert thing.words() == nobodys.words()


@pytest.mark.parametrize(
    "text",
    [
        OFFER,
        f"https://detail.1688.com/offer/{OFFER}.html?spm=a26352.13672862&tracelog=p4p",
        f"https://detail.m.1688.com/page/index.html?offerId={OFFER}",
        f"【1688】加厚垃圾袋 https://m.1688.com/offer/{OFFER}.html，点击链接打开",
        f"https：、、detail。1688。com、offer、{OFFER}。html",
    ],
)
def test_offers_are_found_in_what_apps_share(site: Site, sample: Sample, text: str) -> None:
    assert resolve(text, site) == OfferThing(sample.listing, OFFER)
    assert resolve(text.replace(OFFER, "816731226822"), site) == OfferThing(None, "816731226822")


@pytest.mark.parametrize(
    ("text", "kind", "host"),
    [
        ("8₤ 复制打开 https://qr.1688.com/s/AbCd12 好货", "short_link", "qr.1688.com"),
        ("https://shop12345.1688.com/page/offerlist.htm", "marketplace", "shop12345.1688.com"),
        ("https://item.taobao.com/item.htm?id=1", "marketplace", "item.taobao.com"),
        ("https://mobile.yangkeduo.com/goods.html?goods_id=1", "marketplace", "mobile.yangkeduo.com"),
        ("HTTP://WEIXIN.QQ.COM/r/abc", "foreign_address", "weixin.qq.com"),
        ("www.example.net/x", "foreign_address", "www.example.net"),
    ],
)
def test_what_leads_elsewhere_says_where(site: Site, text: str, kind: str, host: str) -> None:
    thing = resolve(text, site)
    assert isinstance(thing, ElsewhereThing)
    assert (thing.kind, thing.host) == (kind, host)
    assert thing.words()


def test_our_code_on_a_foreign_host_is_not_ours(site: Site, sample: Sample) -> None:
    thing = resolve(f"https://yp-example.com/S/{sample.code}", site)
    assert isinstance(thing, ElsewhereThing)
    assert thing.host == "yp-example.com"


@pytest.mark.parametrize("text", [EAN, f"(01)0{EAN}(10)A", f"https://id.gs1.org/01/0{EAN}", f"]E0{EAN}"])
def test_barcodes_lead_to_the_style_that_carries_them(site: Site, sample: Sample, text: str) -> None:
    sku = sample.listing.skus[0]
    assert resolve(text, site) == BarcodeThing(f"0{EAN}", [])
    sku.barcode = EAN
    db.session.flush()
    assert resolve(text, site) == BarcodeThing(f"0{EAN}", [sku])


def test_barcodes_are_also_written_as_cargo_and_item_numbers(site: Site, sample: Sample) -> None:
    by_item = make.listing(item_number=EAN)
    sample.listing.skus[0].cargo_number = EAN
    db.session.flush()
    thing = resolve(EAN, site)
    assert isinstance(thing, BarcodeThing)
    assert thing.skus == [sample.listing.skus[0], by_item.skus[0]]


def test_an_offer_that_looks_like_a_barcode_is_the_offer_when_we_have_it(site: Site) -> None:
    number = "600000000002"  # twelve digits with a right check digit
    assert isinstance(resolve(number, site), BarcodeThing)
    listing = make.listing(external_id=number)
    assert resolve(number, site) == OfferThing(listing, number)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", CodeProblem.NOT_A_CODE),
        ("\x00", CodeProblem.NOT_A_CODE),
        ("🐼🐼🐼", CodeProblem.NOT_A_CODE),
        ("'; DROP TABLE samples; --", CodeProblem.NOT_A_CODE),
        ("%' OR '1'='1", CodeProblem.NOT_A_CODE),
        ("7K3M-Q9XT-2WU", CodeProblem.HAS_U),
        ("https://yp.example.com/catalog/1", CodeProblem.NOT_A_CODE),
        ("A" * 2_000, CodeProblem.NOT_A_CODE),
        ("A" * 2_001, CodeProblem.NOT_A_CODE),
        ("https://[bad", CodeProblem.NOT_A_CODE),
    ],
)
def test_anything_else_is_unknown_and_breaks_nothing(site: Site, text: str, problem: CodeProblem) -> None:
    thing = resolve(text, site)
    assert isinstance(thing, UnknownThing)
    assert thing.problem is problem
    assert thing.words()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300) | st.text("0123456789-. /:", max_size=40) | st.from_regex(r"https?://\S{0,80}"))
def test_no_text_breaks_it(site: Site, text: str) -> None:
    assert isinstance(resolve(text, site).words(), str)

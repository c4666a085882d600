"""A member known by the card on their phone pays the lower of both prices, everywhere; nobody else sees theirs."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask

from selection_center.catalog.models import Sku
from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.membership.cards import Card, RevokeReason
from selection_center.membership.members import Member
from selection_center.membership.recognising import member_of, pays_member_price
from selection_center.pages import short_way
from selection_center.samples.models import Sample, SampleKind
from selection_center.sites.models import Site
from tests import factories as make
from tests.buyers import CONTACT, check_out, newest_order, put_on_list, seen, the_line
from tests.conftest import new_visitor
from tests.membership import making
from tests.membership.phones import carry, device_of
from tests.stock import making as goods
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def sample(site: Site) -> Sample:
    """Marked ¥12.80 from 3 on and ¥11.50 from 48 on; ¥12.00 for members."""
    listing = make.listing(make.supplier())
    listing.skus[0].member_fen = 1200
    return make.sample(listing, site, make.stand(site))


@pytest.fixture
def member(site: Site) -> Member:
    joined = making.member(site)
    making.renewed(joined, making.plan())
    return joined


@pytest.fixture
def card(member: Member) -> Card:
    return member.cards[0]


@pytest.fixture
def dee(app: Flask, client: Visitor, card: Card) -> Visitor:
    return carry(app, client, card)


def looked(visitor: Visitor, sample: Sample, query: str = "") -> str:
    """The page the second time, as it is kept."""
    visitor.get(f"/s/{sample.code}{query}")
    return str(visitor.get(f"/s/{sample.code}{query}").text)


def test_the_scan_page_counts_the_lower_price_for_a_member_alone(app: Flask, dee: Visitor, sample: Sample) -> None:
    stranger = new_visitor(app)
    for _turn in range(3):  # kept pages must not pass from one to the other, in either order
        assert "已按会员价算" in looked(dee, sample)
        theirs = looked(stranger, sample)
        assert "已按会员价算" not in theirs
        assert 'name="seen" value="1280"' in theirs
        assert 'name="seen" value="1200"' in looked(dee, sample)
    assert 'name="seen" value="1200"' in dee.get(f"/s/{sample.code}/price?quantity=5").text
    assert 'name="seen" value="1150"' in dee.get(f"/s/{sample.code}/price?quantity=48").text  # never more than marked
    assert 'name="seen" value="1280"' in stranger.get(f"/s/{sample.code}/price?quantity=5").text


def test_a_member_never_goes_the_short_way(app: Flask, client: Visitor, card: Card, sample: Sample) -> None:
    """Also where the card came to the phone without a form, in a session that nothing else sets apart."""
    looked(client, sample)
    stranger = new_visitor(app)
    carry(app, client, card)
    client.get(f"/s/{sample.code}")
    way: short_way.ShortWay = app.extensions["short_way"]
    looked(stranger, sample)
    assert way.pages
    assert 'name="seen" value="1200"' in client.get(f"/s/{sample.code}").text


def test_others_still_go_the_short_way_and_a_card_costs_them_nothing(app: Flask, dee: Visitor, sample: Sample) -> None:
    looked(dee, sample)
    stranger = new_visitor(app)
    looked(stranger, sample)
    way: short_way.ShortWay = app.extensions["short_way"]
    assert [path for path, _language in way.pages] == [sample.code]
    kept = "".join(next(iter(way.pages.values())).kept.pieces)
    assert "已按会员价算" not in kept


def test_the_price_goes_with_the_membership(
    app: Flask, dee: Visitor, member: Member, site: Site, sample: Sample
) -> None:
    device = device_of(app, dee)
    assert member_of(device) is member
    assert pays_member_price(member, site)
    period = member.renewals[0]
    making.moved(period, -(period.ends_on - today()).days - 1 - period.plan.grace_days)
    assert 'value="1280"' in looked(dee, sample)
    making.moved(period, 30)
    assert 'value="1200"' in looked(dee, sample)
    member.blocked_at, member.blocked_reason = utcnow(), "x"
    assert 'value="1280"' in looked(dee, sample)
    member.blocked_at, member.blocked_reason = None, ""
    card = member.cards[0]
    card.revoked_at, card.revoked_reason = utcnow() - timedelta(1), RevokeReason.LOST
    assert 'value="1280"' in looked(dee, sample)
    db.session.commit()
    assert member_of(device) is None


def test_a_plan_of_one_store_counts_there_alone(app: Flask, client: Visitor, site: Site, sample: Sample) -> None:
    elsewhere = making.store("ningbo", name="宁波会员店")
    other = making.member(elsewhere, phone="13700001111")
    making.renewed(other, making.plan("单店卡", is_everywhere=False))
    there = make.sample(sample.listing, elsewhere)
    carry(app, client, other.cards[0])
    assert 'value="1280"' in looked(client, sample)
    assert 'value="1200"' in looked(client, there)


def test_list_order_and_exports_take_the_lower_price(app: Flask, dee: Visitor, sample: Sample, visit: Visit) -> None:
    put_on_list(dee, sample, 5, seen=1200)
    page = dee.get("/list?lang=en").text
    assert "¥12.00 / " in page
    assert "Others ¥12.80" in page
    sheet = openpyxl.load_workbook(io.BytesIO(dee.get("/list/selection.xlsx").data)).active
    assert sheet is not None
    assert 12 in {cell.value for row in sheet.iter_rows() for cell in row}
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))
    assert "¥12.00 / " in bo.get(f"/desk/{the_line().list.code}?lang=en").text
    assert dee.submit("/list/share").status_code == 303
    db.session.expire_all()
    link = f"/l/{the_line().list.share_token}?lang=en"
    assert "¥12.80 / " in new_visitor(app).get(link).text  # whoever reads it pays their own price
    assert check_out(dee).status_code == 303
    order = newest_order()
    assert (order.lines[0].unit_fen, order.goods_fen) == (1200, 6000)


def test_an_ended_membership_is_a_rise_that_is_shown_first(dee: Visitor, member: Member, sample: Sample) -> None:
    put_on_list(dee, sample, 5, seen=1200)
    before = seen(dee.get("/checkout").text)
    member.blocked_at, member.blocked_reason = utcnow(), "x"
    db.session.commit()
    assert dee.submit("/checkout", CONTACT | before).status_code == 409
    assert check_out(dee).status_code == 303
    assert newest_order().lines[0].unit_fen == 1280


def test_a_member_has_left_a_phone(app: Flask, dee: Visitor, sample: Sample) -> None:
    assert sample.listing.supplier is not None
    sample.listing.supplier.price_visibility = PriceVisibility.PHONE
    assert 'name="seen" value="1200"' in looked(dee, sample)
    assert "1280" not in looked(new_visitor(app), sample)


# --- a store's shelf --------------------------------------------------------------------------------------------


@pytest.fixture
def facing(site: Site, sample: Sample) -> Sample:
    """The sample's goods lie on a shelf to be taken away, too."""
    sku = sample.listing.skus[0]
    tag = make.sample(sample.listing, site, sample.stand, sku)
    tag.kind = SampleKind.SHELF_FACING
    goods.item(site, 5, of=sku)
    db.session.commit()
    return tag


MARKED, MEMBERS = ('12<span class="f">.80', '12<span class="f">.00')
OFFERED = (PriceVisibility.PUBLIC, PriceVisibility.PHONE, PriceVisibility.STAFF)


@pytest.mark.parametrize("visibility", OFFERED)
@pytest.mark.parametrize("way", ["", "/price"])
def test_a_shelfs_prices_are_seen_by_whom_its_factory_shows_them_to(
    app: Flask, dee: Visitor, facing: Sample, visibility: PriceVisibility, way: str
) -> None:
    assert facing.listing.supplier is not None
    facing.listing.supplier.price_visibility = visibility
    db.session.commit()
    stranger, path = new_visitor(app), f"/s/{facing.code}{way}"
    sees = {
        "stranger": visibility is PriceVisibility.PUBLIC,
        "member": visibility is not PriceVisibility.STAFF,
    }
    for _turn in range(2):  # kept pages must not pass from one to the other
        for who, visitor in (("stranger", stranger), ("member", dee)):
            page = visitor.get(path).text
            assert ("货架上拿 1 件" in page, "价格见货架价签" in page) == (True, not sees[who]), who
            assert (MEMBERS in page, "12.80" in page or MARKED in page) == (sees[who], sees[who]), who
            assert ('value="1200"' in page, 'value="1280"' in page) == (
                sees[who] and who == "member",
                sees[who] and who == "stranger",
            )
            assert sees[who] or not re.search(r"12\.[08]0|1280|1200|11\.50", page), "nowhere on the page"


def test_a_clerk_sees_both_prices_of_a_shelf_whatever_its_factory_shows(visit: Visit, facing: Sample) -> None:
    assert facing.listing.supplier is not None
    facing.listing.supplier.price_visibility = PriceVisibility.STAFF
    db.session.commit()
    for role in (Role.CASHIER, Role.FLOOR_STAFF, Role.MANAGER):
        clerk = visit(make.user(role.value, role, facing.site))
        page = clerk.get(f"/s/{facing.code}", follow_redirects=True).text
        assert (MARKED in page, MEMBERS in page) == (True, True), role
        assert MARKED not in clerk.get(f"/s/{facing.code}?view=buyer").text, "what buyers see"
    elsewhere = visit(make.user("Cy", Role.CASHIER, making.store("ningbo")))
    assert MARKED not in elsewhere.get(f"/s/{facing.code}").text, "another store's staff get the buyer's view"


def test_words_of_a_hidden_price_say_what_would_show_it(app: Flask, dee: Visitor, facing: Sample) -> None:
    assert facing.listing.supplier is not None
    for visibility, words in ((PriceVisibility.PHONE, "留下手机号后可看价"), (PriceVisibility.STAFF, "请到前台问")):
        facing.listing.supplier.price_visibility = visibility
        db.session.commit()
        assert words in new_visitor(app).get(f"/s/{facing.code}").text
    assert "留下手机号" not in dee.get(f"/s/{facing.code}").text, "she has left hers"


def test_what_the_store_does_not_stock_has_no_price_at_the_till(app: Flask, facing: Sample) -> None:
    white = make.add(Sku(listing_id=facing.listing_id, spec="白", price_fen=1280, position=1))
    db.session.commit()
    stranger = new_visitor(app)
    assert "货架上拿 1 件" in stranger.get(f"/s/{facing.code}").text
    assert "货架上拿 1 件" not in stranger.get(f"/s/{facing.code}?sku={white.id}").text
    assert "货架上拿 1 件" not in stranger.get(f"/s/{facing.code}/price?sku={white.id}").text

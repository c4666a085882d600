"""Look: anything scanned says what it is and what can be done next; each key works."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selection_center.catalog.models import ListingState
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.membership.cards import RevokeReason
from selection_center.samples.models import RetireReason, Sample, SampleState
from selection_center.samples.tags import Tag
from selection_center.selections.models import LineKind, SelectionList
from selection_center.till.sales import Sale, SaleState
from selection_center.visits.models import BuyerKind
from selection_center.visits.models import Visit as Arrival
from tests import factories as make
from tests.floor.scanning import as_printed, press, scan, tag_of
from tests.membership import making
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
EAN = "6934582710047"


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), specs=("红", "金")), site, make.stand(site))


@pytest.fixture
def bo(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))


@pytest.fixture
def ana(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, sample.site))


def labels(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [key["label"] for key in answer["keys"]]


def test_a_sample_on_its_stand(bo: Visitor, sample: Sample) -> None:
    answer = scan(bo, "look", as_printed(sample.code))
    assert (answer["outcome"], answer["word"]) == ("done", "在展位上")
    assert answer["title"] == sample.listing.title
    assert answer["code"] == tag_of(sample).shown
    assert answer["href"] == f"/samples/{sample.id}"
    assert answer["plates"] == [{"address": "A-03-2", "kind": "at"}]
    assert labels(answer) == ["放进库房", "借出"]
    press(bo, answer["keys"][0])
    db.session.expire_all()
    assert sample.stand is None
    assert "sample" in answer["keys"][1]["fields"]
    press(bo, answer["keys"][1])


def test_a_sample_in_the_store_room_is_placed_next(bo: Visitor, sample: Sample) -> None:
    sample.place_on(None)
    answer = scan(bo, "look", sample.code)
    assert answer["word"] == "库房"
    assert labels(answer)[0] == "去上架"
    press(bo, answer["keys"][0])


def test_the_style_of_a_sample_is_named(bo: Visitor, sample: Sample) -> None:
    gold = make.sample(sample.listing, sample.site, sku=sample.listing.skus[1])
    assert scan(bo, "look", gold.code)["title"] == f"{sample.listing.title} 金"


def test_an_expected_sample_comes(bo: Visitor, sample: Sample) -> None:
    expected = Sample.receive(sample.listing, sample.site, state=SampleState.EXPECTED, expected_on=utcnow())
    answer = scan(bo, "look", expected.code)
    assert answer["word"] == "待到货"
    press(bo, answer["keys"][0])
    db.session.expire_all()
    assert expected.is_here


def test_what_is_off_the_shelf_can_be_retired_by_a_manager(bo: Visitor, ana: Visitor, sample: Sample) -> None:
    sample.listing.state = ListingState.OFF_SHELF
    assert "退场" not in labels(scan(bo, "look", sample.code))
    answer = scan(ana, "look", sample.code)
    assert labels(answer)[0] == "退场"
    assert answer["reason"]
    press(ana, answer["keys"][0])
    db.session.expire_all()
    assert sample.retired_reason is RetireReason.OFF_SHELF


def test_a_retired_sample_says_why(bo: Visitor, ana: Visitor, sample: Sample) -> None:
    sample.retire(RetireReason.SOLD)
    assert scan(bo, "look", sample.code)["keys"] == []
    answer = scan(ana, "look", sample.code)
    assert answer["word"] == "已退场"
    assert "已售出" in answer["reason"]
    press(ana, answer["keys"][0])
    db.session.expire_all()
    assert sample.is_here
    sample.retire(RetireReason.SOLD)
    sample.retired_at = utcnow() - timedelta(minutes=11)
    db.session.flush()
    assert scan(ana, "look", sample.code)["keys"] == []


def test_a_stand_says_how_many_stand_there(bo: Visitor, sample: Sample) -> None:
    assert sample.stand is not None
    answer = scan(bo, "look", as_printed(sample.stand.code))
    assert answer["outcome"] == "done"
    assert answer["reason"] == "这里有 1 件样品。"
    assert answer["href"] == f"/stands/{sample.stand.id}"
    assert 'name="context-stand"' in press(bo, answer["keys"][0]).text


def test_an_offer_says_where_its_samples_are(bo: Visitor, sample: Sample) -> None:
    address = f"https://detail.1688.com/offer/{sample.listing.external_id}.html"
    answer = scan(bo, "look", address)
    assert (answer["word"], answer["href"]) == ("报价", f"/catalog/{sample.listing_id}")
    assert answer["plates"] == [{"address": "A-03-2", "kind": "at"}]
    for key in answer["keys"]:
        press(bo, key)
    assert f"/samples/{sample.id}" in answer["keys"][0]["url"]


def test_an_offer_that_is_not_ours_yet(bo: Visitor, ana: Visitor) -> None:
    address = "https://detail.1688.com/offer/816731226822.html"
    answer = scan(ana, "look", address)
    assert (answer["outcome"], answer["title"]) == ("unknown", "816731226822")
    press(ana, answer["keys"][0])
    assert scan(bo, "look", address)["keys"] == []


def test_a_barcode_leads_to_its_style(bo: Visitor, sample: Sample) -> None:
    assert scan(bo, "look", EAN)["outcome"] == "unknown"
    sample.listing.skus[1].barcode = EAN
    answer = scan(bo, "look", EAN)
    assert answer["outcome"] == "done"
    assert answer["title"].endswith("金")
    assert answer["code"] == EAN
    make.listing(title="另一家的垃圾袋", item_number=EAN)
    answer = scan(bo, "look", EAN)
    assert "2" in answer["reason"]
    for key in answer["keys"]:
        press(bo, key)


def test_buyers_codes_open_desk_and_visit(bo: Visitor, sample: Sample) -> None:
    selection = SelectionList.begin_for_walk_in(sample.site)
    selection.add(sample, sample.listing.skus[0], 3, LineKind.BULK, seen_fen=None)
    visit = Arrival.begin(
        sample.site, make.user("Di", Role.FLOOR_STAFF, sample.site), name="陈女士", kind=BuyerKind.SHOP
    )
    for code, href in ((selection.code, f"/desk/{selection.code}"), (visit.code, f"/visits/{visit.id}")):
        answer = scan(bo, "look", as_printed(code))
        assert (answer["outcome"], answer["href"]) == ("done", href)
        press(bo, answer["keys"][0])


def test_blank_and_revoked_tags(bo: Visitor, sample: Sample) -> None:
    blank, old = make.add(Tag.new(sample.site)), tag_of(sample)
    press(bo, scan(bo, "look", blank.code)["keys"][0])
    blank.bind(sample)
    assert scan(bo, "look", old.code)["href"] == f"/samples/{sample.id}"
    loose = make.add(Tag.new(sample.site))
    loose.revoke()
    assert scan(bo, "look", loose.code)["outcome"] == "refused"


def test_a_member_is_told_in_one_line_with_a_masked_name(bo: Visitor, ana: Visitor, sample: Sample) -> None:
    joined = making.member(sample.site, name="陈小满")
    card = joined.cards[0]
    for who in (bo, ana):
        answer = scan(who, "look", card.code)
        assert (answer["outcome"], answer["word"]) == ("wrong", "会员")
        assert answer["title"] == "陈**"
        assert answer["code"] == joined.number
    making.renewed(joined, making.plan())
    assert "打开会员" in labels(scan(ana, "look", card.code))
    answer = scan(bo, "look", card.code)
    assert answer["outcome"] == "done"
    assert answer["title"] == "陈** 年卡"
    assert "打开会员" not in labels(answer)
    card.revoked_at, card.revoked_reason = utcnow(), RevokeReason.LOST
    assert scan(bo, "look", card.code)["outcome"] == "refused"


def test_a_sale_is_for_those_who_sell(bo: Visitor, ana: Visitor, sample: Sample) -> None:
    sale = make.add(Sale(site=sample.site, hold_note="红衣服"))
    assert scan(bo, "look", sale.code)["outcome"] == "unknown"
    answer = scan(ana, "look", sale.code)
    assert (answer["outcome"], answer["title"]) == ("done", "红衣服")
    sale.state = SaleState.VOID
    assert scan(ana, "look", sale.code)["outcome"] == "already"

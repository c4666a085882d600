"""Offers over real HTTP: whole accounts page by page, one by one, and the factory's mixed batch."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from selection_center.marketplace.connectors import ConnectorError, OfferPage
from tests.marketplace.connectors.conftest import Link
from tests.marketplace.connectors.test_products_1688 import a_product
from tests.talking import Talker

DECLINED = {"error_code": "gw.APIACLDecline", "error_message": "AppKey is not allowed(acl)"}
NOT_LINKED = {"success": False, "message": "没有该商品的查询权限"}
GONE = {"success": False, "errorCode": "x", "errorMessage": "商品[600000000001]不存在"}


def a_page(total: int, *products: Any) -> dict[str, Any]:
    return {"success": True, "result": {"pageResult": {"totalRecords": total, "resultList": list(products)}}}


def some(first: int, count: int) -> list[dict[str, Any]]:
    return [a_product(productID=600_000_000_000 + number) for number in range(first, first + count)]


def numbers(page: OfferPage) -> list[int]:
    return [int(offer.external_id) - 600_000_000_000 for offer in page.offers]


def test_pages_follow_each_other_to_the_end(talker: Talker, link: Link) -> None:
    talker.says(a_page(45, *some(1, 20)))
    talker.says(a_page(45, *some(21, 20)))
    talker.says(a_page(45, *some(41, 5)))
    found, cursor = [], None
    for _ in range(3):
        page = link.connector.fetch_listings(cursor)
        found += numbers(page)
        cursor = page.cursor
    assert (found, cursor, page.total) == (list(range(1, 46)), None, 45)
    assert [heard.fields["pageNo"] for heard in talker.heard] == ["1", "2", "3"]
    fields = talker.heard[0].fields
    assert [fields[name] for name in ("pageSize", "needDetail", "orderByCondition", "orderByType")] == [
        *("20", "true", "MODIFY_DATE", "DESC")
    ]
    assert "startModifyTime" not in fields


def test_only_what_changed_since(talker: Talker, link: Link) -> None:
    talker.says(a_page(0))
    link.connector.fetch_listings(changed_since=datetime(2026, 11, 25, 22, 30, tzinfo=UTC))
    assert talker.heard[0].fields["startModifyTime"] == "2026-11-26 06:30:00"


def test_where_offers_were_deleted_meanwhile_the_page_before_is_read_again(talker: Talker, link: Link) -> None:
    """One offer of the first page is deleted: number 21 moves to it, and only going back finds it."""
    talker.says(a_page(45, *some(1, 20)))
    talker.says(a_page(44, *some(22, 20)))
    talker.says(a_page(44, *some(2, 20)))
    talker.says(a_page(44, *some(22, 20)))
    talker.says(a_page(44, *some(42, 4)))
    found: set[int] = set()
    cursor = None
    for _ in range(5):
        page = link.connector.fetch_listings(cursor)
        found |= set(numbers(page))
        cursor = page.cursor
    assert (found, cursor) == (set(range(1, 46)), None)


def test_an_offer_that_cannot_be_read_does_not_stop_its_page(talker: Talker, link: Link) -> None:
    wrong = a_product(productID=600_000_000_002, saleInfo={"priceRanges": [{"startQuantity": 1, "price": 0.125}]})
    expired = a_product(productID=600_000_000_003, status="expired", saleInfo={"priceRanges": []})
    broken = a_product(productID=600_000_000_004, skuInfos="none")
    talker.says(a_page(5, *some(1, 1), wrong, expired, broken, {"productID": True}))
    page = link.connector.fetch_listings()
    assert numbers(page) == [1]
    assert [external_id for external_id, _ in page.refused] == [*(f"60000000000{n}" for n in (2, 3, 4)), ""]
    whys = [why.partition(":")[0] for _, why in page.refused]
    assert whys == ["price_decimals", "off_shelf", "unreadable", "unreadable"]


@pytest.mark.parametrize("answer", [{"success": True}, {"success": True, "result": {}}, a_page(1, 7)])
def test_r19_a_list_without_its_page_is_no_empty_account(talker: Talker, link: Link, answer: Any) -> None:
    """To take it for one would take all its offers off the shelf."""
    talker.says(answer)
    with pytest.raises(ConnectorError, match="no_answer"):
        link.connector.fetch_listings()


@pytest.mark.parametrize("cursor", ["", "x", "2", "-1/5", "2/y"])
def test_a_cursor_that_is_none_begins_anew(talker: Talker, link: Link, cursor: str) -> None:
    talker.says(a_page(0))
    link.connector.fetch_listings(cursor)
    assert talker.heard[0].fields["pageNo"] == "1"


def test_one_offer_by_the_call_that_is_open_to_us(talker: Talker, link: Link) -> None:
    talker.says(DECLINED, status=400)
    talker.says({"success": True, "productInfo": a_product(productID=600_000_000_001)})
    for _ in range(2):
        offer = link.connector.fetch_one("600000000001")
        assert offer is not None
        assert offer.external_id == "600000000001"
    assert [heard.path.split("/")[-2] for heard in talker.heard] == [
        "alibaba.product.get", "alibaba.cross.productInfo", "alibaba.cross.productInfo",
    ]  # fmt: skip
    assert (talker.heard[0].fields["productID"], talker.heard[1].fields["productId"]) == ("600000000001",) * 2


def test_one_offer_by_the_cross_border_detail(talker: Talker, link: Link) -> None:
    talker.says(DECLINED, status=400)
    talker.says(NOT_LINKED)
    sale = {"priceRangeList": [{"startQuantity": 2, "price": "18.50"}], "unitInfo": {"unit": "双"}, "quoteType": 0}
    detail = {"offerId": 600000000001, "subject": "袜子", "minOrderQuantity": 2, "productSaleInfo": sale}
    talker.says({"result": {"success": "true", "code": "200", "result": detail}})
    offer = link.connector.fetch_one("600000000001")
    assert offer is not None
    assert offer.tiers == ((2, 1850),)
    asked = json.loads(talker.heard[2].fields["offerDetailParam"])
    assert asked == {"offerId": "600000000001", "country": "en"}


@pytest.mark.parametrize(
    ("address", "before"),
    [
        ("https://gw.open.1688.com", "https://cbu01.alicdn.com/"),
        ("https://gw.api.alibaba.com/", "https://cbu01.alicdn.com/"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/"),
    ],
)
def test_pictures_stand_with_the_platform_or_with_its_stand_in(
    link_to: Callable[..., Link], address: str, before: str
) -> None:
    assert link_to(address).connector.platform.pictures == before


def test_without_any_permission_it_says_so(talker: Talker, link: Link) -> None:
    talker.says(NOT_LINKED)
    with pytest.raises(ConnectorError) as refused:
        link.connector.fetch_one("600000000001")
    assert (refused.value.code, refused.value.permanent) == ("no_permission", True)


@pytest.mark.parametrize(
    "answer",
    [
        GONE,
        {"success": True, "productInfo": a_product(status="deleted")},
        {"success": True, "productInfo": a_product(status="member deleted", saleInfo={"priceRanges": []})},
    ],
)
def test_a_deleted_offer_is_none(talker: Talker, link: Link, answer: Any) -> None:
    talker.says(answer)
    assert link.connector.fetch_one("600000000001") is None


def test_an_offer_off_the_shelf_says_so(talker: Talker, link: Link) -> None:
    talker.says({"success": True, "productInfo": a_product(status="member expired")})
    offer = link.connector.fetch_one("600000000001")
    assert offer is not None
    assert offer.on_shelf is False


def test_an_offer_off_the_shelf_that_says_no_price_is_off_the_shelf(talker: Talker, link: Link) -> None:
    talker.says({"success": True, "productInfo": a_product(status="expired", saleInfo={"priceRanges": []})})
    with pytest.raises(ConnectorError) as refused:
        link.connector.fetch_one("600000000001")
    assert (refused.value.code, refused.value.permanent) == ("off_shelf", True)


@pytest.mark.parametrize("answer", [{"success": True}, {"success": True, "productInfo": {}}, {"productInfo": None}])
def test_r19_an_answer_without_the_offer_is_no_deletion(talker: Talker, link: Link, answer: Any) -> None:
    talker.says(answer)
    with pytest.raises(ConnectorError) as refused:
        link.connector.fetch_one("600000000001")
    assert not refused.value.permanent


def test_a_factorys_mixed_batch_is_asked_once(talker: Talker, link: Link) -> None:
    mixed = [a_product(productID=600_000_000_000 + n, saleInfo={"mixWholeSale": True}) for n in (1, 2)]
    talker.says(a_page(3, *mixed, *some(3, 1)))
    talker.says({"success": True, "result": {"generalHunpi": True, "mixAmount": 10.5, "mixNumber": 3}})
    page = link.connector.fetch_listings()
    assert [(offer.mix_pieces, offer.mix_fen) for offer in page.offers] == [(3, 1050), (3, 1050), (None, None)]
    assert [heard.fields.get("sellerLoginId") for heard in talker.heard] == [None, "诸暨某某袜业"]


def test_a_mixed_batch_that_we_may_not_ask_for_is_not_known(talker: Talker, link: Link) -> None:
    talker.says(a_page(1, a_product(saleInfo={"mixWholeSale": True})))
    talker.says(DECLINED, status=400)
    assert [(offer.mix_pieces, offer.mix_fen) for offer in link.connector.fetch_listings().offers] == [(None, None)]

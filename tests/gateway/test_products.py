"""Offers over the wire: pages, the four ways to quote, dates, pictures, and who may read what."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from gateway.server import Gateway
from tests.gateway.calling import BUYER, OTHER, PRODUCT, TRADE, Caller
from tests.gateway.shelves import Shelf

LIST = (PRODUCT, "alibaba.product.list.get")


def page(caller: Caller, number: int = 1, **given: Any) -> Any:
    return caller.call(*LIST, pageNo=number, **given)["result"]["pageResult"]


def get(caller: Caller, offer_id: int) -> Any:
    return caller.call(PRODUCT, "alibaba.product.get", productID=offer_id, webSite="1688")["productInfo"]


def everything(caller: Caller, **given: Any) -> list[Any]:
    found, number = list[Any](), 1
    while listed := page(caller, number, pageSize=20, needDetail=True, **given)["resultList"]:
        found += listed
        number += 1
    return found


def test_pages_hold_all_once_and_twenty_at_most(caller: Caller) -> None:
    first = page(caller, pageSize=50)
    assert (first["sizePerPage"], len(first["resultList"])) == (20, 20)
    ids = [one["productID"] for one in everything(caller)]
    assert len(ids) == len(set(ids)) == first["totalRecords"] == len(caller.offers()) >= 40


def test_every_way_to_quote_is_there_and_holds_together(caller: Caller) -> None:
    found = everything(caller)
    assert {one["saleInfo"]["quoteType"] for one in found} == {0, 1, 2, 3}
    for one in found:
        sale = one["saleInfo"]
        if sale["quoteType"] in {0, 2}:
            assert sale["priceRanges"][0]["startQuantity"] >= sale["minOrderQuantity"]
        else:
            assert sale["priceRanges"] == []
            assert all("price" in sku for sku in one["skuInfos"])
        assert ("sellunit" in sale) == ("batchNumber" in sale)
        assert sale["amountOnSale"] == sum(sku["amountOnSale"] for sku in one["skuInfos"]) or not one["skuInfos"]
    for trap in ("takeSamplePrice", "consignPrice", "jxhyPrice"):
        assert any(trap in sku for one in found for sku in one["skuInfos"])
    assert any(one["saleInfo"].get("batchNumber") == 12 for one in found)
    assert any(not one["skuInfos"] for one in found)
    assert any(one["saleInfo"]["mixWholeSale"] for one in found)


def test_dates_carry_both_offsets_and_mean_the_moment(caller: Caller) -> None:
    stored = {offer["offer_id"]: offer["created_ms"] for offer in caller.offers()}
    offsets = set()
    for one in everything(caller):
        moment = datetime.strptime(one["createTime"][:14] + one["createTime"][17:], "%Y%m%d%H%M%S%z")
        offsets.add(one["createTime"][17:])
        assert moment.timestamp() * 1000 == stored[one["productID"]]
    assert offsets == {"+0800", "-0700"}


def test_filters_and_orders(caller: Caller) -> None:
    offer = caller.offers()[0]
    caller.control(f"offers/{offer['offer_id']}", percent=50)
    newest = page(caller, orderByCondition="MODIFY_DATE", orderByType="DESC")["resultList"][0]
    assert newest["productID"] == offer["offer_id"]
    changed = page(caller, startModifyTime=newest["lastUpdateTime"])
    assert [one["productID"] for one in changed["resultList"]] == [offer["offer_id"]]
    assert page(caller, subjectKey="垃圾袋")["totalRecords"] == 1
    assert page(caller, productIds=[offer["offer_id"], 1])["totalRecords"] == 1
    assert {one["status"] for one in page(caller, statusList=["auditing"])["resultList"]} == {"auditing"}
    prices = [
        float(one["referencePrice"]) for one in page(caller, orderByCondition="PRICE", priceStart=10)["resultList"]
    ]
    assert prices == sorted(prices)
    assert prices[0] >= 10


def test_prices_are_yuan(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(615, quote_type=1)
    assert get(caller, offer["offer_id"])["skuInfos"][0]["price"] == 6.15
    tiers = shelf.put(600, tiers=[(2, 600), (20, 555)])
    told = get(caller, tiers["offer_id"])["saleInfo"]["priceRanges"]
    assert told == [{"startQuantity": 2, "price": 6}, {"startQuantity": 20, "price": 5.55}]


def test_what_changes_shows(caller: Caller) -> None:
    offer = next(offer for offer in caller.offers() if len(offer["skus"]) > 1)
    spec, number = offer["skus"][0]["spec_id"], offer["offer_id"]
    before = get(caller, number)
    caller.control(f"offers/{number}", drop_sku=spec)
    caller.control(f"offers/{number}", stock=7)
    caller.control(f"offers/{number}", picture=True)
    caller.control(f"offers/{number}", status="member expired")
    after = get(caller, number)
    assert spec not in {sku["specId"] for sku in after["skuInfos"]}
    assert {sku["amountOnSale"] for sku in after["skuInfos"]} == {7}
    assert after["image"]["images"][0] != before["image"]["images"][0]
    assert after["status"] == "member expired"
    caller.control(f"offers/{number}", gone=True)
    gone = caller.call(PRODUCT, "alibaba.product.get", productID=number, webSite="1688")
    assert gone["errorCode"] == "404"


def test_deleted_offers_leave_the_list_and_can_be_asked_for(caller: Caller) -> None:
    number = caller.offers()[0]["offer_id"]
    caller.control(f"offers/{number}", status="deleted")
    assert number not in {one["productID"] for one in everything(caller)}
    assert [one["productID"] for one in page(caller, statusList=["deleted"])["resultList"]] == [number]


def test_a_buyer_reads_only_what_is_open_to_them(caller: Caller) -> None:
    whole = page(caller)["totalRecords"]
    caller.token = caller.control("tokens", member_id=OTHER)["access_token"]
    assert 0 < page(caller)["totalRecords"] < whole
    hidden = next(offer for offer in caller.offers() if "灯" in offer["subject"])
    answer = caller.call(PRODUCT, "alibaba.product.get", productID=hidden["offer_id"], webSite="1688")
    assert answer["errorMessage"] == "没有该商品的查询权限"


def test_only_what_may_be_read_is_followed_and_only_what_is_followed_is_left(caller: Caller, shelf: Shelf) -> None:
    follow, unfollow = "alibaba.product.follow", "alibaba.product.unfollow.crossborder"

    def said(name: str, offer_id: int) -> str:
        answer = caller.call(PRODUCT, name, productId=offer_id)
        return str(answer.get("errorMessage") or answer.get("errorMsg") or answer.get("message"))

    offer_id = shelf.put(100)["offer_id"]
    assert said(unfollow, offer_id) == "未关注该商品"
    assert [said(follow, offer_id), said(follow, offer_id)] == ["success", "success"], "twice is once"
    assert [said(unfollow, offer_id), said(unfollow, offer_id)] == ["success", "未关注该商品"]
    assert said(follow, 1) == "商品不存在"
    hidden = next(offer for offer in caller.offers() if "灯" in offer["subject"])
    caller.token = caller.control("tokens", member_id=OTHER)["access_token"]
    assert said(follow, hidden["offer_id"]) == "没有该商品的查询权限"


def test_a_seller_reads_its_own(caller: Caller) -> None:
    seller = caller.offers()[0]["seller"]
    caller.token = caller.control("tokens", member_id=seller)["access_token"]
    assert page(caller)["totalRecords"] == sum(offer["seller"] == seller for offer in caller.offers())


def test_pictures_are_served_by_their_relative_names(caller: Caller) -> None:
    name = get(caller, caller.offers()[0]["offer_id"])["image"]["images"][0]
    assert name.startswith("img/ibank/")
    answer = caller.http.get(f"/{name}")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (400, 400)
    known = caller.http.get(f"/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304
    assert Image.open(BytesIO(caller.http.get(f"/{name}.80x80.jpg").content)).size == (80, 80)
    assert caller.http.get("/img/ibank/other.jpg").status_code == 404


def test_the_mixed_batch_rule(caller: Caller) -> None:
    seller = next(one for one in caller.look("members")["members"] if one["mixed"])
    by_id = caller.call(TRADE, "alibaba.trade.OpQueryMarketingMixConfig", sellerMemberId=seller["member_id"])["result"]
    by_login = caller.call(TRADE, "alibaba.trade.OpQueryMarketingMixConfig", sellerLoginId=seller["login_id"])["result"]
    assert by_id == by_login
    assert (by_id["mixNumber"], by_id["mixAmount"]) == (seller["mix_number"], seller["mix_amount"] // 100)
    nobody = caller.call(TRADE, "alibaba.trade.OpQueryMarketingMixConfig")
    assert (nobody["errorCode"], nobody["errorMessage"]) == ("500_1", "卖家信息不得为空。")


def test_what_is_remembered_of_a_walk_never_shows(caller: Caller) -> None:
    """Pages out of turn, of several sizes, and with an offer deleted between two of them."""
    ids = sorted(offer["offer_id"] for offer in caller.offers())
    for number, size in ((1, 5), (2, 5), (2, 7), (3, 5), (8, 5), (9, 5), (10, 5), (1, 5), (2, 7), (3, 7), (3, 7)):
        told = page(caller, number, pageSize=size)
        assert [one["productID"] for one in told["resultList"]] == ids[(number - 1) * size : number * size]
        assert told["totalRecords"] == len(ids)
    page(caller, 1, pageSize=5)
    caller.control(f"offers/{ids.pop(0)}", status="deleted")
    told = page(caller, 2, pageSize=5)
    assert [one["productID"] for one in told["resultList"]] == ids[5:10]
    assert told["totalRecords"] == len(ids)


def test_generated_offers_page_in_order(tmp_path: Path) -> None:
    with Gateway(tmp_path / "many.sqlite", seed="300") as gateway:
        caller = Caller(gateway.url)
        found = everything(caller)
        assert len(found) == len({one["productID"] for one in found}) == 342
        assert len({sku["skuId"] for one in found for sku in one["skuInfos"]}) == sum(
            len(one["skuInfos"]) for one in found
        )
        done = caller.control("churn", count=50, seed=3)
        assert sum(done.values()) == 50
        assert caller.control("tokens", member_id=BUYER)["access_token"] != caller.token
        caller.http.close()

"""What a preview says: each refusal true of stock and rules, sums in fen beside prices in yuan, splits, flows."""

from typing import Any

import pytest

from tests.gateway.calling import ADDRESS, Caller, line
from tests.gateway.shelves import Shelf


def refusal(answer: Any) -> str:
    assert answer["success"] in {False, "false"}
    assert "orderPreviewResuslt" not in answer
    return str(answer["errorCode"])


def parts(answer: Any) -> list[Any]:
    found: list[Any] = answer["orderPreviewResuslt"]
    assert "orderPreviewResult" not in answer
    return found


def test_sums_are_fen_and_lines_yuan(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(615, tiers=[(2, 615)], freight_template=100, grams=1100)
    (part,) = parts(caller.preview(line(offer, 3)))
    assert (part["sumPaymentNoCarriage"], part["sumCarriage"], part["sumPayment"]) == (1845, 600 + 3 * 150, 2895)
    (told,) = part["cargoList"]
    assert (told["finalUnitPrice"], told["amount"], told["offerId"]) == (6.15, 18.45, offer["offer_id"])
    assert "quantity" not in told
    assert part["tradeModeNameList"] == ["assureTrade", "alipay", "creditBuy"]


def unit(caller: Caller, *lines: Any) -> list[float]:
    return [one["finalUnitPrice"] for part in parts(caller.preview(*lines)) for one in part["cargoList"]]


TIERS = [(2, 1000), (10, 900), (50, 800)]


@pytest.mark.parametrize("quote", [0, 2])
def test_tiers_over_the_offer(caller: Caller, shelf: Shelf, quote: int) -> None:
    offer = shelf.put(1, 1, quote_type=quote, tiers=TIERS)
    assert unit(caller, line(offer, 6), line(offer, 3, sku=1)) == [10, 10]
    assert unit(caller, line(offer, 6), line(offer, 4, sku=1)) == [9, 9]
    assert unit(caller, line(offer, 50)) == [8]


def test_tiers_per_sku(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(1, 1, quote_type=3, tiers=TIERS)
    assert unit(caller, line(offer, 6), line(offer, 10, sku=1)) == [10, 9]
    assert refusal(caller.preview(line(offer, 1), line(offer, 1, sku=1))) == "500_005"


def test_prices_per_sku(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(700, 900, quote_type=1, minimum=2)
    assert unit(caller, line(offer, 50), line(offer, 2, sku=1)) == [7, 9]
    assert refusal(caller.preview(line(offer, 50), line(offer, 1, sku=1))) == "500_005"


def test_what_cannot_be_traded_online(caller: Caller, shelf: Shelf) -> None:
    offline = shelf.put(100, online=False)
    answer = caller.preview(line(offline, 1))
    assert refusal(answer) == "500_001"
    assert answer["errorMsg"] == f"商品[{offline['offer_id']}]不支持在线交易，无法下单。"
    for status in ("member expired", "deleted", "auditing"):
        gone = shelf.put(100, status=status)
        assert refusal(caller.preview(line(gone, 1))) == "500_001"


def test_one_seller_and_specs_of_the_offer(caller: Caller, shelf: Shelf) -> None:
    ours, theirs, bare = shelf.put(100), shelf.put(100, seller=3), shelf.put(tiers=[(1, 100)])
    assert refusal(caller.preview(line(ours, 1), line(theirs, 1))) == "500_002"
    assert refusal(caller.preview({"offerId": ours["offer_id"], "quantity": 1})) == "500_002"
    assert refusal(caller.preview({**line(ours, 1), "specId": "f" * 32})) == "500_003"
    assert refusal(caller.preview({**line(bare, 1), "specId": "f" * 32})) == "500_003"
    assert parts(caller.preview(line(bare, 1)))


def test_stock(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100)
    assert parts(caller.preview(line(offer, 100)))
    answer = caller.preview(line(offer, 101))
    assert refusal(answer) == "500_004"
    assert f"[{offer['offer_id']}_{offer['skus'][0]['spec_id']}]" in answer["errorMsg"]
    assert refusal(caller.preview(line(offer, 60), line(offer, 41))) == "500_004"  # the same SKU twice


def test_minimum_and_mixed_batch(caller: Caller, shelf: Shelf) -> None:
    offer, mixed = shelf.put(100, tiers=[(10, 500)]), shelf.put(100, tiers=[(10, 500)], seller=0, mixed=True)
    assert refusal(caller.preview(line(offer, 9))) == "500_005"
    shelf.mix(0, number=6, amount=10_000)
    assert refusal(caller.preview(line(mixed, 5))) == "500_006"
    assert unit(caller, line(mixed, 6)) == [5]  # pieces suffice; the price is the first tier's
    shelf.mix(0, number=60, amount=2_500)
    assert unit(caller, line(mixed, 5)) == [5]  # money suffices
    other = shelf.put(100, tiers=[(10, 500)], seller=0, mixed=True)
    shelf.mix(0, number=8, amount=10**9)
    assert unit(caller, line(mixed, 4), line(other, 4)) == [5, 5]  # over several offers
    alone = shelf.put(100, tiers=[(10, 500)], seller=0, mixed=False)
    assert refusal(caller.preview(line(mixed, 4), line(alone, 4))) == "500_005"


def test_lots(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, lot=12, sell_unit="手")
    assert refusal(caller.preview(line(offer, 18))) == "500_009"
    assert parts(caller.preview(line(offer, 24)))


def test_a_price_of_nothing(caller: Caller, shelf: Shelf) -> None:
    assert refusal(caller.preview(line(shelf.put(0, quote_type=1), 1))) == "500_008"


def test_dropshipping_needs_a_relation(caller: Caller, shelf: Shelf) -> None:
    shy, open_ = shelf.put(100, seller=5), shelf.put(100, tiers=[(10, 500)])
    shelf.change(open_, consign_price=650)
    assert refusal(caller.preview(line(shy, 1), flow="saleproxy")) == "500_007"
    (part,) = parts(caller.preview(line(open_, 1), flow="fenxiao"))
    assert (part["flowFlag"], part["sumPaymentNoCarriage"]) == ("fenxiao", 650)


def test_no_flow_takes_the_cheapest(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, tiers=[(1, 500)])
    shelf.change(offer, consign_price=450)
    assert parts(caller.preview(line(offer, 1), flow=""))[0]["flowFlag"] == "fenxiao"
    shelf.change(offer, consign_price=550)
    assert parts(caller.preview(line(offer, 1), flow=""))[0]["flowFlag"] == "general"


def test_a_few_pieces_below_the_minimum_are_samples(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100, tiers=[(10, 500)])
    shelf.change(offer, sample_price=900)
    assert unit(caller, line(offer, 2)) == [9]
    assert refusal(caller.preview(line(offer, 4))) == "500_005"
    caller.set(sample_by_quantity=False)
    assert refusal(caller.preview(line(offer, 2))) == "500_005"


def test_splits(caller: Caller, shelf: Shelf) -> None:
    here, there = shelf.put(100), shelf.put(100, warehouse=2)
    cargo = (line(here, 1), line(there, 1))
    assert len(parts(caller.preview(*cargo))) == 2
    caller.set(split="never")
    assert len(parts(caller.preview(*cargo))) == 1
    caller.set(split="lines")
    assert len(parts(caller.preview(line(here, 1), line(shelf.put(100), 1)))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"fullName": "王"},
        {"address": "长" * 201},
        {"mobile": ""},
        {"districtCode": "3307"},
        {"districtCode": "", "provinceText": ""},
    ],
)
def test_addresses(caller: Caller, shelf: Shelf, wrong: dict[str, str]) -> None:
    offer = shelf.put(100)
    assert refusal(caller.preview(line(offer, 1), addressParam={**ADDRESS, **wrong})) == "AddressId invalid"


def test_a_saved_address_and_one_with_a_code(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(100)
    coded = {name: ADDRESS[name] for name in ("fullName", "mobile", "address", "districtCode")}
    assert parts(caller.preview(line(offer, 1), addressParam=coded))
    assert parts(caller.preview(line(offer, 1), addressParam={"addressId": 593861699}))


def test_fifty_lines_at_most(caller: Caller, shelf: Shelf) -> None:
    offer = shelf.put(*range(100, 151), quote_type=1)
    assert parts(caller.preview(*(line(offer, 1, sku=number) for number in range(50))))
    assert refusal(caller.preview(*(line(offer, 1, sku=number) for number in range(51)))) == "500"

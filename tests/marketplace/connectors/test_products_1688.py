"""An offer as the platform writes it becomes an offer of ours, under each of the four quotes."""

from typing import Any

import pytest

from selection_center.catalog.offer_import.offers import OfferRow, SupplierRow
from selection_center.marketplace.connectors.alibaba_1688.cross_border import as_product
from selection_center.marketplace.connectors.alibaba_1688.products import offer_of
from selection_center.marketplace.connectors.alibaba_1688.quotes import Unfit
from selection_center.marketplace.connectors.alibaba_1688.reading import Unreadable, parsed


def written(value: Any) -> Any:
    """As it comes off the wire: decimals exact."""
    import json

    return parsed(json.dumps(value).encode())


def a_sku(spec: str, number: int, **values: Any) -> dict[str, Any]:
    colour, size = spec.split("/")
    return {
        "attributes": [
            {"attributeID": 3216, "attributeValue": colour, "attributeDisplayName": "颜色"},
            {"attributeID": 450, "attributeValue": size, "attributeDisplayName": "尺码"},
        ],
        "skuId": 3_300_000_000_000 + number,
        "specId": f"{number:032x}",
        "amountOnSale": 500.0,
        **values,
    }


def a_product(**values: Any) -> dict[str, Any]:
    sale = {
        "supportOnlineTrade": True,
        "quoteType": 0,
        "unit": "双",
        "amountOnSale": 1000.0,
        "minOrderQuantity": 3,
        "priceRanges": [{"startQuantity": 10, "price": 6.2}, {"startQuantity": 3, "price": 6.8}],
    } | values.pop("saleInfo", {})
    return {
        "productID": 1057307655307,
        "subject": "纯棉中筒袜",
        "status": "published",
        "categoryName": "袜子",
        "supplierLoginId": "诸暨某某袜业",
        "saleInfo": sale,
        **values,
    }


def offer(**values: Any) -> OfferRow:
    return offer_of(written(a_product(**values)))


def test_an_offer_with_all_that_it_says() -> None:
    found = offer(
        productCargoNumber="A-17",
        referencePrice="6.80",
        bookedCount="1234",
        attributes=[{"attributeName": "材质", "value": "棉"}, {"attributeName": "风格", "value": ""}],
        image={"images": ["img/ibank/2020/1.jpg", "http://cbu01.alicdn.com/2.jpg", "//cbu01.alicdn.com/3.jpg", 7]},
        shippingInfo={"sendGoodsAddressText": "浙江省 诸暨市", "freightTemplateID": 0},
        bizGroupInfos=[{"support": True, "description": "微供市场"}, {"support": "false", "description": "货品市场"}],
        saleInfo={"deliveryLimit": 2, "sellunit": "手", "batchNumber": 12, "consignPrice": 9.9},
    )
    assert found == OfferRow(
        external_id="1057307655307",
        title="纯棉中筒袜",
        url="https://detail.1688.com/offer/1057307655307.html",
        category="袜子",
        item_number="A-17",
        unit="双",
        moq=3,
        lot_size=12,
        lot_unit="手",
        tiers=((3, 680), (10, 620)),
        headline_fen=680,
        supplier=SupplierRow(source_id="诸暨某某袜业"),
        origin="浙江省 诸暨市",
        tags=("微供市场",),
        attributes=(("材质", "棉"),),
        pictures=tuple(f"https://cbu01.alicdn.com/{name}" for name in ("img/ibank/2020/1.jpg", "2.jpg", "3.jpg")),
        skus=(found.skus[0],),
        on_shelf=True,
        sales_text="1234",
        sales_count=1234,
        lead_hours=48,
        is_dropship=True,
    )
    assert (found.skus[0].spec, found.skus[0].stock) == ("", 1000)


@pytest.mark.parametrize("quote_type", [0, 2, None])
def test_tiers_over_the_offer(quote_type: int | None) -> None:
    found = offer(
        saleInfo={"quoteType": quote_type},
        skuInfos=[a_sku("红/38", 1, price=9.9), a_sku("红/39", 2, price=9.9)],
    )
    assert (found.quote, found.tiers) == ("by_offer", ((3, 680), (10, 620)))
    assert [sku.price_fen for sku in found.skus] == [None, None]


def test_a_price_for_each_sku() -> None:
    found = offer(
        saleInfo={"quoteType": 1, "priceRanges": None},
        skuInfos=[a_sku("红/38", 1, price=18), a_sku("红/39", 2, price=19.5)],
    )
    assert (found.quote, found.tiers, found.moq) == ("per_sku", (), 3)
    assert [(sku.spec, sku.source_id, sku.price_fen, sku.stock) for sku in found.skus] == [
        ("红/38", f"{1:032x}", 1800, 500),
        ("红/39", f"{2:032x}", 1950, 500),
    ]


def test_a_sku_without_a_price_does_not_keep_the_others_out() -> None:
    """0 is how the platform writes none: it cannot be ordered (500_008)."""
    skus = [a_sku("红/38", 1, price=18), a_sku("红/39", 2, price=0), a_sku("红/40", 3)]
    found = offer(saleInfo={"quoteType": 1, "priceRanges": None}, skuInfos=skus)
    assert [sku.price_fen for sku in found.skus] == [1800, None, None]
    one = [{"startQuantity": 5, "price": 3.0}]
    skus = [a_sku("红/38", 1, priceRange=one), a_sku("红/39", 2, price=0)]
    found = offer(saleInfo={"quoteType": 3, "priceRanges": []}, skuInfos=skus)
    assert (found.moq, [sku.tiers for sku in found.skus]) == (5, [((5, 300),), ()])


def test_tiers_of_each_sku() -> None:
    one = [{"startQuantity": 5, "price": 3.0}, {"startQuantity": 50, "price": 2.5}]
    found = offer(
        saleInfo={"quoteType": 3, "priceRanges": []},
        skuInfos=[a_sku("红/38", 1, priceRange=one), a_sku("红/39", 2, price=4)],
    )
    assert (found.quote, found.moq) == ("tier_per_sku", 3)
    assert [sku.tiers for sku in found.skus] == [((5, 300), (50, 250)), ((3, 400),)]


def test_one_price_for_all_skus_is_one_tier() -> None:
    found = offer(
        saleInfo={"quoteType": 1, "priceRanges": None},
        skuInfos=[a_sku("红/38", 1, price=18), a_sku("红/39", 2, price=18.0)],
    )
    assert (found.quote, found.tiers) == ("by_offer", ((3, 1800),))


def test_the_greater_of_moq_and_first_tier_is_the_moq() -> None:
    assert offer(saleInfo={"minOrderQuantity": 2}).moq == 3
    assert offer(saleInfo={"minOrderQuantity": 20}).moq == 20


def test_one_sample_price_is_the_offers_and_different_ones_the_skus() -> None:
    same = offer(skuInfos=[a_sku("红/38", 1, takeSamplePrice=9.9), a_sku("红/39", 2, takeSamplePrice=9.9)])
    assert (same.sample_fen, [sku.sample_fen for sku in same.skus]) == (990, [None, None])
    other = offer(skuInfos=[a_sku("红/38", 1, takeSamplePrice=9.9), a_sku("红/39", 2)])
    assert (other.sample_fen, [sku.sample_fen for sku in other.skus]) == (None, [990, None])


@pytest.mark.parametrize(
    ("skus", "is_dropship"),
    [
        ([a_sku("红/38", 1, consignPrice=7.5), a_sku("红/39", 2)], True),
        ([a_sku("红/38", 1, consignPrice=0)], False),
        ([a_sku("红/38", 1)], None),
    ],
)
def test_a_price_for_one_piece_sent_for_us(skus: list[Any], is_dropship: bool | None) -> None:
    assert offer(skuInfos=skus).is_dropship is is_dropship


@pytest.mark.parametrize(
    ("status", "on_shelf"),
    [
        ("published", True),
        *[
            (word, False)
            for word in ("member expired", "auto expired", "expired", "modified", "new", "TBD", "approved", "auditing")
        ],
        (None, None),
    ],
)
def test_only_published_is_on_the_shelf(status: str | None, on_shelf: bool | None) -> None:
    assert offer(status=status).on_shelf is on_shelf


def test_a_lot_needs_both_its_words() -> None:
    assert offer(saleInfo={"batchNumber": 12}).lot_size is None
    assert offer(saleInfo={"sellunit": "手"}).lot_size is None


def test_specs_that_read_alike_are_told_apart() -> None:
    found = offer(skuInfos=[a_sku("红/38", 1), a_sku("红/38", 2), a_sku("红/39", 3)])
    assert [sku.spec for sku in found.skus] == ["红/38/3300000000001", "红/38/3300000000002", "红/39"]


def test_texts_fit_their_columns_and_hold_no_control_characters() -> None:
    found = offer(subject="袜\x00子\u202e" + "长" * 400, saleInfo={"unit": "双" * 40})
    assert len(found.title) == 300
    assert found.title.startswith("袜子长")
    assert len(found.unit) == 12


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"saleInfo": {"priceRanges": [{"startQuantity": 3, "price": 0.125}]}}, "price_decimals"),
        ({"saleInfo": {"priceRanges": [{"startQuantity": 3, "price": 0}]}}, "no_price"),
        ({"saleInfo": {"priceRanges": [{"startQuantity": 3, "price": -1}]}}, "price_not_positive"),
        ({"saleInfo": {"priceRanges": [{"startQuantity": 3, "price": "many"}]}}, "price_unreadable"),
        ({"saleInfo": {"priceRanges": []}}, "no_price"),
        ({"saleInfo": {"quoteType": 7}}, "quote_unknown 7"),
        (
            {"saleInfo": {"priceRanges": [{"startQuantity": 3, "price": 1}, {"startQuantity": 3, "price": 2}]}},
            "tier_repeated",
        ),
        ({"subject": ""}, "no_title"),
        ({"productID": None}, "no_offer_id"),
    ],
)
def test_an_offer_that_cannot_stand_here_says_why(values: dict[str, Any], why: str) -> None:
    with pytest.raises(Unfit, match=why):
        offer(**values)


@pytest.mark.parametrize(
    "values",
    [{"skuInfos": {}}, {"saleInfo": {"priceRanges": "6.8"}}, {"subject": ["a"]}, {"productID": True},
     {"saleInfo": {"minOrderQuantity": 1.5}}, {"image": []}, {"skuInfos": [7]}],
)  # fmt: skip
def test_wrong_types_are_never_guessed(values: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        offer(**values)


def test_the_cross_border_detail_says_the_same_by_other_names() -> None:
    detail = {
        "offerId": 600000000001,
        "subject": "纯棉中筒袜",
        "subjectTrans": "Cotton socks",
        "companyName": "诸暨某某袜业有限公司",
        "minOrderQuantity": 2,
        "productSkuInfos": [
            {
                "skuId": 1,
                "specId": "aa",
                "price": "18.50",
                "amountOnSale": 7,
                "skuAttributes": [{"attributeName": "颜色", "value": "红", "skuImageUrl": "https://x/1.jpg"}],
                "fenxiaoPriceInfo": {"onePiecePrice": "21.00", "offerPrice": "18.50"},
            },
            {"skuId": 2, "specId": "bb", "price": "19.50", "amountOnSale": 0, "skuAttributes": [{"value": "蓝"}]},
        ],
        "productSaleInfo": {
            "priceRangeList": [{"startQuantity": 2, "price": "18.50", "promotionPrice": "17.00"}],
            "unitInfo": {"unit": "双"},
            "quoteType": 1,
        },
        "promotionModel": {"hasPromotion": True, "promotionType": "plus"},
        "tagInfoList": [{"key": "isOnePsale", "value": True}],
        "shippingTimeGuarantee": "shipIn24Hours",
    }
    found = offer_of(written(as_product(detail)))
    assert (found.external_id, found.title_en, found.unit, found.moq) == ("600000000001", "Cotton socks", "双", 2)
    assert found.supplier == SupplierRow(name="诸暨某某袜业有限公司")
    assert found.quote == "per_sku"
    assert [(sku.spec, sku.source_id, sku.price_fen, sku.member_fen, sku.stock) for sku in found.skus] == [
        ("红", "aa", 1850, 1700, 7),
        ("蓝", "bb", 1950, 1700, 0),
    ]
    assert (found.is_dropship, found.lead_hours, found.on_shelf) == (True, 24, True)


def test_a_styles_picture_stands_with_one_of_its_attributes() -> None:
    pictured = a_sku("红/38", 1)
    pictured["attributes"][0]["skuImageUrl"] = "img/ibank/O1CN01x.jpg"
    found = offer(skuInfos=[pictured, a_sku("红/39", 2)])
    assert [sku.picture_url for sku in found.skus] == ["https://cbu01.alicdn.com/img/ibank/O1CN01x.jpg", ""]

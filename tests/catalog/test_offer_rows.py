"""Rows become offers: what each shape of a cell means, and what is refused by number, column and reason."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection_center.catalog.offer_import.columns import match
from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.files import open_table
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.reasons import CellProblem
from selection_center.catalog.offer_import.rows import Read, gather_offers, read_offers
from selection_center.catalog.offer_import.tiers import ladder

pytestmark = pytest.mark.once

REAL = Path(__file__).parents[3] / "shared" / "data" / "offers-real.csv"
ID, OTHER = "816731226821", "816731226822"


def read(*rows: dict[str, str], anywhere: bool = False) -> list[Read]:
    """What becomes of rows given as header -> cell; they are numbered from 2."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    lines = [(number, [row.get(name, "") for name in header]) for number, row in enumerate(rows, 2)]
    return list((gather_offers if anywhere else read_offers)(lines, Reader(header, match(header))))


def offer(**cells: str) -> OfferRow:
    """The offer of one right row: id, title and price are given unless said."""
    (only,) = read({"商品ID": ID, "商品标题": "瑜伽裤", "价格": "13.83"} | cells)
    assert only.offer, only.problems
    return only.offer


def problem(**cells: str) -> tuple[str, str]:
    """Column and code of a wrong row's one problem."""
    (only,) = read({"商品ID": ID, "商品标题": "瑜伽裤", "价格": "13.83"} | cells)
    assert only.offer is None
    ((number, column, code),) = [(one.number, one.column, one.code) for one in only.problems]
    assert number == 2
    assert only.problems[0].sentence
    return column, code


def notes(*rows: dict[str, str]) -> list[str]:
    (only,) = read(*rows)
    assert all(note.sentence for note in only.notes)
    return [note.code for note in only.notes]


def test_the_least_row_makes_a_whole_offer() -> None:
    least = offer()
    assert (least.source, least.external_id, least.title, least.title_en) == ("1688", ID, "瑜伽裤", "")
    assert least.url == f"https://detail.1688.com/offer/{ID}.html"
    assert (least.quote, least.moq, least.tiers, least.headline_fen) == ("by_offer", 1, ((1, 1383),), 1383)
    assert (least.unit, least.supplier, least.on_shelf) == ("", None, None), "what is not said changes nothing"
    assert [sku.spec for sku in least.skus] == [""]


TIERS = [
    ("1-199个 ¥37.00; 1000个以上 ¥35.00", ((1, 3700), (1000, 3500)), "个"),
    ("１－１９９个　￥３７．００；１０００个以上　￥３５．００", ((1, 3700), (1000, 3500)), "个"),
    ("1-1个 ¥29.45; 2个以上 ¥26.73", ((1, 2945), (2, 2673)), "个"),
    ("1件以上 ¥6.97", ((1, 697),), "件"),
    ("≥100 3.5", ((100, 350),), ""),
    (">100:3.5", ((101, 350),), ""),
    ("100-499:3.2|500:3", ((100, 320), (500, 300)), ""),
    ("500:3|100-499:3.2", ((100, 320), (500, 300)), ""),
    ("2-99:5,100+:4.5", ((2, 500), (100, 450)), ""),
    ("1,000-4,999个 ¥1,200.00", ((1000, 120000),), "个"),
    ("1~9双：5.5、10双及以上：5", ((1, 550), (10, 500)), "双"),
    ("10个起 5元", ((10, 500),), "个"),
    ("100 pcs: 3.5; 500 pcs: 3", ((100, 350), (500, 300)), "pcs"),
    ("¥37.00(1-199个);35元/个（≥1000个）", ((1, 3700), (1000, 3500)), "个"),
    ("1-9件 5.00元/件\n10件以上 4.50元/件", ((1, 500), (10, 450)), "件"),
]


@pytest.mark.parametrize(("text", "tiers", "unit"), TIERS)
def test_tiers_are_read_as_tables_write_them(text: str, tiers: tuple[tuple[int, int], ...], unit: str) -> None:
    assert ladder(text.strip()) == (tiers, unit)
    assert offer(阶梯价=text).unit == unit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "tiers_unreadable"),
        ("1003.5", "tiers_unreadable"),
        ("12", "tiers_unreadable"),
        ("9-1:5", "tiers_unreadable"),
        ("1--99:5", "tiers_unreadable"),
        ("1-99个 ¥5; 询价", "tiers_unreadable"),
        ("1-9:5;1-9:4", "tier_repeated"),
        ("1-9:5.123", "price_decimals"),
        ("1-9:0", "price_not_positive"),
        ("1-9:-2", "price_not_positive"),
        ("0-9:5", "number_not_positive"),
        (";".join(f"{n}:5" for n in range(1, 30)), "tiers_too_many"),
    ],
)
def test_tiers_that_cannot_be_meant_are_refused_by_name(text: str, code: str) -> None:
    assert problem(阶梯价=text) == ("阶梯价", code)


@given(
    st.dictionaries(st.integers(1, 99_999), st.integers(1, 9_999_999), min_size=1, max_size=8),
    st.sampled_from(["个", "件", "双", ""]),
    st.sampled_from(["; ", "|", "\n", "；"]),
)
def test_written_tiers_are_read_back(prices: dict[int, int], unit: str, between: str) -> None:
    starts = sorted(prices)
    ends = [f"-{following - 1}{unit}" for following in starts[1:]] + [f"{unit}以上"]
    parts = [
        f"{start}{end} ¥{prices[start] // 100}.{prices[start] % 100:02}"
        for start, end in zip(starts, ends, strict=True)
    ]
    assert ladder(between.join(parts)) == (tuple(sorted(prices.items())), unit)


def test_tiers_beat_the_headline_which_is_kept_as_the_source_said_it() -> None:
    row = {"商品ID": ID, "商品标题": "包", "价格": "30.40", "阶梯价": "1-499个 ¥36.00; 500个以上 ¥35.00", "起批量": "1"}
    (only,) = read(row)
    assert only.offer
    assert (only.offer.tiers, only.offer.headline_fen) == (((1, 3600), (500, 3500)), 3040)
    assert notes(row) == ["headline_not_a_tier"]
    assert notes(row | {"价格": "35.00"}) == []
    assert notes(row | {"价格": "30-40"}) == ["headline_range"]


@pytest.mark.parametrize(
    ("moq", "tiers", "holds", "noted"),
    [
        ("2", "5-9件 ¥3; 10件以上 ¥2", 5, ["moq_raised"]),
        ("8件起批", "5-9件 ¥3; 10件以上 ¥2", 8, ["moq_raised"]),
        ("5", "5件以上 ¥3", 5, []),
        ("", "5件以上 ¥3", 5, []),
        ("6", "", 6, []),
        ("", "", 1, []),
    ],
)
def test_the_greater_of_moq_and_first_tier_is_the_moq(moq: str, tiers: str, holds: int, noted: list[str]) -> None:
    row = {"商品ID": ID, "商品标题": "包", "价格": "3", "起批量": moq, "阶梯价": tiers}
    (only,) = read(row)
    assert only.offer
    assert only.offer.moq == holds
    assert notes(row) == noted
    if not tiers:
        assert only.offer.tiers == ((holds, 300),), "no tiers: one tier from the MOQ"


def test_a_ladder_that_rises_is_noted() -> None:
    assert notes({"商品ID": ID, "商品标题": "包", "阶梯价": "1:3;10:4"}) == ["tiers_rise"]


@pytest.mark.parametrize("text", ["13.83", "¥13.83", "￥１３.８３", "13.83元", "13.83元/件", "RMB 13.83", " 13.83 "])
def test_prices_are_read_as_people_write_them(text: str) -> None:
    assert offer(价格=text).headline_fen == 1383


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("13.835", "price_decimals"),
        ("13.830", "price_decimals"),
        ("0", "price_not_positive"),
        ("0.00", "price_not_positive"),
        ("-3", "price_not_positive"),
        ("3-5", "price_range"),
        ("面议", "price_unreadable"),
        ("$5", "price_unreadable"),
        ("1e3", "price_unreadable"),
        ("99999999", "price_too_large"),
        ("", "no_price"),
        ("-", "no_price"),
    ],
)
def test_what_is_no_price_is_refused_by_name(text: str, code: str) -> None:
    assert problem(价格=text) == ("价格", code)


def test_a_price_in_another_currency_is_refused_even_when_a_person_maps_it() -> None:
    header = ["商品ID", "商品标题", "Price (USD)"]
    columns = match(header) | {2: Field.PRICE}
    (only,) = read_offers([(2, [ID, "socks", "3"])], Reader(header, columns))
    assert [one.code for one in only.problems] == ["price_unit"]


@pytest.mark.parametrize(
    ("cell", "link", "external_id"),
    [
        ("", f"https://detail.1688.com/offer/{ID}.html?spm=a2", ID),
        (ID, "", ID),
        (f"{ID}.0", "", ID),
        (f"\t{ID}", "", ID),
        (f"'{ID}", "", ID),
        (f'="{ID}"', "", ID),
        (f"https://detail.1688.com/offer/{ID}.html", "", ID),
        ("1057307655307", "https://m.1688.com/offer/1057307655307.html", "1057307655307"),
        (ID, "https://qr.1688.com/s/abc", ID),
        (ID, "detail.1688.com/offer/816731226821.html", ID),
    ],
)
def test_id_and_address_stand_in_for_each_other(cell: str, link: str, external_id: str) -> None:
    found = offer(商品ID=cell, 商品链接=link)
    assert found.external_id == external_id
    short = "qr.1688.com" in link
    assert found.url == (link if short else f"https://detail.1688.com/offer/{external_id}.html")


@pytest.mark.parametrize(
    ("cell", "link", "column", "code"),
    [
        ("", "", "商品ID", "no_offer_id"),
        ("1.05731E+12", "", "商品ID", "offer_id_damaged"),
        ("8.16731226821e+11", "", "商品ID", "offer_id_damaged"),
        ("合计", "", "商品ID", "offer_id_unreadable"),
        ("81673", "", "商品ID", "offer_id_unreadable"),
        (ID, f"https://detail.1688.com/offer/{OTHER}.html", "商品ID", "offer_id_differs"),
        (ID, "javascript:alert(1)", "商品链接", "url_unreadable"),
        (ID, "http://[::1", "商品链接", "url_unreadable"),
        ("", "https://example.com/x", "商品ID", "no_offer_id"),
    ],
)
def test_a_row_whose_offer_is_not_certain_is_refused(cell: str, link: str, column: str, code: str) -> None:
    assert problem(商品ID=cell, 商品链接=link) == (column, code)


def test_another_source_names_its_offers_as_it_likes() -> None:
    found = offer(商品ID="SKU-77/b", 来源="Pinduoduo", 商品链接="https://example.com/p/77?x=1")
    assert (found.source, found.external_id, found.url) == ("pinduoduo", "SKU-77/b", "https://example.com/p/77?x=1")
    assert problem(商品ID="two words", 来源="x") == ("商品ID", "foreign_id_unreadable")


def test_titles_are_one_clean_line() -> None:
    assert offer(商品标题=" Men&#39;s  casual\nshoes ").title == "Men's casual shoes"
    assert offer(商品标题="瑜伽\u200b裤\x00\u202e红").title == "瑜伽裤红"
    assert notes({"商品ID": ID, "商品标题": "瑜\x07伽", "价格": "3"}) == ["characters_removed"]
    assert offer(商品标题="长" * 300).title == "长" * 300
    assert problem(商品标题="长" * 301) == ("商品标题", "too_long")
    assert problem(商品标题="") == ("商品标题", "no_title")


def test_an_english_title_is_the_english_title_too() -> None:
    assert offer(商品标题="Casual pants").title_en == "Casual pants"
    assert offer(商品标题="Casual pants", 英文标题="Trousers").title_en == "Trousers"
    assert offer(商品标题="", 英文标题="Trousers").title == "Trousers"
    assert offer(商品标题="T恤").title_en == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [("已售10万+件", 100_000), ("全网2.6万+件", 26_000), ("5", 5), ("1,300+", 1300), ("3k", 3000), ("新品", None)],
)
def test_sales_keep_their_words_beside_a_number(text: str, count: int | None) -> None:
    assert (offer(销量=text).sales_text, offer(销量=text).sales_count) == (text, count)


def test_the_supplier_and_its_badges() -> None:
    cells = {
        "公司名称": "临海市诺嘉眼镜厂(个体工商户)",
        "诚信通": "8年",
        "超级工厂": "否",
        "实力商家": "✓",
        "供应商ID": "b2b-1",
    }
    supplier = offer(**cells).supplier
    assert supplier
    assert (supplier.name, supplier.source_id) == (cells["公司名称"], "b2b-1")
    assert (supplier.trustpass, supplier.trustpass_years) == (True, 8)
    assert (supplier.is_super_factory, supplier.is_powerful_merchant) == (False, True)
    assert offer(诚信通="是").supplier is None, "a badge without a company is nobody's"
    assert problem(超级工厂="也许") == ("超级工厂", "yes_no_unreadable")
    assert problem(超级工厂="10") == ("超级工厂", "yes_no_unreadable")


def test_pack_lot_lead_time_and_the_rest() -> None:
    full = offer(
        **{
            "1手数量": "",
            "每手数量": "1手=12件",
            "内盒数量": "12",
            "装箱量": "144个",
            "外箱尺寸(mm)": "600*400*505",
            "毛重(g)": "12500",
            "净重": "11.8kg",
            "发货天数": "3",
            "含税": "不含税",
            "状态": "已下架",
            "货品类型": "白牌货",
            "拿样价": "20",
            "会员价": "12.50",
            "库存": "1,200",
            "混批件数": "10",
            "混批金额": "200元",
            "图片": "//cbu01.alicdn.com/a.jpg|img/ibank/b.jpg,https://x.example.com/c.png",
            "材质": "棉",
            "商品属性": "风格:韩版；图案：条纹",
            "发货地": "浙江/义乌市",
        }
    )
    assert (full.lot_size, full.lot_unit, full.pack.inner, full.pack.outer) == (12, "手", 12, 144)
    assert (full.pack.carton_mm, full.pack.gross_g, full.pack.net_g) == ((600, 400, 505), 12500, 11800)
    assert (full.lead_hours, full.tax_included, full.on_shelf, full.goods_type) == (72, False, False, "white_label")
    assert (full.sample_fen, full.skus[0].member_fen, full.skus[0].stock) == (2000, 1250, 1200)
    assert (full.mix_pieces, full.mix_fen, full.origin) == (10, 20000, "浙江/义乌市")
    assert full.pictures[:2] == ("https://cbu01.alicdn.com/a.jpg", "https://cbu01.alicdn.com/img/ibank/b.jpg")
    assert full.attributes == (("材质", "棉"), ("风格", "韩版"), ("图案", "条纹"))


def test_a_cartons_three_sides_may_stand_in_three_columns() -> None:
    assert offer(**{"长(cm)": "60", "宽(cm)": "40.5", "高(cm)": "50"}).pack.carton_mm == (600, 405, 500)
    assert problem(**{"外箱长": "60", "外箱宽": "40"}) == ("外箱长", "size_incomplete")


def test_service_tags_state_facts_where_no_column_does() -> None:
    tagged = offer(服务标签="48小时发货|代发包邮|混批")
    assert (tagged.tags, tagged.lead_hours, tagged.is_dropship) == (("48小时发货", "代发包邮", "混批"), 48, True)
    assert offer(服务标签="48小时发货", 发货时间="5天").lead_hours == 120


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("起批量", "0", "number_not_positive"),
        ("起批量", "1.5", "number_unreadable"),
        ("起批量", "9" * 13, "number_too_large"),
        ("起批量", "x" * 65, "too_long"),
        ("库存", "充足", "number_unreadable"),
        ("外箱尺寸", "60x40", "size_unreadable"),
        ("毛重", "重", "weight_unreadable"),
        ("发货时间", "很快", "lead_time_unreadable"),
        ("状态", "?", "status_unreadable"),
        ("货品类型", "?", "goods_type_unreadable"),
        ("每手数量", "?", "lot_unreadable"),
        ("图片", "photo.jpg", "url_unreadable"),
        ("拿样价", "0", "price_not_positive"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, text: str, code: str) -> None:
    assert problem(**{column: text}) == (column, code)


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    (only,) = read({"商品ID": "", "商品标题": "", "价格": "x", "起批量": "y"})
    assert {one.code for one in only.problems} == {"no_offer_id", "no_title", "price_unreadable", "number_unreadable"}


def test_a_row_with_more_cells_than_columns_is_a_broken_row() -> None:
    header = ["商品ID", "商品标题", "价格"]
    (only,) = read_offers([(2, [ID, "裤,黑", "3", "4"])], Reader(header, match(header)))
    assert [(one.code, one.values) for one in only.problems] == [("too_many_columns", {"count": 4, "limit": 3})]


def sku_rows(*cells: dict[str, str]) -> list[dict[str, str]]:
    return [{"商品ID": ID, "商品标题": "T恤"} | row for row in cells]


def test_rows_of_one_id_with_different_specs_are_one_offer() -> None:
    rows = sku_rows({"颜色": "红", "尺码": "XL", "价格": "9"}, {"颜色": "蓝", "尺码": "M", "价格": "9"})
    (only,) = read(*rows)
    assert only.numbers == (2, 3)
    assert only.offer
    assert [sku.spec for sku in only.offer.skus] == ["红/XL", "蓝/M"]
    assert (only.offer.quote, only.offer.tiers) == ("by_offer", ((1, 900),))


def test_specs_with_prices_of_their_own_are_quoted_per_sku() -> None:
    (only,) = read(*sku_rows({"规格": "红", "价格": "9", "拿样价": "12"}, {"规格": "蓝", "价格": "10", "拿样价": "12"}))
    assert only.offer
    assert (only.offer.quote, only.offer.tiers, only.offer.sample_fen) == ("per_sku", (), 1200)
    assert [sku.price_fen for sku in only.offer.skus] == [900, 1000]
    (same,) = read(*sku_rows({"规格": "红", "价格": "8", "规格价格": "9"}, {"规格": "蓝", "规格价格": "9"}))
    assert same.offer
    assert (same.offer.quote, same.offer.tiers, same.offer.headline_fen) == ("by_offer", ((1, 900),), 800)


def test_specs_with_tiers_of_their_own_are_quoted_in_tiers_per_sku() -> None:
    (only,) = read(
        *sku_rows({"规格": "红", "阶梯价": "2:9;10:8"}, {"规格": "蓝", "阶梯价": "3:7"}, {"规格": "绿", "价格": "6"})
    )
    assert only.offer
    assert (only.offer.quote, only.offer.moq, only.offer.tiers) == ("tier_per_sku", 2, ())
    assert [sku.tiers for sku in only.offer.skus] == [((2, 900), (10, 800)), ((3, 700),), ((2, 600),)]


def test_rows_under_merged_cells_belong_to_the_offer_above() -> None:
    rows = [
        {"商品ID": ID, "商品标题": "T恤", "规格": "红", "价格": "9"},
        {"规格": "蓝", "价格": "9"},
        {"单品货号": "A-3"},
    ]
    (only,) = read(*rows)
    assert only.offer
    assert [sku.spec for sku in only.offer.skus] == ["红", "蓝", "A-3"]
    assert [note.code for note in only.notes] == ["continued", "continued"]


def test_a_row_without_a_spec_speaks_of_the_whole_offer() -> None:
    (only,) = read(*sku_rows({"价格": "9", "起批量": "4"}, {"规格": "红"}, {"规格": "蓝"}))
    assert only.offer
    assert [sku.spec for sku in only.offer.skus] == ["红", "蓝"]
    assert (only.offer.moq, only.offer.tiers) == (4, ((4, 900),))


def test_scattered_rows_are_brought_together_when_asked_for() -> None:
    other = {"商品ID": OTHER, "商品标题": "袜", "价格": "1"}
    rows = [*sku_rows({"规格": "红", "价格": "9"}), other, *sku_rows({"规格": "蓝", "价格": "9"})]
    assert [one.numbers for one in read(*rows)] == [(2,), (3,), (4,)]
    assert [one.numbers for one in read(*rows, anywhere=True)] == [(2, 4), (3,)]
    assert read(*rows, anywhere=True)[0].offer == read(rows[0], rows[2])[0].offer


def test_an_offer_comes_in_whole_or_not_at_all() -> None:
    reads = read(*sku_rows({"规格": "红", "价格": "9"}, {"规格": "蓝", "价格": "9.999"}, {"规格": "绿", "价格": "9"}))
    assert [one.offer for one in reads] == [None] * 3
    assert [one.problems[0].code for one in reads] == ["other_row_wrong", "price_decimals", "other_row_wrong"]
    assert [one.problems[0].number for one in reads] == [2, 3, 4]


def test_the_same_spec_twice_counts_once_and_a_contradiction_is_refused() -> None:
    assert notes(*sku_rows({"规格": "红", "价格": "9"}, {"规格": "红", "价格": "9"})) == ["sku_same_again"]
    first, second = read(*sku_rows({"规格": "红", "价格": "9"}, {"规格": "红", "价格": "8"}))
    assert first.offer
    assert first.offer.tiers == ((1, 900),)
    assert [(one.number, one.code, one.values) for one in second.problems] == [(3, "sku_repeated", {"row": 2})]


def test_what_an_offer_has_once_is_taken_from_its_first_row() -> None:
    rows = sku_rows({"规格": "红", "价格": "9", "发货地": "义乌"}, {"规格": "蓝", "价格": "9", "发货地": "杭州"})
    (only,) = read(*rows)
    assert only.offer
    assert only.offer.origin == "义乌"
    assert [(note.code, note.column, note.values) for note in only.notes] == [
        ("differs_from_first", "发货地", {"row": 3})
    ]


def test_item_numbers_that_differ_by_row_are_the_specs_own() -> None:
    (only,) = read(*sku_rows({"规格": "红", "价格": "9", "货号": "A1"}, {"规格": "蓝", "价格": "9", "货号": "A2"}))
    assert only.offer
    assert [sku.cargo_number for sku in only.offer.skus] == ["A1", "A2"]


def test_the_digest_tells_what_is_said_not_where() -> None:
    first, second = offer(规格="红", 公司名称="甲厂"), offer(公司名称=" 甲厂 ", 规格="红", 备注="x")
    assert first.digest() == second.digest()
    assert len(first.digest()) == 64
    assert offer(规格="蓝", 公司名称="甲厂").digest() != first.digest()
    assert offer().digest() == "6d0e373c57018d3f078aceb7564e48eef66dfc13bdf87b4965b2ee9edd90d526", (
        "a digest kept in a database must stay what it was"
    )


HEADERS = [words.zh for words in WORDS.values()]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "-", "是", "1", "0", "-1", "NaN", "1e99", "9" * 40, "🙂", "\u202eabc", "=1+1", "{{7*7}}", "3.5", ID]
    ),
    st.sampled_from([text for text, _, _ in TIERS]),
    st.from_regex(r"[0-9]{1,4}[-~][0-9]{0,4}[个件]? ?[:¥]?[0-9.]{1,6}", fullmatch=True),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from([words.zh for words in WORDS.values()]), VALUES, max_size=8), max_size=5)
)
def test_s9_every_row_comes_in_or_is_named(rows: list[dict[str, str]]) -> None:
    reads = read(*rows, anywhere=True)
    told = Counter(number for one in reads for number in one.numbers)
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row.values()):
            assert told[number] == 1 or any(note.values.get("row") == number for one in reads for note in one.notes)
    for one in reads:
        assert (one.offer is None) == bool(one.problems)
        assert all(problem.sentence for problem in one.problems)
        assert all(note.sentence for note in one.notes)
        if one.offer:
            assert OfferRow.from_json(json.loads(json.dumps(one.offer.as_json()))) == one.offer
            assert_is_sound(one.offer)


def assert_is_sound(row: OfferRow) -> None:
    """What the tables and pricing rely on."""
    prices: list[Any] = [fen for _, fen in row.tiers] + [fen for sku in row.skus for _, fen in sku.tiers]
    assert all(isinstance(fen, int) and fen > 0 for fen in prices)
    assert row.moq >= 1
    assert len({sku.spec for sku in row.skus}) == len(row.skus) >= 1
    if row.quote == "by_offer":
        assert row.tiers
        assert row.moq >= row.tiers[0][0]
    elif row.quote == "per_sku":
        assert all(sku.price_fen for sku in row.skus)
    else:
        assert all(sku.tiers for sku in row.skus)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_s9_any_text_is_tiers_or_a_named_problem(text: str) -> None:
    try:
        found = ladder(text)
    except CellProblem:
        return
    assert list(found.tiers) == sorted(found.tiers)


@pytest.mark.skipif(not REAL.exists(), reason=f"the real export is not at {REAL.name}")
def test_every_row_of_a_real_export_comes_in() -> None:
    with REAL.open("rb") as file:
        table = open_table(file)
        columns = match(table.header)
        reads = list(read_offers(table.rows(), Reader(table.header, columns)))
    assert len(columns) == len(table.header) == 12
    offers = [one.offer for one in reads if one.offer]
    assert (len(reads), len(offers)) == (390, 390)
    assert Counter(note.code for one in reads for note in one.notes) == {"headline_not_a_tier": 3}
    assert sum(row.supplier is None for row in offers) == 360
    assert sum(len(row.tiers) > 1 for row in offers) == 21
    assert Counter(row.unit for row in offers) == {"": 365, "件": 2, "双": 10, "副": 7, "个": 6}
    assert sum(bool(row.title_en) for row in offers) == 8, "titles in English alone"
    assert {row.sales_text: row.sales_count for row in offers}["已售10万+件"] == 100_000
    assert not any("&#" in row.title for row in offers)
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        said = {row["商品ID"]: row for row in csv.DictReader(file)}
    for row in offers:
        source = said[row.external_id]
        assert row.headline_fen == round(float(source["价格"]) * 100)
        assert row.moq == int(source["起批量"] or 1)
        assert row.url == source["商品链接"]


def test_barcodes_are_read_and_what_is_none_is_left_out_by_name() -> None:
    (only,) = read(
        *sku_rows(
            {"规格": "红", "价格": "9", "条码": "6934582710047"},
            {"规格": "蓝", "价格": "9", "条码": " 6 934582 71003-0 "},
            {"规格": "绿", "价格": "9", "条码": "DJ-08"},
            {"规格": "白", "价格": "9", "条码": "6.93458E+12"},
        )
    )
    assert only.offer
    assert [sku.barcode for sku in only.offer.skus] == ["6934582710047", "6934582710030", "", ""]
    assert [(note.code, note.values["value"]) for note in only.notes] == [
        ("no_barcode", "DJ-08"),
        ("no_barcode", "6.93458E+12"),
    ]

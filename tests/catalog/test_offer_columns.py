"""Headers in Chinese and English, as tables write them, matched to fields."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection_center.catalog.offer_import.columns import field_of, find_header, header_key, match, missing, unit_of
from selection_center.catalog.offer_import.fields import MANY_COLUMNS, Field
from selection_center.catalog.offer_import.files import open_table
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.catalog.offer_import.reader import EXAMPLE_IDS, Reader
from selection_center.catalog.offer_import.rows import read_offers
from selection_center.catalog.offer_import.template import EXAMPLES, SHOWN, template_workbook, wrong_rows_csv

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("商品ID", Field.OFFER_ID),
        (" 商品 ID ", Field.OFFER_ID),
        ("【商品ID】", Field.OFFER_ID),
        ("*商品标题", Field.TITLE),
        ("价格(元)", Field.PRICE),
        ("价格（元）", Field.PRICE),
        ("单价/元", Field.PRICE),
        ("价格（元／件）", Field.PRICE),
        ("Price (RMB)", Field.PRICE),
        ("UNIT PRICE", Field.PRICE),
        ("sku_price", Field.SKU_PRICE),
        ("起批量（件）", Field.MOQ),
        ("MOQ(pcs)", Field.MOQ),
        ("毛重KG", Field.GROSS_WEIGHT),
        ("G.W. (kgs)", Field.GROSS_WEIGHT),
        ("外箱规格(长*宽*高)", Field.CARTON_SIZE),
        ("Carton L x W x H", Field.CARTON_SIZE),
        ("PCS/CTN", Field.OUTER_PACK),
        ("ｏｆｆｅｒＩＤ", Field.OFFER_ID),
        ("颜色", Field.SPEC),
        ("材质", Field.ATTRIBUTE),
        ("发货天数", Field.LEAD_TIME),
        ("Price (USD)", None),
        ("单价（美元）", None),
        ("价格(万元)", None),
        ("备注", None),
        ("", None),
    ],
)
def test_headers_are_matched(header: str, field: Field | None) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("外箱尺寸(mm)", "mm"),
        ("外箱尺寸（CM）", "cm"),
        ("毛重kg", "kg"),
        ("净重(克)", "克"),
        ("价格", ""),
        ("Weight kg", "kg"),
    ],
)
def test_a_header_names_its_unit(header: str, unit: str) -> None:
    assert unit_of(header) == unit


def test_every_field_knows_its_own_words_and_no_two_share_one() -> None:
    seen: dict[str, Field] = {}
    for which, words in WORDS.items():
        for header in (words.zh, words.en, which.value, *words.others.split()):
            assert field_of(header) is which, header
            assert seen.setdefault(header_key(header), which) is which, header
    assert set(WORDS) == set(Field)


def test_of_two_columns_that_name_one_field_the_first_has_it_but_a_spec_may_have_many() -> None:
    columns = match(["商品ID", "价格", "单价", "颜色", "尺码", "备注"])
    assert columns == {0: Field.OFFER_ID, 1: Field.PRICE, 3: Field.SPEC, 4: Field.SPEC}


def test_the_header_is_found_under_a_title_and_above_the_rows() -> None:
    assert (
        find_header([["义乌某某厂"], ["2026年3月"], ["商品ID", "商品标题", "价格"], ["816731226821", "袜子", "3"]]) == 2
    )
    assert find_header([["甲", "乙"], ["816731226821", "3"]]) == 0, "unknown words may be mapped by hand"
    assert find_header([["816731226821", "袜子", "3.50"]]) is None
    assert find_header([]) is None


def test_what_is_missing_is_said_in_groups_of_which_one_is_enough() -> None:
    assert missing({0: Field.URL, 1: Field.TITLE, 2: Field.TIERS}) == []
    assert missing({0: Field.SPEC})[0] == (Field.OFFER_ID, Field.URL)
    assert len(missing({})) == 3


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_header_can_be_matched(header: list[str]) -> None:
    columns = match(header)
    single = [field for field in columns.values() if field not in MANY_COLUMNS]
    assert len(single) == len(set(single))
    find_header([header])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_explains_every_column_and_reads_back(language: str) -> None:
    content = template_workbook(language)
    offers, about = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    assert [field_of(str(cell.value)) for cell in offers[1]] == list(SHOWN)
    assert sum(1 for row in about.iter_rows() if row[1].value) == len(SHOWN) + 1
    table = open_table(io.BytesIO(content))
    reader = Reader(table.header, match(table.header))
    refused = list(read_offers(table.rows(), reader))
    assert [read.problems[0].code for read in refused] == ["example_row"] * 2, "a forgotten example is named"
    written_over = [
        (number, [cell.replace("100000000", "816731226") for cell in cells]) for number, cells in table.rows()
    ]
    first, second = (read.offer for read in read_offers(written_over, reader))
    assert first
    assert second
    assert (first.moq, first.lot_size, first.pack.carton_mm, first.pack.outer) == (10, 10, (600, 400, 500), 200)
    assert (first.tiers[-1], first.sample_fen, first.goods_type) == ((1000, 580), 990, "factory_brand")
    assert (second.external_id, second.unit, second.tiers) == ("816731226002", "盒", ((2, 2500),))


def test_examples_are_known_by_their_ids() -> None:
    text = str(EXAMPLES)
    assert all(offer_id in text for offer_id in EXAMPLE_IDS)


def test_wrong_rows_come_back_with_their_reason_and_can_be_sent_again() -> None:
    header = ["商品ID", "商品标题", "价格"]
    content = wrong_rows_csv(
        header, [(7, ["816731226821", "=1+1 袜子", "3.555"], "多于两位小数"), (9, ["x"], "y")], "zh"
    )
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == [*header, "原行号", "未导入原因"]
    assert rows[1:] == [["816731226821", "'=1+1 袜子", "3.555", "7", "多于两位小数"], ["x", "", "", "9", "y"]]
    table = open_table(io.BytesIO(content.replace(b"3.555", b"3.55")))
    read, _ = read_offers(table.rows(), Reader(table.header, match(table.header)))
    assert read.offer
    assert (read.offer.title, read.offer.headline_fen) == ("=1+1 袜子", 355)


def test_a_header_without_an_end_is_none_at_once() -> None:
    assert [field_of(sign * 1_000_000) for sign in "[(价 "] == [None] * 4

"""Tables that people start from, and get back: the template to fill in, and the rows that did not come in."""

import io
from collections.abc import Iterable, Iterator, Sequence

from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.core.exports import Book, csv_file, write_row, xlsx_file

SHEETS = {"zh": ("商品", "填写说明"), "en": ("Offers", "How to fill in")}
ABOUT = {
    "zh": (
        "一行一个商品；同一商品有多个规格时，每个规格一行，商品ID 相同。",
        "列的顺序可以改，不用的列可以删。前两行是示例，请删除。",
        "至少需要：商品ID 或 商品链接，商品标题，价格 或 阶梯价。",
    ),
    "en": (
        "One row per offer; an offer with several specs has one row per spec with the same offer id.",
        "Columns may be moved, and those you do not need deleted. The first two rows are examples: delete them.",
        "Needed at least: offer id or address, title, price or tiers.",
    ),
}
COLUMN_WORDS = {"zh": ("列名", "说明"), "en": ("Column", "What to write")}
WRONG_WORDS = {"zh": ("原行号", "未导入原因"), "en": ("Row", "Why it did not come in")}

SHOWN = tuple(which for which in Field if which not in (Field.CARTON_LENGTH, Field.CARTON_WIDTH, Field.CARTON_HEIGHT))
EXAMPLES: tuple[dict[Field, str], ...] = (
    {
        Field.OFFER_ID: "100000000001",
        Field.TITLE: "示例：纯棉中筒袜 女 秋冬 5双装",
        Field.TITLE_EN: "Example: cotton crew socks, women, 5 pairs",
        Field.PRICE: "6.80",
        Field.TIERS: "10-99双 ¥6.80; 100-999双 ¥6.20; 1000双以上 ¥5.80",
        Field.MOQ: "10",
        Field.SALES: "已售1000+件",
        Field.COMPANY: "示例：诸暨某某袜业有限公司",
        Field.TRUSTPASS: "8年",
        Field.POWERFUL: "是",
        Field.SUPER_FACTORY: "否",
        Field.ORIGIN: "浙江/诸暨市",
        Field.TAGS: "48小时发货|混批",
        Field.UNIT: "双",
        Field.LOT: "1手=10双",
        Field.INNER_PACK: "10",
        Field.OUTER_PACK: "200",
        Field.CARTON_SIZE: "60x40x50",
        Field.GROSS_WEIGHT: "12.5",
        Field.NET_WEIGHT: "11.8",
        Field.SPEC: "米色/均码",
        Field.SPEC_EN: "beige/one size",
        Field.STOCK: "5000",
        Field.SAMPLE_PRICE: "9.90",
        Field.TAX_INCLUDED: "否",
        Field.GOODS_TYPE: "厂牌货",
        Field.DROPSHIP: "是",
        Field.LEAD_TIME: "48小时",
        Field.STATUS: "上架",
    },
    {
        Field.URL: "https://detail.1688.com/offer/100000000002.html",
        Field.TITLE: "示例：儿童益智拼装积木 100粒",
        Field.PRICE: "25.00",
        Field.MOQ: "2",
        Field.UNIT: "盒",
    },
)
"""Their ids are refused by name (reader.EXAMPLE_IDS), so that a forgotten example never stands on a shelf."""


def template_workbook(language: str) -> bytes:
    """The XLSX to fill in, "zh" or "en": headers with two example rows, and a sheet that explains each column."""
    out = io.BytesIO()
    workbook = Book(out)
    bold = workbook.add_format({"bold": True})
    as_text = workbook.add_format({"num_format": "@"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    offers, about = (workbook.add_worksheet(name) for name in SHEETS[language])
    offers.set_column(0, len(SHOWN) - 1, 16, as_text)  # as text, so that Excel leaves long ids whole
    write_row(offers, 0, [_header(which, language) for which in SHOWN], bold)
    for number, example in enumerate(EXAMPLES, 1):
        write_row(offers, number, [example.get(which) for which in SHOWN], as_text)
    offers.freeze_panes(1, 0)
    about.set_column(0, 0, 20)
    about.set_column(1, 1, 80)
    for number, sentence in enumerate(ABOUT[language]):
        about.write_string(number, 0, sentence)
    write_row(about, len(ABOUT[language]) + 1, COLUMN_WORDS[language], bold)
    for number, which in enumerate(SHOWN, len(ABOUT[language]) + 2):
        words = WORDS[which]
        write_row(
            about, number, [_header(which, language), words.about_zh if language == "zh" else words.about_en], wrapped
        )
    workbook.close()
    return out.getvalue()


def _header(which: Field, language: str) -> str:
    return WORDS[which].zh if language == "zh" else WORDS[which].en


WrongRow = tuple[int, Sequence[str], str]
"""(number, cells, why)"""


def wrong_rows_csv(header: Sequence[str], rows: Iterable[WrongRow], language: str) -> bytes:
    """The rows that did not come in as a CSV to mend and send again.

    The cells stand under the file's own header, the number and the reason in two columns behind them, and cells that
    no header covers behind those.
    """
    return csv_file(*_wrong_rows(header, rows, language))


def wrong_rows_xlsx(header: Sequence[str], rows: Iterable[WrongRow], language: str) -> bytes:
    """The same as XLSX."""
    return xlsx_file(SHEETS[language][0], *_wrong_rows(header, rows, language))


def _wrong_rows(
    header: Sequence[str], rows: Iterable[WrongRow], language: str
) -> tuple[list[str], Iterator[list[str | int]]]:
    width = len(header)

    def filled() -> Iterator[list[str | int]]:
        for number, cells, why in rows:
            yield [*cells[:width], *[""] * (width - len(cells)), number, why, *cells[width:]]

    return [*header, *WRONG_WORDS[language]], filled()

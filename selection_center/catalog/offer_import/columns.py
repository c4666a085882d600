"""Which column is what: headers matched to fields, as a proposal that a person can change."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from selection_center.catalog.offer_import.fields import MANY_COLUMNS, PRICES, Field
from selection_center.catalog.offer_import.headers import WORDS

ColumnMap = dict[int, Field]
"""Column index, from 0 -> what it is. Columns that are left out are not read."""

HEADER_WITHIN = 20
"""A header is looked for in this many rows: Chinese price lists begin with a title and a date."""

BRACKETS = re.compile(r"[(\[{【〔「『<《]([^)\]}】〕」』>》]*)[)\]}】〕」』>》]")
LONGEST_HEADER = 100
"""Characters; what is longer names no column."""
SIGNS = re.compile(r"[\s_*:;,.、/\\\-—~'\"#№?!|·。&+=]+")
UNIT = "|".join(
    (
        *("rmb", "cny", "人民币", "元", "¥", "usd", r"us\$", r"\$", "美元", "美金", "eur", "€", "欧元", "hkd", "港币"),
        *("万元", "千元", "千克", "公斤", "kgs?", "克", "g", "cm", "厘米", "公分", "mm", "毫米", "米"),
        *("小时", "hours?", "天", "days?", "pcs", "件", "个"),
    )
)
UNIT_AT_END = re.compile(rf"(?<=[\u4e00-\u9fff])(?:/|每)?({UNIT})(?:/.{{1,3}})?$")
UNIT_ALONE = re.compile(rf"(?:单位)?({UNIT})(?:/.{{1,4}})?")
OTHER_MONEY = frozenset({"usd", "us$", "$", "美元", "美金", "eur", "€", "欧元", "hkd", "港币", "万元", "千元"})


def plain(header: str) -> str:
    """A header in NFKC and lower case, on one line."""
    return " ".join(unicodedata.normalize("NFKC", header).casefold().split())


def header_key(header: str) -> str:
    """What two spellings of one header share: " 价格（元） *" and "价格" are both "价格"."""
    text = plain(header)
    outside = SIGNS.sub("", BRACKETS.sub("", text))
    if not outside:  # the whole header stands in brackets: 【商品ID】
        return SIGNS.sub("", " ".join(BRACKETS.findall(text)))
    if outside in _by_key():
        return outside
    return UNIT_AT_END.sub("", outside) or outside


def unit_of(header: str) -> str:
    """The unit that a header names: 外箱尺寸(mm) -> "mm", 毛重kg -> "kg", else ""."""
    text = plain(header)
    for inside in BRACKETS.findall(text):
        if found := UNIT_ALONE.fullmatch(inside.replace(" ", "")):
            return found[1]
    outside = BRACKETS.sub("", text).replace(" ", "")
    if outside in _by_key():
        return ""
    if found := UNIT_AT_END.search(outside) or re.search(rf"[ _/]({UNIT})$", BRACKETS.sub("", text).strip()):
        return found[1]
    return ""


@lru_cache(maxsize=1)
def _by_key() -> dict[str, Field]:
    """Every known header without signs -> its field."""
    known: dict[str, Field] = {}
    for field, words in WORDS.items():
        for header in (words.zh, words.en, field.value, *words.others.split()):
            known.setdefault(SIGNS.sub("", plain(header)), field)
    return known


def field_of(header: str) -> Field | None:
    """The field that a header names, or None. A price in another currency is no price of ours."""
    if len(header) > LONGEST_HEADER:
        return None
    text = plain(header)
    for key in (header_key(header), SIGNS.sub("", BRACKETS.sub(r"\1", text)), _without_unit(text)):
        if field := _by_key().get(key):
            return None if field in PRICES and unit_of(header) in OTHER_MONEY else field
    return None


def _without_unit(text: str) -> str:
    """ "weight kg" -> "weight": an English header whose last word is a unit."""
    return SIGNS.sub("", re.sub(rf"[ _/]({UNIT})$", "", BRACKETS.sub("", text).strip()))


def match(header: Sequence[str]) -> ColumnMap:
    """The proposed mapping of a header row. Where two columns name one field, the first has it."""
    found: ColumnMap = {}
    for index, text in enumerate(header):
        field = field_of(text)
        if field and (field in MANY_COLUMNS or field not in found.values()):
            found[index] = field
    return found


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the row that names the columns, among a table's first ones; None if there is none.

    The row that names most fields; else the first row of two or more words none of which looks like a value.
    """
    known = [len(set(match(row).values())) for row in rows[:HEADER_WITHIN]]
    if known and max(known) >= 2:
        return known.index(max(known))
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        cells = [cell for cell in row if cell.strip()]
        if len(cells) >= 2:
            return None if any(_looks_like_a_value(cell) for cell in cells) else index
    return None


def _looks_like_a_value(cell: str) -> bool:
    return len(cell) > 40 or "://" in cell or re.fullmatch(r"[\d.,¥￥$%\s:/-]+", cell) is not None


def missing(columns: Mapping[int, Field]) -> list[tuple[Field, ...]]:
    """What an import needs and no column gives: groups of fields of which one is enough."""
    given = set(columns.values())
    needed: Iterable[tuple[Field, ...]] = (
        (Field.OFFER_ID, Field.URL),
        (Field.TITLE, Field.TITLE_EN),
        (Field.PRICE, Field.TIERS, Field.SKU_PRICE),
    )
    return [group for group in needed if given.isdisjoint(group)]

"""What stands in one cell: text in, plain values out, or a CellProblem that names what is wrong.

Money is fen, lengths mm, weights g. Every parser takes cleaned text that is not empty.
"""

import html
import re
import unicodedata
from functools import lru_cache

from selection_center.catalog.offer_import.reasons import CellProblem
from selection_center.core.money import FULL_WIDTH, MoneyError, parse_fen

LARGEST_QUANTITY = 100_000_000
LARGEST_PRICE_FEN = 1_000_000_000
"""Ten million yuan for one piece: beyond it a column has been mistaken for a price."""

NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "暂无", "n/a", "na", "null", "none", "nil", "#n/a"})
"""What people and programs write into a cell that says nothing."""

YES = frozenset({"是", "有", "yes", "y", "true", "t", "1", "✓", "✔", "√", "☑", "支持", "已开通", "on", "可", "对"})
NO = frozenset(
    {"否", "无", "no", "n", "false", "f", "0", "×", "✗", "✘", "x", "不", "不支持", "没有", "未开通", "off", "不可"}
)

WEIGHT_IN_GRAMS = {"kg": 1000, "kgs": 1000, "千克": 1000, "公斤": 1000, "g": 1, "克": 1, "斤": 500, "": 1000}
LENGTH_IN_MM = {"mm": 1, "毫米": 1, "cm": 10, "厘米": 10, "公分": 10, "m": 1000, "米": 1000, "": 10}

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
QUANTITY = re.compile(
    r"(?:起批量|起订量|最小起订量|moq)?[:\s]*(?:≥|>=|满)?\s*"
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?\s*([^\W\d_]*?)\s*(?:起批|起订|起售|起|及?以上|/批|\+|~)?",
    re.IGNORECASE,
)
SALES = re.compile(rf"([0-9]{{1,3}}(?:,[0-9]{{3}})+|{NUMBER})\s*([万亿千kw]?)", re.IGNORECASE)
SALES_TIMES = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}


def clean(text: str) -> str:
    """One line without control characters, entities and outer spaces; a leading ' before a formula sign goes too."""
    if not text.isprintable() or "  " in text:
        text = " ".join("".join(map(_visible, text)).split())
    if "&" in text:
        text = html.unescape(text)
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") and text[1:2] else text


def _visible(character: str) -> str:
    """The character, a space for any white one, nothing for control and other invisible ones."""
    if character.isspace():
        return " "
    joins_emoji = character == "\u200d"
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and not joins_emoji else character


def holds_control_characters(text: str) -> bool:
    return any(not character.isspace() and _visible(character) == "" for character in text)


def says_nothing(text: str) -> bool:
    return not text or text.casefold() in NOTHING


def half_width(text: str) -> str:
    """Full-width digits, signs and letters as ASCII. Not NFKC, which would turn 37² into 372."""
    return text if text.isascii() else text.translate(FULL_WIDTH)


@lru_cache(maxsize=4096)
def price_fen(text: str) -> int:
    """Fen of one price, above zero."""
    text = re.sub(r"(?<=[0-9元])\s*元?\s*/\s*[^\W\d_]{1,6}$", "", half_width(text)).strip()
    if re.fullmatch(rf"¥?\s*{NUMBER}\s*元?\s*[-~～—至到]+\s*¥?\s*{NUMBER}\s*元?", text):
        raise CellProblem("price_range")
    try:
        fen = parse_fen(text)
    except MoneyError as error:
        codes = {
            "too_many_decimals": "price_decimals",
            "negative": "price_not_positive",
            "too_large": "price_too_large",
        }
        raise CellProblem(codes.get(error.code, "price_unreadable")) from None
    if fen <= 0:
        raise CellProblem("price_not_positive")
    if fen > LARGEST_PRICE_FEN:
        raise CellProblem("price_too_large")
    return fen


@lru_cache(maxsize=4096)
def quantity(text: str) -> tuple[int, str]:
    """ "2件起批" -> (2, "件"). The unit is "" where none is said."""
    found = QUANTITY.fullmatch(half_width(text))
    if found is None:
        raise CellProblem("number_unreadable")
    return whole(found[1].replace(",", "")), found[2]


def whole(digits: str, least: int = 1) -> int:
    """Digits as a number between `least` and the largest that is believed."""
    if len(digits) > 12:
        raise CellProblem("number_too_large")
    number = int(digits)
    if number < least:
        raise CellProblem("number_not_positive")
    if number > LARGEST_QUANTITY:
        raise CellProblem("number_too_large")
    return number


def stock(text: str) -> int:
    """Pieces in stock, 0 too: "120", "120件", "12.0"."""
    found = re.fullmatch(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?\s*\+?\s*[^\W\d_]{0,4}", half_width(text))
    if found is None:
        raise CellProblem("number_unreadable")
    return whole(found[1].replace(",", ""), least=0)


def lot(text: str) -> tuple[int, str]:
    """ "1手=12件" -> (12, "手"); "12件/手" -> (12, "手"); "12" -> (12, "")."""
    text = half_width(text)
    if found := re.fullmatch(r"1?\s*([^\W\d_]{1,4})\s*[=:]\s*([0-9]{1,9})\s*[^\W\d_]*", text):
        return whole(found[2]), found[1]
    if found := re.fullmatch(r"([0-9]{1,9})(?:\.0+)?\s*[^\W\d_]*\s*(?:/|每)?\s*(手|批|包|打|箱|盒|组|套|lot)?", text):
        return whole(found[1]), found[2] or ""
    raise CellProblem("lot_unreadable")


@lru_cache(maxsize=1024)
def yes_or_no(text: str) -> bool:
    word = half_width(text).casefold().removesuffix(".0")
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellProblem("yes_no_unreadable")


def tax_included(text: str) -> bool:
    """含税 / 不含税, or yes / no."""
    words = {"含税": True, "已含税": True, "含税价": True, "不含税": False, "未税": False, "未含税": False}
    return words[text] if text in words else yes_or_no(text)


@lru_cache(maxsize=1024)
def trustpass(text: str) -> tuple[bool, int | None]:
    """是 -> (True, None); "诚信通8年" -> (True, 8); 否 -> (False, None)."""
    if found := re.fullmatch(
        r"(?:诚信通)?\s*第?\s*([0-9]{1,2})(?:\.0)?\s*(年|years?)?", half_width(text), re.IGNORECASE
    ):
        years = int(found[1])
        if found[2] or years > 1:
            return years > 0, years or None
    return yes_or_no(text), None


@lru_cache(maxsize=4096)
def sales_count(text: str) -> int | None:
    """About how many were sold: "已售10万+件" -> 100000; None where the text holds no number."""
    found = SALES.search(half_width(text))
    if found is None:
        return None
    whole_part, _, decimals = found[1].replace(",", "").partition(".")
    times = SALES_TIMES[found[2].casefold()]
    if len(whole_part) > 12:
        return None
    scale: int = 10 ** len(decimals[:8])
    return int(whole_part) * times + int(decimals[:8] or 0) * times // scale


@lru_cache(maxsize=1024)
def carton_mm(text: str, unit: str = "") -> tuple[int, int, int]:
    """ "60x40x50", "60*40*50cm", "0.6×0.4×0.5米" -> mm. `unit`: what the header says; cm where nobody says."""
    found = re.fullmatch(
        rf"(?:长|l)?\s*({NUMBER})\s*(?:cm|mm|厘米)?\s*[x×*✕╳乘/]\s*(?:宽|w)?\s*({NUMBER})\s*(?:cm|mm|厘米)?\s*[x×*✕╳乘/]"
        rf"\s*(?:高|h)?\s*({NUMBER})\s*\(?\s*(mm|毫米|cm|厘米|公分|m|米)?\s*\)?",
        half_width(text).casefold(),
    )
    if found is None:
        raise CellProblem("size_unreadable")
    length, width, height = (length_mm(found[side], found[4] or unit) for side in (1, 2, 3))
    return length, width, height


def length_mm(text: str, unit: str = "") -> int:
    """One side of a carton in mm, between 1 mm and 20 m."""
    found = re.fullmatch(rf"({NUMBER})\s*(mm|毫米|cm|厘米|公分|m|米)?", half_width(text).casefold())
    if found is None:
        raise CellProblem("size_unreadable")
    mm = _times(found[1], LENGTH_IN_MM.get(found[2] or unit, 10))
    if not 1 <= mm <= 20_000:
        raise CellProblem("size_unreadable")
    return mm


@lru_cache(maxsize=1024)
def weight_g(text: str, unit: str = "") -> int:
    """ "12.5", "12.5kg", "500克" -> g. `unit`: what the header says; kg where nobody says."""
    found = re.fullmatch(rf"({NUMBER})\s*(kgs?|千克|公斤|g|克|斤)?", half_width(text).casefold())
    if found is None:
        raise CellProblem("weight_unreadable")
    grams = _times(found[1], WEIGHT_IN_GRAMS.get(found[2] or unit, 1000))
    if not 1 <= grams <= 100_000_000:
        raise CellProblem("weight_unreadable")
    return grams


def _times(number: str, factor: int) -> int:
    """A decimal number as text times a whole factor, half of the last place up; no float in between."""
    whole_part, _, decimals = number.partition(".")
    if len(whole_part) > 9:
        return -1
    decimals = decimals[:9]
    scale: int = 10 ** len(decimals)
    return ((int(whole_part) * scale + int(decimals or 0)) * factor * 2 + scale) // (2 * scale)


@lru_cache(maxsize=1024)
def lead_hours(text: str, unit: str = "") -> int:
    """ "48小时发货", "3天内" -> hours. `unit`: what the header says; hours where nobody says."""
    if text.startswith(("当天", "当日")):
        return 24
    found = re.fullmatch(
        r"([0-9]{1,4})(?:\.0+)?\s*(小时|时|hours?|hrs?|h|天|日|工作日|days?|d)?\s*(?:内|以内)?\s*(?:发货|出货|交货)?",
        half_width(text).casefold(),
    )
    if found is None:
        raise CellProblem("lead_time_unreadable")
    in_days = (found[2] or unit).startswith(("天", "日", "工作日", "d"))
    return int(found[1]) * (24 if in_days else 1)


@lru_cache(maxsize=1024)
def on_shelf(text: str) -> bool:
    word = half_width(text).casefold().removeprefix("已").removesuffix("中").replace(" ", "").replace("_", "")
    if word in {
        "上架",
        "在售",
        "销售",
        "出售",
        "published",
        "onshelf",
        "on",
        "active",
        "是",
        "1",
        "true",
        "yes",
        "正常",
    }:
        return True
    if word in {
        "下架",
        "停售",
        "售罄",
        "删除",
        "失效",
        "expired",
        "offshelf",
        "off",
        "inactive",
        "否",
        "0",
        "false",
        "no",
    } | {*("deleted", "memberexpired", "autoexpired", "memberdeleted", "过期")}:
        return False
    raise CellProblem("status_unreadable")


GOODS_TYPES = {
    "厂牌货": "factory_brand",
    "厂牌": "factory_brand",
    "factory brand": "factory_brand",
    "白牌货": "white_label",
    "白牌": "white_label",
    "white label": "white_label",
    "大牌平替": "brand_dupe",
    "平替": "brand_dupe",
    "brand dupe": "brand_dupe",
}


def goods_type(text: str) -> str:
    word = text.casefold().replace("_", " ").replace("-", " ")
    if word not in GOODS_TYPES:
        raise CellProblem("goods_type_unreadable")
    return GOODS_TYPES[word]

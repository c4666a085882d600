"""Search finds what a plain filter over the texts finds, on both databases, whatever is typed."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selection_center.catalog.models import Listing, Supplier
from selection_center.catalog.search import index_all, index_listings, index_supplier, search
from selection_center.catalog.search_tokens import normalise, tokens_of_text, words_of
from selection_center.core.db import db
from selection_center.samples.models import RetireReason
from selection_center.sites.models import Belt
from tests import factories

SYLLABLES = st.sampled_from("垃圾袋加厚免撕收口家用ABCabc12ＡＢ1２ß .-%_'\"*()&|!:\\^　\t\n🧦é")
TITLES = st.text(SYLLABLES, min_size=1, max_size=24)
ANY_QUERY = st.one_of(st.text(SYLLABLES, max_size=6), st.text(max_size=12))


def found(words: str, site_id: int | None = None) -> list[int]:
    query = search(words, site_id=site_id).order_by(sa.desc("listing_id"))
    return list(db.session.scalars(query))


def listing(title: str, by: Supplier | None = None, **values: Any) -> Listing:
    row = factories.listing(by, title=title, title_en=values.pop("title_en", ""), **values)
    index_listings([row.id])
    return row


def expected(titles: dict[int, str], query: str) -> list[int]:
    """The rival: every text looked through for every word."""
    return sorted((id for id in titles if all(word in titles[id] for word in words_of(query))), reverse=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(TITLES, min_size=1, max_size=6), queries=st.lists(ANY_QUERY, min_size=1, max_size=8))
def test_finds_what_a_plain_filter_finds(app: Flask, titles: list[str], queries: list[str]) -> None:
    with app.app_context():
        rows = {}
        for title in titles:
            row = listing(title)
            rows[row.id] = normalise(f"{title} {row.external_id}")
        parts = [title[start : start + 3] for title in titles for start in range(0, len(title), 2)]
        for query in [*queries, *parts]:
            assert found(query) == expected(rows, query), query
        db.session.rollback()


def test_finds_one_two_and_more_characters_anywhere(app: Flask) -> None:
    bags = listing("加厚平口自动收口垃圾袋 家用免撕")
    for words in ("袋", "垃圾", "垃圾袋", "口自动收", "免撕 垃圾", "家用 厚", " 垃圾袋　"):
        assert found(words) == [bags.id], words
    for words in ("圾垃", "袋垃圾", "口收", "袋家", "垃圾桶", "箱"):
        assert found(words) == [], words


def test_finds_titles_suppliers_belts_offer_ids_and_item_numbers(app: Flask) -> None:
    belt = factories.add(
        Belt(city=factories.city(), place_adcode="330782", place="义乌市", name="义乌日用百货", name_en="Yiwu dailies",
             category="百货")
    )  # fmt: skip
    heyi = factories.supplier(belt=belt)
    bags = listing("垃圾袋", heyi, title_en="Bin bags", external_id="612345678901", item_number="HY-30A")
    for words in ("BIN", "禾一日用", "heyi", "日用百货", "dailies", "345678", "hy-30a", "ｂｉｎ 禾一"):
        assert found(words) == [bags.id], words


def test_newest_come_first(app: Flask) -> None:
    first, second = listing("袜子"), listing("袜子")
    assert found("袜子") == [second.id, first.id]


def test_no_words_are_all_listings(app: Flask) -> None:
    first, second = listing("袜子"), listing("毛巾")
    assert found("") == found(" \n\t") == [second.id, first.id]


def test_within_a_site_are_those_with_samples_there(app: Flask) -> None:
    here, there = factories.site(), factories.site("chenghai")
    socks, towels = listing("棉袜"), listing("棉巾")
    piece = factories.sample(socks, here)
    factories.sample(towels, there)
    index_listings([socks.id, towels.id])
    assert found("棉", here.id) == found("", here.id) == [socks.id]
    assert found("棉", there.id) == [towels.id]
    piece.retire(RetireReason.SOLD)
    index_listings([socks.id])
    assert found("棉", here.id) == []
    assert found("棉袜") == [socks.id]


def test_old_words_go_with_a_new_title(app: Flask) -> None:
    bags = listing("垃圾袋")
    bags.title = "收纳箱"
    index_listings([bags.id])
    assert found("垃圾") == []
    assert found("收纳") == [bags.id]


def test_a_suppliers_new_name_reaches_all_its_listings(app: Flask) -> None:
    heyi = factories.supplier()
    bags = listing("垃圾袋", heyi)
    heyi.name = "宁波顺达塑料"
    index_supplier(heyi.id)
    assert found("顺达") == [bags.id]
    assert found("禾一") == []


def test_a_deleted_listing_leaves_the_index(app: Flask) -> None:
    bags = listing("垃圾袋")
    number = bags.id
    db.session.delete(bags)
    index_listings([number])
    assert found("垃圾") == []


def test_all_can_be_indexed_at_once(app: Flask) -> None:
    rows = [factories.listing(title=f"垃圾袋{number}") for number in range(3)]
    assert found("垃圾") == []
    assert index_all() == 3
    assert found("垃圾") == [row.id for row in reversed(rows)]


def test_all_can_be_indexed_from_the_command_line(app: Flask) -> None:
    row = factories.listing(title="垃圾袋")
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["index-listings"])
    assert answer.exception is None, answer.exception
    assert answer.output == "1 offers can be found.\n"
    db.session.rollback()
    assert found("垃圾") == [row.id]


def test_what_looks_like_syntax_is_only_text(app: Flask) -> None:
    row = listing('100%棉 a_b "引号" it\'s (L) AND OR NOT -x ^y* c:d & | ! <->')
    for words in ("100%", "%棉", "a_b", '"引号"', "it's", "(l)", "and or not", "-x", "^y*", "c:d", "& | ! <->"):
        assert found(words) == [row.id], words
    for words in ("1%棉", "a%b", "axb", "c*", "listing_search:x", "NEAR(a b)"):
        assert found(words) == [], words


def test_characters_that_no_database_keeps_part_words() -> None:
    assert words_of("垃\x00圾 \ud800袋\u3000ＡＢ") == ["垃", "圾", "袋", "ab"]


def test_tokens_are_hex_alone() -> None:
    assert tokens_of_text("袋 a'b") == {"888b", "61", "27", "62", "61z27", "27z62"}

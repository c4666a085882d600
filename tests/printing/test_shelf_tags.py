"""Shelf tags: both prices as the till asks for them, every code readable, and the list of what is out of date."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.i18n import speaking
from selection_center.core.permissions import Role
from selection_center.printing import drawing
from selection_center.printing.media import MEDIA
from selection_center.printing.shelf_tags import shelf_values
from selection_center.samples.models import Sample, SampleKind
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.printing.test_labels import values as label_values
from tests.stock import making
from tests.visitors import Visitor

SHELF = {"grade": "合格品", "day": "2026-11-26", "price": "¥19.90", "member_price": "¥15.90", "per": "元/件"}


def values(number: int, **more: Any) -> dict[str, Any]:
    return label_values(number, **(SHELF | more))


def facing(site: Site, **listing: Any) -> Sample:
    """A shelf's tag: its own style, whose member price is 15.90."""
    offer = make.listing(make.supplier(), tiers=((1, 1990),), origin="浙江义乌", **listing)
    offer.skus[0].member_fen = 1590
    sample = make.sample(offer, site, make.stand(site), offer.skus[0])
    sample.kind = SampleKind.SHELF_FACING
    db.session.flush()
    return sample


def test_a_tag_says_both_prices_as_the_till_asks_for_them(app: Flask) -> None:
    said = shelf_values(facing(making.store(), attributes=[["等级", "合格品", "Grade", "Qualified"]]), "zh")
    assert (said["price"], said["member_price"], said["per"]) == ("¥19.90", "¥15.90", "元/件")
    assert (said["origin"], said["grade"]) == ("浙江义乌", "合格品")


def test_a_member_price_that_is_not_lower_is_no_second_price(app: Flask) -> None:
    sample = facing(making.store())
    sku = sample.listing.skus[0]
    sku.member_fen = 1990
    assert shelf_values(sample, "zh")["member_price"] == ""
    sku.member_fen = None
    assert shelf_values(sample, "zh")["price"] == "¥19.90"


@pytest.mark.parametrize("key", ["A4-21", "70x38"])
def test_every_code_is_read_at_150_dpi_and_stands_inside_its_tag(app: Flask, key: str) -> None:
    medium = MEDIA[key]
    placed = [(*medium.place(number, 1), values(number)) for number in range(1, medium.cells + 1)]
    pdf = drawing.render("shelf", medium, "zh", placed)
    seen = paper.codes_on(pdf)
    assert {code.text for code in seen} == {said["address"] for _page, _position, said in placed}
    assert paper.page_count(pdf) == 1
    for code, (_page, position, _said) in zip(seen, placed, strict=True):
        left, top = medium.corner(position)
        assert code.width >= 14.5
        assert left + 3 <= code.left
        assert code.left + code.width <= left + medium.width - 2.5
        assert top + 3 <= code.top
        assert code.top + code.width <= top + medium.height - 3


def test_a_tag_carries_what_the_rules_of_price_tags_ask(app: Flask) -> None:
    pdf = drawing.render("shelf", MEDIA["70x38"], "zh", [(1, 1, values(1))])
    words = paper.words(pdf).replace("\r\n", " ")
    for word in (
        "加厚平口自动收口垃圾袋",
        "囍字红 45×50 cm",
        "浙江义乌",
        "合格品",
        "15",
        ".90",
        "元/件",
        "¥19.90",
        "2026-11-26",
        "12315",
    ):
        assert word in words, word
    width, height = (float(side) * 25.4 / 72 for side in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:])
    assert (round(width), round(height)) == (70, 38)


@pytest.mark.parametrize("more", [
    {"member_price": ""}, {"member_price": "¥12,345.60", "price": "¥13,000.00"}, {"price": "", "member_price": ""},
    {"names": ["加厚平口自动收口垃圾袋 家用免撕" * 4, "Thick drawstring bin bags " * 6]},
    {"spec": "超长的规格 " * 20, "origin": "", "grade": ""}, {"host": "a-rather-long-host.example.com"},
])  # fmt: skip
def test_whatever_it_says_nothing_leaves_the_tag_or_covers_the_code(app: Flask, more: dict[str, Any]) -> None:
    said = values(3, **more)
    pdf = drawing.render("shelf", MEDIA["A4-21"], "zh", [(1, 5, said)])
    assert [code.text for code in paper.codes_on(pdf)] == [said["address"]]
    drawn, dots = paper.raster(pdf, dpi=150), 150 / 25.4
    left, top = MEDIA["A4-21"].corner(5)
    inside = [round(edge * dots) for edge in (left + 2, top + 2, left + 68, top + 36.5)]
    drawn.paste(255, (inside[0], inside[1], inside[2], inside[3]))
    assert drawn.getextrema() == (255, 255), "ink beyond the safe edge"


def print_tag(by: Visitor, sample: Sample) -> None:
    sent = {"layout": "shelf", "medium": "70x38", "language": "zh", "prices": "1", "sample": str(sample.id)}
    answer = by.submit("/sites/hangzhou/prints", sent)
    assert answer.status_code == 303
    assert by.get(f"{answer.location}/file").data.startswith(b"%PDF")


def test_a_changed_price_puts_the_tag_on_the_relabel_list_until_it_is_printed_anew(
    app: Flask, visit: Callable[[Any], Visitor]
) -> None:
    site = making.store()
    bo = visit(making.worker(site))
    sample = facing(site)
    make.sample(make.listing(make.supplier()), site)
    db.session.commit()
    assert "Never printed" in bo.get("/sites/hangzhou/relabel?lang=en").text
    print_tag(bo, sample)
    assert "Every shelf tag says what is so." in bo.get("/sites/hangzhou/relabel?lang=en").text
    sample.listing.skus[0].member_fen, sample.listing.version = 1490, 2
    db.session.commit()
    page = bo.get("/sites/hangzhou/relabel?lang=en").text
    assert "¥15.90" in page
    assert "¥14.90" in page
    chosen = {"layout": "shelf", "prices": "1", "sample": str(sample.id), "among": str(sample.id)}
    room = bo.submit("/sites/hangzhou/print", chosen)
    assert room.status_code == 200
    assert f'value="{sample.id}" id="row-{sample.id}"' in room.text
    print_tag(bo, sample)
    assert "Every shelf tag says what is so." in bo.get("/sites/hangzhou/relabel?lang=en").text


def test_shelf_tags_are_a_stores_alone_and_of_shelf_facings_alone(app: Flask, visit: Callable[[Any], Visitor]) -> None:
    site, center = making.store(), make.site()
    other = make.sample(make.listing(make.supplier()), site)
    bo, ana = visit(making.worker(site)), visit(make.user("Ana", Role.MANAGER, center))
    with speaking("en"):
        assert "layout=shelf" in bo.get("/sites/hangzhou/print").text
        assert "layout=shelf" not in ana.get("/sites/yiwu/print").text
    sent = {"layout": "shelf", "medium": "70x38", "prices": "1", "sample": str(other.id)}
    assert bo.submit("/sites/hangzhou/prints", sent).status_code == 422

"""Many styles stand in rows of what they share, on the scan page too."""

import re

import pytest
from flask import Flask

from selection_center.catalog.models import Sku
from selection_center.pages.style_groups import style_groups
from tests import factories as make
from tests.visitors import Visitor

TWO = [f"{colour}/{size}" for colour in ("燕麦", "黑", "酒红") for size in ("M", "L", "XL")]


def cut(*specs: str) -> list[tuple[str, list[str]]]:
    groups = style_groups([Sku(spec=spec, spec_en="") for spec in specs])
    return [(group.heading, [name for _sku, name in group.styles]) for group in groups]


def test_many_stand_in_rows_of_what_they_share(app: Flask) -> None:
    with app.test_request_context("/"):
        assert cut(*TWO) == [(colour, ["M", "L", "XL"]) for colour in ("燕麦", "黑", "酒红")]


@pytest.mark.parametrize(
    "specs",
    [TWO[:6], [*TWO, "均码"], [*TWO, "黑/M/长款"], [*TWO, "/M"], [f"{number}号/红" for number in range(9)], [""]],
    ids=["few", "one part", "three parts", "no colour", "nothing shared", "one without a name"],
)
def test_others_stand_in_one(app: Flask, specs: list[str]) -> None:
    with app.test_request_context("/"):
        assert cut(*specs) == [("", specs)]


def test_the_scan_page_has_each_style_once(client: Visitor) -> None:
    listing = make.listing(make.supplier(), specs=tuple(TWO))
    sample = make.sample(listing, site := make.site(), make.stand(site))
    page = client.get(f"/s/{sample.code}?lang=zh&sku={listing.skus[4].id}").text
    assert re.findall(r'type="radio" name="sku" value="(\d+)"( checked)?', page) == [
        (str(sku.id), " checked" if sku is listing.skus[4] else "") for sku in listing.skus
    ]
    assert re.findall(r'role="group" aria-label="([^"]+)"', page)[-3:] == ["燕麦", "黑", "酒红"]
    price = client.get(f"/s/{sample.code}/price?sku={listing.skus[8].id}&quantity=3").text
    assert 'data-part="style">酒红/XL<' in price

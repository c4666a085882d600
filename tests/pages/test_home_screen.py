"""The app on a home screen: its manifest, its icons, and only on staff's pages."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from selection_center.accounts.models import User
from selection_center.config import ROOT
from selection_center.core.permissions import Role
from selection_center.pages import make_icons
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


def manifest(visitor: Visitor, language: str = "") -> dict[str, Any]:
    told: dict[str, Any] = visitor.get(f"/manifest.webmanifest{language}").get_json()
    return told


def test_it_begins_on_the_floor_where_somebody_works(visit: Visit, app: Flask) -> None:
    site = make.site()
    bo, cas = make.user("Bo", Role.FLOOR_STAFF, site), make.user("Cas", Role.CASHIER, site)
    assert visit(bo).get("/manifest.webmanifest").mimetype == "application/manifest+json"
    assert manifest(visit(bo))["start_url"] == "/sites/yiwu/floor"
    assert visit(bo).get("/sites/yiwu/floor").status_code == 200
    assert manifest(visit(cas))["start_url"] == "/home"


def test_it_begins_at_home_for_strangers_and_suppliers(client: Visitor, visit: Visit, app: Flask) -> None:
    eve = make.user("Eve", Role.SUPPLIER, supplier=make.supplier())
    assert manifest(client)["start_url"] == "/home"
    assert manifest(visit(eve))["start_url"] == "/home"


def test_its_name_is_in_the_readers_language(client: Visitor, app: Flask) -> None:
    assert manifest(client, "?lang=zh")["name"] == "选品中心"
    english = manifest(client, "?lang=en")
    assert (english["name"], english["lang"], english["display"]) == ("Selection Center", "en", "standalone")


def test_its_icons_are_there_in_the_size_that_it_says(client: Visitor, app: Flask) -> None:
    icons = manifest(client)["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        answer = client.get(icon["src"])
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        with Image.open(io.BytesIO(answer.data)) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]


@pytest.mark.once
def test_the_icons_are_those_that_the_drawing_makes(tmp_path: Path) -> None:
    make_icons.main(tmp_path)
    for drawn in tmp_path.iterdir():
        with Image.open(drawn) as made, Image.open(ROOT / "static" / "icons" / drawn.name) as kept:
            assert made.tobytes() == kept.tobytes(), drawn.name


@pytest.mark.once
def test_a_mask_cuts_nothing_off_the_plate() -> None:
    """What a mask keeps for sure is a circle of 80 % of the width; beyond it there is plain plate."""
    icon = make_icons.draw(512, 0.72, has_corners=False).convert("RGB")
    corner = icon.getpixel((0, 0))
    assert corner == (0x14, 0x48, 0x9B)
    for x in range(0, 512, 8):
        for y in range(0, 512, 8):
            outside = (x - 256) ** 2 + (y - 256) ** 2 > (0.51 * 512) ** 2
            assert not outside or icon.getpixel((x, y)) == corner


def test_staff_pages_link_it_and_buyers_pages_stay_light(visit: Visit, client: Visitor, app: Flask) -> None:
    site = make.site()
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    staff = visit(make.user("Bo", Role.FLOOR_STAFF, site)).get("/account").text
    assert 'rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials"' in staff
    assert 'rel="apple-touch-icon"' in staff
    for page in (f"/s/{sample.code}", "/", "/list"):
        assert "manifest" not in client.get(page).text

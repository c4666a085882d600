"""Papers: true measures in the catalogue, own media, what fits where, test pages, printers that are off."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing import drawing
from selection_center.printing.layouts import LAYOUTS
from selection_center.printing.media import A4, MEDIA, THERMAL_DOTS, Face, Kind, Medium
from selection_center.printing.models import Printer, PrintRun
from selection_center.printing.own_media import OwnMedium
from selection_center.printing.rulers import ruler_page
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.printing import test_shelf_tags as shelf
from tests.printing.test_designs import SEEN
from tests.printing.test_labels import pixels, values
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
SHEETS = [medium for medium in MEDIA.values() if medium.kind is Kind.SHEET]
ROLLS = [medium for medium in MEDIA.values() if medium.kind is Kind.ROLL]
CODED = [medium for medium in MEDIA.values() if LAYOUTS["label"].fits(medium)]
WITHIN_MM = 0.2
OWN = {"name": "货架条", "page_width": "60", "page_height": "40", "columns": "1", "rows": "1", "edge": "2",
       "width": "60", "height": "40", "left": "0", "top": "0", "pitch_x": "60", "pitch_y": "40",
       "dpi": "203"}  # fmt: skip


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def ids(medium: Medium) -> str:
    return medium.key


@pytest.mark.once
@pytest.mark.parametrize("medium", SHEETS, ids=ids)
def test_margins_and_pitches_make_the_page(medium: Medium) -> None:
    """The cells stand in the middle of the page, as sheets are cut: at most a millimetre and a half off."""
    left, top = medium.corner(medium.cells)
    right, below = A4[0] - left - medium.width, A4[1] - top - medium.height
    assert min(right, below) >= 0
    assert abs(right - medium.left) <= 1.0
    assert abs(below - medium.top) <= 1.5
    assert medium.columns == 1 or medium.pitch_x >= medium.width
    assert medium.rows == 1 or medium.pitch_y >= medium.height


@pytest.mark.once
def test_the_catalogue_has_what_shops_use() -> None:
    assert len(SHEETS) >= 20
    assert {medium.key for medium in ROLLS} >= {"40x30", "50x30", "60x40", "70x50", "100x150"}
    assert all(medium.page == (medium.width, medium.height) and medium.cells == 1 for medium in ROLLS)
    assert all(medium.dots_per_mm == THERMAL_DOTS for medium in ROLLS)


@pytest.mark.once
@pytest.mark.parametrize("medium", CODED, ids=ids)
def test_a_full_page_of_labels_is_read_and_stays_in_its_cells(app: Flask, medium: Medium) -> None:
    placed = [(*medium.place(number, 1), values(number)) for number in range(1, medium.cells + 1)]
    pdf = drawing.render("label", medium, "zh", placed)
    assert paper.page_count(pdf) == 1
    for dpi in (150, 300):
        seen = paper.codes_on(pdf, dpi=dpi)
        assert [code.text for code in seen] == [said["address"] for _page, _position, said in placed], dpi
    insets = set()
    for position, code in enumerate(seen, 1):
        left, top = medium.corner(position)
        assert code.width >= 14.5
        assert code.left + code.width <= left + medium.width
        assert code.top + code.width <= top + medium.height
        insets.add((code.left - left, code.top - top))
    for inset in zip(*insets, strict=True):
        assert max(inset) - min(inset) <= WITHIN_MM
    assert ink_beyond(pdf, medium) is None


def ink_beyond(pdf: bytes, medium: Medium) -> tuple[int, int, int, int] | None:
    """What is printed beside the cells."""
    image, dots = paper.raster(pdf, 0, 150), 150 / 25.4
    for position in range(1, medium.cells + 1):
        left, top = medium.corner(position)
        image.paste(255, pixels((left, top, left + medium.width, top + medium.height), dots))
    found: tuple[int, int, int, int] | None = image.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    return found


LONG: dict[str, Any] = {
    "names": ["Extraordinarily long bilingual title " * 6], "spec": "超长规格" * 20, "origin": "浙江义乌" * 10,
    "price": "¥1,234,567.00", "conditions": ["3,000 件起批", "不含税", "会员价 ¥1,234,566.00"],
}  # fmt: skip
SAID: dict[str, list[dict[str, Any]]] = {
    "label": [values(1, "selection-center.showroom.example.cn:8443") | LONG],
    "plain": [values(1), values(2) | LONG],
    "shelf": [shelf.values(1), shelf.values(2, names=LONG["names"], spec=LONG["spec"], price="¥13,000.00")],
    "price": [values(1) | SEEN | {"pictures": []}],
    "stock": [values(2) | SEEN | {"pictures": []}],
    "blank": [{name: values(number)[name] for name in ("code", "host", "address")} for number in (1, 2)],
}


@pytest.mark.once
@pytest.mark.parametrize("layout", SAID)
def test_every_layout_keeps_to_the_cells_of_every_medium(app: Flask, layout: str) -> None:
    """In the first and the last cell; what has a code is read."""
    for medium in LAYOUTS[layout].among(MEDIA.values()):
        for said in SAID[layout]:
            placed = [(1, position, said) for position in sorted({1, medium.cells})]
            pdf = drawing.render(layout, medium, "zh", placed)
            assert ink_beyond(pdf, medium) is None, medium.key
            design = LAYOUTS[layout].design_on(medium)
            coded = layout != "plain" and (design is None or design.qr is not None)
            wanted = [said["address"]] * len(placed) if coded else []
            for dpi in (150, 300):
                assert [code.text for code in paper.codes_on(pdf, dpi=dpi)] == wanted, (medium.key, dpi)
            assert said.get("price", "") in paper.words(pdf) or layout == "shelf", medium.key


@pytest.mark.once
def test_a_cell_too_small_for_a_code_offers_layouts_without() -> None:
    small = [medium for medium in MEDIA.values() if medium.face is Face.PLAIN]
    assert {medium.key for medium in small} == {"L4732", "Herma-4271"}
    for medium in small:
        assert [layout.key for layout in LAYOUTS.values() if layout.fits(medium)] == ["plain"]


@pytest.mark.once
def test_each_layout_comes_on_its_usual_paper() -> None:
    first = {layout.key: layout.among(MEDIA.values())[0].key for layout in LAYOUTS.values()}
    assert first == {"label": "L7160", "shelf": "A4-21", "plain": "L4732", "blank": "L7160", "sheet": "A4",
                     "linesheet": "A4-9", "stand": "A6", "label-small": "L7160", "label-medium": "60x40",
                     "label-large": "L7165", "price": "L7160", "zone": "A5", "supplier": "L7165",
                     "stock": "60x40"}  # fmt: skip


def test_what_does_not_fit_is_refused_with_the_overflow(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    sent = {"layout": "label", "medium": "Herma-4271", "sample": str(sample.id)}
    answer = ana.submit("/sites/yiwu/prints?lang=en", sent)
    assert answer.status_code == 422
    assert "Labels need 35.2 × 18.3 mm: 1.4 mm too high." in answer.text
    assert db.session.scalar(sa.select(sa.func.count(PrintRun.id))) == 0
    assert ana.submit("/sites/yiwu/prints", sent | {"layout": "plain"}).status_code == 303


def test_an_own_paper_is_measured_kept_printed_on_and_hidden(ana: Visitor, site: Site) -> None:
    assert ana.get("/sites/yiwu/papers/new").status_code == 200
    assert ana.submit("/sites/yiwu/papers", OWN).status_code == 303
    own = db.session.scalars(sa.select(OwnMedium)).one()
    assert (own.site_id, own.medium.page, own.medium.face, own.medium.dots_per_mm) == (site.id, (60, 40), Face.FULL, 8)
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    sent = {"layout": "label", "medium": own.key, "sample": str(sample.id), "prices": "1"}
    printed = ana.submit("/sites/yiwu/prints", sent)
    pdf = ana.get(f"{printed.location}/file").data
    width, height = paper.raster(pdf, dpi=254).size
    assert (width, height) == (600, 400)
    assert [code.text for code in paper.codes_on(pdf, dpi=203)] == [f"HTTPS://YP.EXAMPLE.COM/S/{sample.code}"]
    higher = OWN | {"height": "50", "page_height": "50", "seen": own.mark}
    assert ana.submit(f"/own-papers/{own.id}", higher).status_code == 303
    changed = db.session.scalars(sa.select(OwnMedium).filter_by(hidden_at=None)).one()
    assert (changed.id != own.id, changed.medium.height, own.medium.height) == (True, 50, 40)
    assert ana.get(f"{printed.location}/file").data == pdf
    assert "货架条" in ana.get(f"{printed.location}").text
    ana.submit(f"/own-papers/{changed.id}/removal")
    assert db.session.scalars(sa.select(OwnMedium).filter_by(hidden_at=None)).all() == []
    assert 'id="own-' not in ana.get("/sites/yiwu/papers").text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"width": "62.5"}, "The cells need 62.5 mm, the page has 60 mm: 2.5 mm too much."),
        ({"columns": "2", "pitch_x": "55", "page_width": "200"}, "The cells overlap by 5 mm."),
        ({"height": "10.25", "rows": "1"}, "The smallest label needs 4.55 mm more than this."),
        ({"name": "\x00"}, "Give it a name."),
        ({"left": "1,234.5"}, "Write millimetres"),
        ({"left": " "}, "Write a size in millimetres."),
        ({"left": ""}, "Write a size in millimetres."),
        ({"rows": "-1"}, "Number must be between 1 and 60."),
        ({"rows": "-1000000", "columns": "-1000000"}, "Number must be between 1 and 20."),
        ({"dpi": "72"}, "Not a valid choice."),
        (
            {"page_width": "220.01", "page_height": "1000"},
            "A label printer prints at most 220 mm wide. Choose the office printer for this paper.",
        ),
        ({"dpi": "0x10"}, "Invalid Choice: could not coerce."),
    ],
)
def test_measures_that_cannot_be_are_said_in_millimetres(ana: Visitor, more: dict[str, str], said: str) -> None:
    answer = ana.submit("/sites/yiwu/papers?lang=en", OWN | more)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(sa.select(OwnMedium)).all() == []


def test_the_networks_papers_are_head_offices(visit: Visit, ana: Visitor, site: Site) -> None:
    make.site("chenghai")
    hana = visit(make.user("Hana", Role.HEAD_OFFICE))
    cy = visit(make.user("Cy", Role.MANAGER, db.session.scalars(sa.select(Site).filter_by(slug="chenghai")).one()))
    ana.submit("/sites/yiwu/papers", OWN | {"name": "自家", "network": "y"})
    hana.submit("/sites/yiwu/papers", OWN | {"name": "通用", "network": "y"})
    mine, shared = db.session.scalars(sa.select(OwnMedium).order_by(OwnMedium.id))
    assert (mine.site_id, shared.site_id) == (site.id, None)
    page = cy.get("/sites/chenghai/papers").text
    assert ("通用" in page, "自家" in page) == (True, False)
    assert [who.get(f"/own-papers/{shared.id}").status_code for who in (hana, ana, cy)] == [200, 404, 404]
    assert [who.get(f"/own-papers/{mine.id}").status_code for who in (hana, ana, cy)] == [200, 200, 404]
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, site))
    assert bo.get("/sites/yiwu/papers").status_code == 200
    assert bo.get("/sites/yiwu/papers/new").status_code == 403


@pytest.mark.once
@pytest.mark.parametrize("key", ["L7160", "L7651", "40x30", "CR80", "A6"])
def test_the_test_page_shows_the_cells_and_a_true_bar(app: Flask, key: str) -> None:
    medium = MEDIA[key]
    pdf = ruler_page(medium)
    image, dots = paper.raster(pdf, 0, 300), 300 / 25.4
    long = int(re.search(r"([0-9]+) mm", paper.words(pdf).replace("\r\n", " "))[1])  # type: ignore[index]
    assert long == min(100, int(medium.page[0] - 8) // 10 * 10)
    row = round((medium.page[1] / 2 + 0.2) * dots)
    line = image.crop((0, row, image.width, row + 1)).point(lambda shade: 255 if shade < 128 else 0)
    middle = round((medium.page[0] - long) / 2 * dots)
    bar = line.crop((middle - 1, 0, middle + round(long * dots) + 2, 1)).getbbox()
    assert bar is not None
    assert (bar[2] - bar[0]) / dots == pytest.approx(long, abs=WITHIN_MM)
    for position in (1, medium.cells):
        left, top = medium.corner(position)
        column = image.crop(
            (round((left - 0.2) * dots), round((top + 1) * dots), round((left + 0.4) * dots), round((top + 2) * dots))
        )
        assert min(column.tobytes()) < 128, "the frame's left side"


def test_a_printer_that_is_off_moves_everything_and_is_remembered(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    straight = ana.submit("/sites/yiwu/prints", {"layout": "label", "medium": "L7160", "sample": str(sample.id)})
    assert ana.submit("/sites/yiwu/printers", {"name": "前台", "right": "12", "down": "-7"}).status_code == 303
    assert ana.submit("/sites/yiwu/printers", {"name": "前台", "right": "0", "down": "0"}).status_code == 422
    assert ana.submit("/sites/yiwu/printers", {"name": "后面", "right": "101", "down": "0"}).status_code == 422
    sent: dict[str, Any] = {"layout": "label", "medium": "L7160", "sample": str(sample.id), "printer": "1"}
    moved = ana.submit("/sites/yiwu/prints", sent)
    (before,), (after,) = (paper.codes_on(ana.get(f"{a.location}/file").data, dpi=300) for a in (straight, moved))
    assert after.left - before.left == pytest.approx(1.2, abs=0.1)
    assert after.top - before.top == pytest.approx(-0.7, abs=0.1)
    assert 'value="1" selected' in re.sub(r"\s+", " ", ana.get("/sites/yiwu/print").text)
    assert "前台" in paper.words(ana.get("/sites/yiwu/papers/L7160/ruler.pdf").data)
    assert ana.get("/sites/yiwu/papers/L9999/ruler.pdf").status_code == 404
    straightened = {"name": "前台", "right": "0", "down": "0", "seen": db.session.get_one(Printer, 1).mark}
    assert ana.submit("/printers/1", straightened).status_code == 303
    assert paper.codes_on(ana.get(f"{moved.location}/file").data, dpi=300) == [after], "as it was printed"
    sheet = ana.submit("/sites/yiwu/prints", sent | {"layout": "sheet", "medium": "A4"})
    assert ana.get(f"{sheet.location}/file").data.startswith(b"%PDF")
    assert ana.submit("/printers/1/removal").status_code == 303
    assert ana.get(moved.location).status_code == 200

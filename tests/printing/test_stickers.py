"""A visit's sticker: its QR opens the visit, and nothing on it says who wears it."""

from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from selection_center.core.permissions import Role
from selection_center.printing.labels import Paper
from selection_center.printing.stickers import STICKER
from tests import factories as make
from tests.buyers import PHONE
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
MM_PER_POINT = 25.4 / 72


def test_the_sticker_opens_the_visit_and_names_nobody(app: Flask, visit: Visit) -> None:
    site = make.site(name="义乌国际商贸城日用百货与家居用品选品中心")
    bo = make.user("Bo", Role.FLOOR_STAFF, site)
    stay = make.visitor(site, bo, phone=PHONE, company="晴天小店")
    answer = visit(bo).get(f"/visits/{stay.id}/sticker.pdf?lang=zh")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("inline")
    document = pypdfium2.PdfDocument(answer.data)
    assert (len(document), [round(side * MM_PER_POINT) for side in document[0].get_size()]) == (1, [50, 30])
    text = document[0].get_textpage().get_text_range().replace("\r\n", "")
    assert stay.code in text.replace("-", "").replace("\ufffe", "")  # a hyphen at a line's end may be read as either
    assert "选品中心" in text
    assert not any(private in text for private in ("陈女士", "晴天小店", PHONE, PHONE[-4:]))
    picture = document[0].render(scale=203 / 72).to_pil()
    assert [read.text for read in zxingcpp.read_barcodes(picture)] == [f"HTTPS://YP.EXAMPLE.COM/V/{stay.code}"]


@pytest.mark.once
@pytest.mark.parametrize(
    "host", ["a.cn", "yp.example.com", "floor.selection.example.com.cn", "x" * 60 + ".example.com"]
)
def test_the_qr_has_whole_dots_and_fits_the_label(host: str) -> None:
    qr = Paper(STICKER).qr(f"HTTPS://{host.upper()}/V/7K3M9QX2ATC", STICKER.qr_room)
    assert qr.side <= 26
    assert (qr.quiet / 4 * STICKER.dots_per_mm).is_integer()
    assert qr.side - 2 * qr.quiet >= 14.5


def test_strangers_print_no_stickers(app: Flask, visit: Visit, client: Visitor) -> None:
    site = make.site()
    stay = make.visitor(site, make.user("Bo", Role.FLOOR_STAFF, site))
    cy, cas = make.user("Cy", Role.MANAGER, make.site("chenghai")), make.user("Cas", Role.CASHIER, site)
    address = f"/visits/{stay.id}/sticker.pdf"
    assert [visit(person).get(address).status_code for person in (cy, cas)] == [404, 403]
    assert client.get(address).status_code == 302

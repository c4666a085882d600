"""A photo instead of a camera: the codes in it are found upright or not, small or large; anything else is refused."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageFilter

from selection_center.core import pictures
from selection_center.core.codes import address, check_symbol, qr_png_1bit
from selection_center.core.permissions import Role
from selection_center.floor.photos import texts_in
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.floor.scanning import JSON
from tests.visitors import Visitor

CODE = "7K3M9QX2AT" + check_symbol("7K3M9QX2AT")
ADDRESS = address(CODE, PUBLIC_URL)


def label(module_px: int = 8) -> Image.Image:
    return Image.open(io.BytesIO(qr_png_1bit(ADDRESS, "M", module_px))).convert("RGB")


def on_table(label: Image.Image, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    table = Image.new("RGB", size, (150, 140, 120))
    table.paste(label, (size[0] // 3, size[1] // 3))
    return table


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    with io.BytesIO() as file:
        picture.save(file, kind, **options)
        return file.getvalue()


@pytest.fixture
def bo(app: Flask, visit: Callable[..., Visitor]) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, make.site()))


def sent(by: Visitor, data: bytes) -> tuple[int, Any]:
    files = {"picture": (io.BytesIO(data), "label.jpg"), "csrf_token": by.csrf_token()}
    answer = by.post("/sites/yiwu/floor/pictures", data=files, headers=JSON)
    return answer.status_code, answer.json or {}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 12, 33, 45, -20])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_label_is_read_however_it_lies(degrees: int, kind: str) -> None:
    lying = label().rotate(degrees, expand=True, fillcolor=(255, 255, 255))
    assert texts_in(saved(on_table(lying), kind)) == [ADDRESS]


@pytest.mark.parametrize(
    ("what", "degraded"),
    [
        ("small", on_table(label(2), (700, 500))),
        ("from afar", on_table(label(5), (4000, 3000))),
        ("blurred", on_table(label()).filter(ImageFilter.GaussianBlur(4))),
        ("dim", on_table(label()).point(lambda value: value // 6 + 8)),
        ("pale", on_table(label()).point(lambda value: 190 + value // 5)),
        ("inverted", on_table(label().point(lambda value: 255 - value))),
        ("noisy", Image.blend(on_table(label()), Image.effect_noise((1600, 1200), 120).convert("RGB"), 0.45)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_photo_of_a_label_is_read(what: str, degraded: Image.Image) -> None:
    assert texts_in(saved(degraded, quality=70)) == [ADDRESS], what


def test_a_phone_held_sideways_says_so_in_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert texts_in(saved(on_table(label()).rotate(90, expand=True), exif=exif)) == [ADDRESS]


def test_barcodes_of_goods_are_read_too() -> None:
    code = zxingcpp.create_barcode("6934582710047", zxingcpp.BarcodeFormat.EAN13)
    drawn = Image.fromarray(code.to_image(scale=4)).convert("RGB")
    assert texts_in(saved(on_table(drawn))) == ["6934582710047"]


def test_two_labels_in_one_picture_are_both_there() -> None:
    other = "0000000000" + check_symbol("0000000000")
    table = on_table(label())
    second = Image.open(io.BytesIO(qr_png_1bit(address(other, PUBLIC_URL), "M", 6))).convert("RGB")
    table.paste(second, (20, 20))
    assert set(texts_in(saved(table))) == {ADDRESS, address(other, PUBLIC_URL)}


def test_the_page_gets_the_texts(bo: Visitor) -> None:
    assert sent(bo, saved(on_table(label()))) == (200, {"texts": [ADDRESS]})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (saved(Image.new("RGB", (800, 600), "white")), "no_code"),
        (b"no picture", "not_a_picture"),
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (saved(label())[:-200], "not_a_picture"),
        (saved(Image.new("1", (8_000, 6_000)), "PNG"), "picture_too_large"),
    ],
    ids=["white", "text", "empty", "svg", "cut off", "many pixels"],
)
def test_what_shows_no_code_is_refused_with_words(bo: Visitor, data: bytes, code: str) -> None:
    status, said = sent(bo, data)
    assert (status, said["error"]["code"]) == (409, code)
    assert said["error"]["message"]


def test_a_large_file_is_refused_before_it_is_opened(bo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(on_table(label()))
    monkeypatch.setattr(pictures, "LARGEST_BYTES", len(data) - 1)
    status, said = sent(bo, data)
    assert (status, said["error"]["code"]) == (409, "picture_too_large")


def test_without_a_picture_it_is_no_such_form(bo: Visitor) -> None:
    assert bo.submit("/sites/yiwu/floor/pictures").status_code == 400


def test_nothing_of_it_is_kept(bo: Visitor, app: Flask) -> None:
    with app.app_context():
        before = set(pictures.folder().glob("*")) if pictures.folder().exists() else set()
        sent(bo, saved(on_table(label())))
        after = set(pictures.folder().glob("*")) if pictures.folder().exists() else set()
    assert before == after

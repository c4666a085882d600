"""Files for label printers without a driver: what such a printer draws of them is the label of the PDF."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from selection_center.config import ROOT
from selection_center.core import codes, i18n
from selection_center.printing import dots, drawing, press, tspl, zpl
from selection_center.printing.dots import Piece, Setting
from selection_center.printing.ink import Page, Symbol
from selection_center.printing.media import MEDIA, Medium
from selection_center.printing.own_media import MEASURES, medium_from
from selection_center.printing.shifting import Shift, shifted
from tests.printing import label_printers, paper
from tests.printing.label_printers import Printed
from tests.printing.test_labels import values
from tests.printing.test_raster import DOTS, ROLLS, SAME, label_pages, nearly

pytestmark = pytest.mark.once
NEARLY = 2 * SAME
"""Of the ink beside the QR."""
Speak = Callable[..., list[Printed]]


def by_zpl(medium: Medium, pages: Sequence[Page], setting: Setting) -> list[Printed]:
    return label_printers.zpl(zpl.document(labels(medium, pages, setting), setting))


def by_tspl(medium: Medium, pages: Sequence[Page], setting: Setting) -> list[Printed]:
    return label_printers.tspl(tspl.document(labels(medium, pages, setting), setting), setting.dots_per_mm)


def labels(medium: Medium, pages: Sequence[Page], setting: Setting) -> list[dots.Label]:
    return [dots.label(medium.page, page, setting.dots_per_mm) for page in pages]


BOTH = pytest.mark.parametrize("speak", [by_zpl, by_tspl])


def without_codes(image: Image.Image, page: Page) -> Image.Image:
    """Encoders choose other masks, so QR are compared by where they stand and what they say."""
    blank = image.convert("L")
    for symbol in (ink for ink in page if isinstance(ink, Symbol)):
        left, top, side = (round(mm / 25.4 * symbol.dots_per_mm * 25.4) for mm in (symbol.x, symbol.y, symbol.side))
        blank.paste(255, (left, top, left + side + 1, top + side + 1))
    return blank


@BOTH
@pytest.mark.parametrize("resolution", [int(count) for count in DOTS])
@pytest.mark.parametrize("medium", ROLLS, ids=lambda medium: medium.key)
def test_a_printer_draws_the_label_of_the_pdf(app: Flask, medium: Medium, resolution: int, speak: Speak) -> None:
    pages = list(label_pages(medium, float(resolution)))
    document = press.pages_pdf(medium.page, [page for _layout, _sized, page, _address in pages])
    for number, (layout, sized, page, address) in enumerate(pages):
        (printed,) = speak(sized, [page], Setting(dots_per_mm=resolution))
        pdf = paper.raster(document, number, resolution * 25.4)
        assert printed.image.size == (round(sized.width * resolution), round(sized.height * resolution))
        assert paper.unlike(without_codes(printed.image, page), without_codes(pdf, page)) < 2 * nearly(layout), layout
        assert paper.read_by_both(printed.image) == ([address] if address else []), layout
        drawn = [ink for ink in page if isinstance(ink, Symbol) and ink.dots <= dots.LARGEST_MODULE]
        wanted = [(corner(ink.x, ink), corner(ink.y, ink), ink.dots, ink.level, address) for ink in drawn]
        assert printed.codes == wanted, layout


def corner(mm: float, symbol: Symbol) -> int:
    return round((mm + symbol.quiet) * symbol.dots_per_mm)


HOSTILE = [
    "^XZ",
    "~JA",
    '"',
    "\r\nPRINT 1,99\r\n",
    "^FS^XZ^XA^FO0,0^GB800,1200,800^FS^XZ",
    "\\",
    "_5E_58",
    "~!T",
    "${{7*7}}",
]


def page_of(medium: Medium, said: dict[str, Any], layout: str = "label") -> Page:
    with i18n.speaking("zh"):
        return drawing.inked(layout, medium, [(1, 1, said)])[0]


@BOTH
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_is_a_command(app: Flask, hostile: str, speak: Speak) -> None:
    medium = MEDIA["60x40"]
    said = values(1)
    rude = said | dict.fromkeys(("spec", "item", "origin", "stand", "price", "per"), hostile)
    rude |= {"names": [hostile, f"袋 {hostile}"], "conditions": [hostile]}
    (plain,), (printed,) = (
        speak(medium, [page_of(medium, one)], Setting()) for one in (said, rude | {"code": "A" * 13})
    )
    kept = [command for command in printed.commands if command not in ("GF", "BITMAP") and not command.startswith("FO")]
    wanted = [command for command in plain.commands if command not in ("GF", "BITMAP") and not command.startswith("FO")]
    assert [command for command in kept if command != "FS"] == [command for command in wanted if command != "FS"]
    (odd,) = speak(medium, [page_of(medium, said | {"host": hostile})], Setting())
    assert paper.read_by_both(printed.image) == paper.read_by_both(odd.image) == [said["address"]]


@BOTH
def test_a_code_that_the_printers_encoder_would_make_larger_is_drawn_in_dots(app: Flask, speak: Speak) -> None:
    medium = MEDIA["60x40"]
    address = codes.address(values(1)["code"].replace("-", ""), "https://example.com/Floor~one")
    (printed,) = speak(medium, [page_of(medium, values(1) | {"address": address})], Setting())
    assert printed.codes == []
    assert paper.read_by_both(printed.image) == [address]


@BOTH
@pytest.mark.parametrize("shift", [(12, -7), (-25, 25), (-60, -60)])
def test_a_printer_that_is_off_gets_everything_moved_by_whole_dots(app: Flask, shift: Shift, speak: Speak) -> None:
    medium = MEDIA["60x40"]
    page = page_of(medium, values(1))
    (moved,) = shifted(medium, [list(page)], shift)
    (before,), (after,) = (speak(medium, [one], Setting()) for one in (page, moved))
    right, down = (round(tenths * 0.8) for tenths in shift)
    for (x, y, *_rest), (new_x, new_y, *_more) in zip(before.codes, after.codes, strict=bool(after.codes)):
        assert (new_x - x, new_y - y) == (right, down)
    pdf = paper.raster(press.pages_pdf(medium.page, [moved]), dpi=203.2)
    assert paper.unlike(without_codes(after.image, moved), without_codes(pdf, moved)) < NEARLY
    assert (after.codes == []) == (shift == (-60, -60)), "what is cut off is drawn in dots"


def test_what_is_not_said_stays_as_the_printer_is_set(app: Flask) -> None:
    medium = MEDIA["50x30"]
    page = page_of(medium, values(1))
    usual, set_ = Setting(), Setting(speed=3, darkness=9, gap_tenths=25, copies=4)
    zebra = [by_zpl(medium, [page], one)[0] for one in (usual, set_)]
    assert [("PR" in one.said, one.said["SD"], one.copies) for one in zebra] == [(False, "", 1), (True, "18", 4)]
    assert zebra[1].said["PR"] == "3"
    tsc = [by_tspl(medium, [page], one)[0] for one in (usual, set_)]
    assert [one.said for one in tsc] == [
        {"SIZE": "50 mm,30 mm", "GAP": "2 mm,0 mm", "DIRECTION": "1,0", "REFERENCE": "0,0"},
        {
            "SIZE": "50 mm,30 mm",
            "GAP": "2.5 mm,0 mm",
            "DIRECTION": "1,0",
            "REFERENCE": "0,0",
            "SPEED": "3",
            "DENSITY": "9",
        },
    ]
    assert [one.copies for one in tsc] == [1, 4]


@BOTH
def test_a_run_is_one_label_after_the_other_in_its_order(app: Flask, speak: Speak) -> None:
    medium = MEDIA["40x30"]
    said = [values(number) for number in range(1, 41)]
    with i18n.speaking("zh"):
        pages = drawing.inked("label", medium, [(number, 1, one) for number, one in enumerate(said, 1)])
    printed = speak(medium, pages, Setting())
    assert [one.codes[0][4] for one in printed] == [one["address"] for one in said]
    assert [paper.read_by_both(one.image) for one in printed] == [[one["address"]] for one in said]


def test_no_command_carries_more_than_printers_take(app: Flask) -> None:
    picture = Image.effect_noise((1200, 1800), 200).convert("1")
    found = list(dots.pieces(picture))
    assert len(found) > 1
    assert all(piece.stride * len(piece.rows) <= dots.LARGEST_PIECE for piece in found)
    label = dots.Label(1200, 1800, found, [])
    for printed in (
        label_printers.zpl(zpl.document([label], Setting(12))),
        label_printers.tspl(tspl.document([label], Setting(12)), 12),
    ):
        assert paper.unlike(printed[0].image, picture) < 0.001


def test_dots_that_look_like_a_command_are_not_sent() -> None:
    """ESC ! R would start the printer anew in the middle of a label."""
    rows = [bytes(255 - byte for byte in b"\x1b!R!R\x1b"), bytes(255 - byte for byte in b"!Rabc\x1b")]
    label = dots.Label(48, 2, [Piece(0, 0, 6, rows)], [])
    (printed,) = label_printers.tspl(tspl.document([label], Setting()), 8)
    wanted = label_printers.bits(b"".join(rows), 6, 2, black=1)
    assert sum(a != b for a, b in zip(printed.image.tobytes(), wanted.tobytes(), strict=True)) == 2


@given(
    some.lists(
        some.binary(min_size=7, max_size=7) | some.sampled_from([b"\0" * 7, b"\xff" * 7, b"\x0f\xff\xff\0\0\0\0"]),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_zebras_compression_gives_the_rows_back(rows: list[bytes]) -> None:
    packed = "".join(zpl.packed(rows))
    assert label_printers.unpacked(packed, 7) == rows


@pytest.mark.parametrize("count", [1, 2, 3, 19, 20, 21, 39, 40, 400, 401, 419, 420, 799, 800, 1234])
def test_zebras_letters_count(count: int) -> None:
    """The digits that are left of a row are white."""
    packed, stride = zpl.run("A", count), count // 2 + 1
    white = "0" * (2 * stride - count)
    assert label_printers.unpacked(packed + white, stride) == [bytes.fromhex("A" * count + white)]
    assert len(packed) <= 6


def test_a_label_is_a_few_kilobytes(app: Flask) -> None:
    medium = MEDIA["50x30"]
    made = labels(medium, [page_of(medium, values(1))], Setting())
    assert len(zpl.document(made, Setting())) < 7000
    assert len(tspl.document(made, Setting())) < 12_000


LARGEST = """
from pathlib import Path
from selection_center.printing import dots, media
from selection_center.printing.ink import Box, Line
size = (media.WIDEST_LABEL_MM, media.LONGEST_LABEL_MM)
label = dots.label(size, [Box(0, 0, *size), Line(5, 500, "A-03-2", 90.0, white=True)], max(dots.RESOLUTIONS))
most = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(label.width, label.height, int(most) // 1024)
"""
"""By what the system says of this process: getrusage counts in the one that it was forked from."""
MOST_MEGABYTES = 400


def test_the_largest_label_keeps_to_a_workers_memory_and_a_larger_one_is_no_label_printers() -> None:
    run = subprocess.run([sys.executable, "-c", LARGEST], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    width, height, megabytes = map(int, run.stdout.split())
    assert (width, height) == (2640, 12_000)
    assert megabytes < MOST_MEGABYTES
    own = {"columns": 1, "rows": 1, "dpi": 203} | dict.fromkeys(MEASURES, 0)
    for wide, high, is_in_reach in ((220_00, 1000_00, True), (220_01, 1000_00, False), (1000_00, 1000_00, False)):
        size = {"page_width": wide, "page_height": high, "width": wide, "height": high}
        assert medium_from("own-1", "", **(own | size)).is_for_label_printers is is_in_reach

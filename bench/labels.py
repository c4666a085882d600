"""Sheets of labels beside InvenTree's pipelines, ReportLab, fpdf2 and Typst. Each figure is the median of fresh
processes that take turns and have made one label before, from the labels' values to the PDF; then every code of every
sheet is read again by two libraries, and codes are drawn beside `qrcode` and `segno`. The chart is written to
docs/labels.png.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import pypdfium2
import qrcode
import segno
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from bench._charts import bars
from bench._tables import ratio, show
from selection_center import create_app
from selection_center.config import ROOT
from selection_center.core import codes, pdf_setters, qr_batches
from selection_center.printing import drawing, press, stamps
from selection_center.printing.media import MEDIA
from selection_center.printing.values import Values
from tests.databases import settings
from tests.printing.test_labels import values

MEDIUM = MEDIA["L7160"]
HOST = "yp.example.com"
ADDRESS = f"HTTPS://{HOST.upper()}/S/"
QUICK = "--quick" in sys.argv
TURNS = 1 if QUICK else 3
SMALL, LARGE = (63, 420) if QUICK else (240, 2400)
NAMES = {
    "ours": "Selection Center",
    "laid-out": "the same, laid out",
    "inventree-sheet": "InvenTree's sheet, emulated",
    "inventree-single": "InvenTree's single labels, emulated",
    "reportlab": "ReportLab",
    "fpdf2": "fpdf2",
    "typst": "Typst",
}
SINGLE = 12
"""Labels of the pipeline that makes a document of each: its time per label does not depend on their number."""


Placed = list[tuple[int, int, Values]]


@dataclass(frozen=True)
class Took:
    seconds: float
    megabytes: float
    """The largest at once: of ours the process that sets, of the others the whole, imports and all."""
    pages: int


def placed(count: int) -> Placed:
    """Labels with codes of their own; names and prices as offers have them."""
    said: Placed = []
    for number in range(1, count + 1):
        of = values(number, HOST) | {
            "names": [f"加厚平口自动收口垃圾袋 {number} 号家用免撕"],
            "price": f"¥{number / 100:.2f}",
        }
        code = (
            codes.ALPHABET[number % 32] + codes.ALPHABET[number // 32 % 32] + codes.ALPHABET[number // 1024] + "K3M9QX2"
        )
        code += codes.check_symbol(code)
        said.append((*MEDIUM.place(number, 1), of | {"code": codes.format_code(code), "address": ADDRESS + code}))
    return said


def ours(said: Placed) -> bytes:
    return drawing.render("label", MEDIUM, "zh", said)


def laid_out(said: Placed) -> bytes:
    """Ours without stamps: each label a handful of boxes in one document."""
    return press.laid_out(MEDIUM.page, drawing.inked("label", MEDIUM, said))


@contextmanager
def speaking() -> Iterator[None]:
    """An application, whose own start is not measured."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(settings(f"sqlite:///{name}/x.db", Path(name)))
        with app.app_context(), app.test_request_context():
            yield


def once(way: str, count: int) -> None:
    """In a process of its own that has made one label before, as a running server has: says how long it took."""
    os.environ["FONTCONFIG_FILE"] = str(ROOT / "static" / "fonts" / "fonts.conf")
    from bench.rivals.sheets import WAYS

    ways = {"ours": ours, "laid-out": laid_out} | {name: partial(draw, MEDIUM) for name, draw in WAYS.items()}
    make, given = ways[way], placed(count)
    with speaking():
        make(given[:1])
        before = peak()
        from_ = time.perf_counter()
        made = make(given)
        seconds = time.perf_counter() - from_
        megabytes = childs_peak() or peak()
        print(f"the process itself grew by {peak() - before:.0f} MB", file=sys.stderr)
    with pypdfium2.PdfDocument(io.BytesIO(made)) as document:
        print(json.dumps({"seconds": seconds, "megabytes": megabytes, "pages": len(document)}))


def peak() -> float:
    """Megabytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def childs_peak() -> float:
    """Megabytes of the process that sets our documents; 0 when there was none."""
    return max((setter.most_kilobytes for setter in pdf_setters.IDLE), default=0) / 1024


def measured(runs: list[tuple[str, int]]) -> dict[tuple[str, int], Took]:
    """Each way in turn, so many times over."""
    found: dict[tuple[str, int], list[Took]] = {run: [] for run in runs}
    for turn in range(TURNS):
        for way, count in runs:
            print(f"  turn {turn + 1} of {TURNS}: {count} by {way}", file=sys.stderr)
            done = subprocess.run(
                [sys.executable, "-m", "bench.labels", "--once", way, str(count)],
                capture_output=True, text=True, check=True, cwd=ROOT,
            )  # fmt: skip
            found[way, count].append(Took(**json.loads(done.stdout.splitlines()[-1])))
    return {run: sorted(took, key=lambda one: one.seconds)[len(took) // 2] for run, took in found.items()}


def sheets() -> None:
    few, many = ["ours", "laid-out", "inventree-sheet"], ["ours", "reportlab", "fpdf2", "typst"]
    runs = [(way, SMALL) for way in few] + [("inventree-single", SINGLE)] + [(way, LARGE) for way in many]
    took = measured(runs)
    per_label = {run: one.seconds / run[1] * 1000 for run, one in took.items()}
    table(f"{SMALL} labels on A4 (P1: 20x as fast as the sheet, 100x as the single ones)", took, (SMALL, SINGLE))
    table(f"{LARGE} labels on A4 (P2: 0.5x of ReportLab's rate or better, 150 MB)", took, (LARGE,))
    drawn = [(f"{NAMES[way]}, {count}", ms) for (way, count), ms in sorted(per_label.items(), key=lambda pair: pair[1])]
    if not QUICK:
        with speaking():
            chart = bars("A label, from its values to the PDF (ms, on a logarithmic scale; shorter is better)", drawn)
        (ROOT / "docs" / "labels.png").write_bytes(chart)


def table(title: str, took: dict[tuple[str, int], Took], counts: Sequence[int]) -> None:
    """Of these numbers of labels, beside ours of the first."""
    base = took["ours", counts[0]].seconds / counts[0]
    rows = []
    for (way, count), one in took.items():
        if count in counts:
            each = one.seconds / count
            cells = (f"{one.seconds:.2f} s", f"{each * 1000:.2f} ms", f"{one.megabytes:.0f} MB", f"{each / base:.2f}x")
            rows.append((NAMES[way], str(count), *cells))
    show(title, ("way", "labels", "time", "a label", "memory", "of our time"), rows)


def readings() -> None:
    """Every code of every sheet, by both libraries, at both resolutions."""
    count = LARGE
    sheets = ours(placed(count))
    expected = [values["address"] for _page, _position, values in placed(count)]
    rows = []
    for dpi in (150, 300):
        found: dict[str, list[str]] = {"zxing-cpp": [], "zbar": []}
        with pypdfium2.PdfDocument(io.BytesIO(sheets)) as document:
            for page in document:
                picture: Image.Image = page.render(scale=dpi / 72).to_pil().convert("L")
                read = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
                found["zxing-cpp"] += [code.text for code in read]
                found["zbar"] += [code.data.decode() for code in pyzbar.decode(picture, [pyzbar.ZBarSymbol.QRCODE])]
        rows += [
            (f"{name} at {dpi} dpi", str(len(set(texts) & set(expected))), str(count)) for name, texts in found.items()
        ]
    show("Codes read (P3: all)", ("reader", "read", "of"), rows)


def symbols() -> None:
    """A code as PDF operators, beside a PNG by `qrcode`; and whether segno draws the same."""
    family = qr_batches.learned(ADDRESS, "M")
    if family is None:
        raise SystemExit("no family was learned")
    texts = [str(values["address"]) for _page, _position, values in placed(2000)]

    def fast(text: str) -> None:
        stamps.mask(qr_batches.bitmap(text, "M"), 50, 20, 700)

    def slow(text: str) -> None:
        qrcode.make(text, border=4, box_size=6).save(io.BytesIO())

    def beside(text: str) -> None:
        segno.make(text, error="m", mode="alphanumeric", boost_error=False).save(io.BytesIO(), kind="png", scale=6)

    ways = ((fast, 2000), (slow, 100), (beside, 200))
    speeds = [[rate(draw, texts[:count]) for draw, count in ways] for _turn in range(3)]
    ours_, theirs, segno_ = (median(column) for column in zip(*speeds, strict=True))
    rows = [
        ("tables, with PDF operators", f"{ours_:,.0f} /s", ""),
        ("qrcode, PNG", f"{theirs:,.0f} /s", ratio(ours_, theirs)),
        ("segno, PNG", f"{segno_:,.0f} /s", ratio(ours_, segno_)),
    ]
    show("QR symbols (P4: 500x qrcode's PNG)", ("way", "rate", "ours over it"), rows)
    same = sum(qr_batches.bitmap(text, "M") == by_segno(text, family.mask) for text in texts)
    print(f"{same} of {len(texts)} are bit for bit what segno draws with the same mask.\n")


def rate(draw: Callable[[str], None], texts: list[str]) -> float:
    """A second of CPU."""
    from_ = time.process_time()
    for text in texts:
        draw(text)
    return len(texts) / (time.process_time() - from_)


def by_segno(text: str, mask: int) -> qr_batches.Bitmap:
    drawn = segno.make(text, error="m", mode="alphanumeric", mask=mask, boost_error=False)
    return qr_batches.Bitmap.of(tuple(tuple(bool(module) for module in row) for row in drawn.matrix))


if __name__ == "__main__":
    if "--once" in sys.argv:
        once(sys.argv[2], int(sys.argv[3]))
    else:
        sheets()
        symbols()
        with speaking():
            readings()

"""Labels that are hard to read: how many ZXing-C++ reads as our camera asks it to, beside jsQR. Sixty pictures of one
printed label, out of our own PDF, turned, tilted, blurred, shaken, dimmed and small; both libraries get the same
pixels in the same run of one browser. jsQR is fetched from npm for this run alone.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from bench._tables import show
from selection_center import create_app
from selection_center.config import ROOT
from selection_center.core import codes
from tests import databases
from tests.browsing import chromium
from tests.journeys import camera
from tests.journeys.camera import Shot

CODE = "7K3M9QX2AT"
HOST = "yp.example.com"
JSQR = "jsqr@1.4.0"
AIM = 54
SIZE = (1280, 720)
"""As a tablet's camera gives it."""
PAGE = "<!doctype html><meta charset=utf-8><title>bench</title><script type=module src=/measure.js></script>"
MEASURE = """
import { decode } from "/static/js/modules/scanner-decoder.js";
await new Promise((resolve, reject) => {
  const script = document.createElement("script");
  Object.assign(script, { src: "/jsQR.js", onload: resolve, onerror: reject });
  document.head.append(script);
});
const pixels = async (name) => {
  const picture = await createImageBitmap(await (await fetch(name)).blob());
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  pen.drawImage(picture, 0, 0);
  return () => pen.getImageData(0, 0, picture.width, picture.height);
};
const timed = async (read) => {
  const from = performance.now();
  return { text: (await read()) ?? "", ms: performance.now() - from };
};
const ways = {
  zxing: async (picture) => (await decode(picture, true))[0]?.text,
  jsqr: async (picture) => jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" })?.data,
};
window.measure = async (name) => {
  const take = await pixels(name);
  const found = {};
  for (const [way, read] of Object.entries(ways)) {
    const picture = take();
    found[way] = await timed(() => read(picture));
  }
  return found;
};
await measure("/0.png");
document.documentElement.dataset.ready = "";
"""


def shots() -> list[tuple[str, Shot]]:
    """What makes a label hard to read, from a little to too much."""
    found = [("turned", Shot(turn=turn, width=0.5)) for turn in (7, 15, 30, 45, 80, 135, 180, 222, 270, 300)]
    found += [("tilted", Shot(tilt=tilt / 100, turn=5, width=0.6)) for tilt in (10, 20, 30, 38, 45, 50, 55, 60, 65, 70)]
    found += [("blurred", Shot(blur=blur / 10, width=0.5, turn=3)) for blur in (8, 12, 16, 20, 23, 26, 29, 32, 36, 40)]
    found += [("shaken", Shot(shake=shake, width=0.5, turn=8)) for shake in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)]
    found += [
        ("dimmed", Shot(light=light / 100, noise=noise, width=0.5, turn=-10, seed=light))
        for light, noise in ((60, 4), (45, 6), (35, 8), (28, 8), (22, 8), (18, 8), (15, 8), (12, 7), (10, 6), (8, 5))
    ]
    found += [
        ("small", Shot(width=width / 100, blur=0.5, turn=4)) for width in (40, 34, 30, 26, 23, 21, 19, 17, 15, 13)
    ]
    return found


def label() -> Image.Image:
    """One label of our own, as it comes from the printer."""
    code = CODE + codes.check_symbol(CODE)
    values = {
        "code": codes.format_code(code), "host": HOST, "address": codes.address(code, f"https://{HOST}"),
        "names": ["加厚平口自动收口垃圾袋 家用免撕"], "spec": "囍字红 45×50 cm", "unit": "件", "item": "HY-4550-04",
        "origin": "浙江义乌", "stand": "A-03-2", "price": "¥12.80", "per": "元/件",
        "conditions": ["3 件起批", "不含税"],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        settings = databases.settings(f"sqlite:///{folder}/none.sqlite", Path(folder))
        with create_app(settings).app_context():
            return camera.labels([values])[0]


def main(quick: bool) -> None:
    shown = shots()[::5] if quick else shots()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        printed = label()
        for number, (_kind, shot) in enumerate(shown):
            camera.seen(printed, shot, SIZE).save(folder / f"{number}.png")
        fetch_rival(folder)
        found = list(measure(folder, len(shown)))
    report([kind for kind, _shot in shown], found)


def fetch_rival(folder: Path) -> None:
    """jsQR, into this folder and nowhere else."""
    said = subprocess.run(["npm", "pack", "--silent", JSQR], cwd=folder, capture_output=True, text=True, check=True)
    subprocess.run(["tar", "xzf", said.stdout.strip().splitlines()[-1]], cwd=folder, check=True)
    (folder / "package" / "dist" / "jsQR.js").rename(folder / "jsQR.js")


def measure(folder: Path, pictures: int) -> Iterator[dict[str, dict[str, Any]]]:
    (folder / "index.html").write_text(PAGE)
    (folder / "measure.js").write_text(MEASURE)
    (folder / "static").symlink_to(ROOT / "static")
    with served(folder) as url, chromium() as browser:
        page: Page = browser.new_page()
        page.goto(url)
        page.locator("html[data-ready]").wait_for(state="attached")
        for number in range(pictures):
            yield page.evaluate("name => measure(name)", f"/{number}.png")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The files of a folder on a free loopback port."""

    class Quiet(SimpleHTTPRequestHandler):
        extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm"}

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def report(kinds: list[str], found: list[dict[str, dict[str, Any]]]) -> None:
    code = CODE + codes.check_symbol(CODE)
    right = codes.address(code, f"https://{HOST}")
    rows = []
    for way, words, aim in (("zxing", "ZXing-C++ as scan mode asks it", str(AIM)), ("jsqr", JSQR, "")):
        is_read = [one[way]["text"] == right for one in found]
        wrong = sum(one[way]["text"] not in ("", right) for one in found)
        times = [one[way]["ms"] for one in found]
        counts = [str(sum(read_of(kind, kinds, is_read))) for kind in dict.fromkeys(kinds)]
        slowest = f"{max(times):.0f}"
        rows.append([words, str(sum(is_read)), aim, str(wrong), *counts, f"{median(times):.1f}", slowest])
    title = f"Hard labels read, of {len(found)} pictures of {SIZE[0]} × {SIZE[1]}; ms for one picture"
    show(title, ["reader", "read", "aim of 60", "misread", *dict.fromkeys(kinds), "median", "slowest"], rows)


def read_of(kind: str, kinds: list[str], is_read: list[bool]) -> list[bool]:
    return [ok for ok, of in zip(is_read, kinds, strict=True) if of == kind]


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])

"""A camera before which labels are shown: our own printed labels, as a camera sees them, as the film of a fake one."""

import io
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter
from playwright.sync_api import Browser, Page

from selection_center.printing import drawing
from selection_center.printing.media import MEDIA
from selection_center.printing.values import Values
from tests.browsing import CHROMIUM, FLAGS, Visits
from tests.printing import paper

SHEET = MEDIA["A4-24"]
DPI = 300
FRAME = (640, 480)
FRAMES_PER_SECOND = 30
"""At which Chromium plays a film of JPEG pictures."""
WALL = 96
Point = tuple[float, float]


def labels(values: Sequence[Values], layout: str = "label") -> list[Image.Image]:
    """The printed labels of these values, one picture each, cut out of the sheet's PDF."""
    placed = [(*SHEET.place(number, 1), said) for number, said in enumerate(values, 1)]
    pdf = drawing.render(layout, SHEET, "zh", placed)
    sheets = [paper.raster(pdf, page, DPI) for page in range(paper.page_count(pdf))]
    return [cut(sheets[page - 1], *SHEET.corner(position)) for page, position, _said in placed]


def cut(sheet: Image.Image, left: float, top: float) -> Image.Image:
    """One cell of a sheet, mm."""
    x, y, right, bottom = (round(mm / paper.MM * DPI) for mm in (left, top, left + SHEET.width, top + SHEET.height))
    return sheet.crop((x, y, right, bottom))


@dataclass(frozen=True)
class Shot:
    """How a label is held. turn: degrees; tilt: how much narrower its far side looks (0 to 1); blur: the radius in
    pixels; light: 1 is a bright hall; width: the part of the picture that the label fills; shake: pixels that the
    hand moved while the shutter was open; noise: the spread of a dark sensor's grain, of 255."""

    turn: float = 0
    tilt: float = 0
    blur: float = 0
    light: float = 1
    width: float = 0.9
    shake: int = 0
    noise: float = 0
    seed: int = 0


PLAIN = Shot()
HELD = [
    PLAIN,
    Shot(turn=12, width=0.85),
    Shot(turn=-25, tilt=0.12, width=0.8),
    Shot(tilt=0.22, blur=0.6),
    Shot(turn=90, width=0.66),
    Shot(turn=178, light=0.55),
    Shot(blur=0.9, light=0.7),
    Shot(turn=40, light=0.45, width=0.75, noise=6),
]
"""As clerks hold their tablets."""


def seen(label: Image.Image, shot: Shot = PLAIN, size: tuple[int, int] = FRAME) -> Image.Image:
    """What a camera of this size sees of the label."""
    width = round(size[0] * shot.width)
    shown = label.convert("L").resize((width, round(width * label.height / label.width)), Image.Resampling.LANCZOS)
    whole = Image.new("L", size, WALL)
    turned = shown.convert("LA").rotate(shot.turn, Image.Resampling.BICUBIC, expand=True)
    turned.thumbnail((round(size[0] * 0.98), round(size[1] * 0.98)))
    whole.paste(turned.getchannel("L"), middle(size, turned.size), turned.getchannel("A"))
    if shot.tilt:
        whole = tilted(whole, shot.tilt)
    if shot.shake:
        whole = shaken(whole, shot.shake)
    if shot.blur:
        whole = whole.filter(ImageFilter.GaussianBlur(shot.blur))
    whole = ImageEnhance.Brightness(whole).enhance(shot.light)
    return grained(whole, shot.noise, shot.seed) if shot.noise else whole


def middle(outer: tuple[int, int], inner: tuple[int, int]) -> tuple[int, int]:
    return (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2


def shaken(picture: Image.Image, pixels: int) -> Image.Image:
    """The mean of the picture at each place on the way of the hand."""
    moved = picture
    for step in range(1, pixels + 1):
        there = Image.new("L", picture.size, WALL)
        there.paste(picture, (step, step // 2))
        moved = Image.blend(moved, there, 1 / (step + 1))
    return moved


def grained(picture: Image.Image, spread: float, seed: int) -> Image.Image:
    """The same grain for the same seed."""
    drawn = random.Random(seed)
    grain = [round(drawn.gauss(0, spread)) for _ in range(8_641)]
    pixels = (min(max(pixel + grain[at % len(grain)], 0), 255) for at, pixel in enumerate(picture.tobytes()))
    return Image.frombytes("L", picture.size, bytes(pixels))


def tilted(picture: Image.Image, tilt: float) -> Image.Image:
    """The picture's right side further away."""
    width, height = picture.size
    far = height * tilt / 2
    here = [(0.0, 0.0), (width, far), (width, height - far), (0.0, height)]
    there = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, perspective(here, there), Image.Resampling.BICUBIC, fillcolor=WALL
    )


def perspective(here: list[Point], there: list[Point]) -> list[float]:
    """The eight coefficients that take `here` to `there`, by elimination."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(here, there, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                times = rows[row][column]
                rows[row] = [a - times * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def film(path: Path, pictures: Sequence[Image.Image], shown: float = 0.8, gap: float = 0.3) -> Path:
    """Each picture for so many seconds, the bare wall between them; Chromium begins again at the end."""
    wall = jpeg(BARE_WALL)
    with path.open("wb") as file:
        for picture in pictures:
            file.write(jpeg(picture) * round(shown * FRAMES_PER_SECOND) + wall * round(gap * FRAMES_PER_SECOND))
    return path


def jpeg(picture: Image.Image, quality: int = 82) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def flags(film: Path) -> list[str]:
    return [*FAKE, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"]


OPENER = "Cross-Origin-Opener-Policy header has been ignored"
"""What Chromium says about every page without https."""
FAKE = ["--use-fake-device-for-media-stream"]
BARE_WALL = Image.new("L", FRAME, WALL)
REFUSED = [*FAKE, "--deny-permission-prompts"]
NewPage = Callable[..., Page]


@contextmanager
def another(browser: Browser, *more_flags: str) -> Iterator[NewPage]:
    """Pages of one more Chromium with these flags, held to what every page is held to."""
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *more_flags])
    try:
        with Visits(launched) as visits:
            yield visits.new_page
            problems = [problem for problem in visits.problems if OPENER not in problem]
            assert not problems, problems
    finally:
        launched.close()

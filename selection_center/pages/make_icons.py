"""Draws the home screen's icons from the plate of favicon.svg: python -m selection_center.pages.make_icons."""

from pathlib import Path

from PIL import Image, ImageDraw

from selection_center.config import ROOT

PLATE = "#14489B"
GRID = 32
"""The drawing's own units, as the SVG has them."""
FINER = 4
LETTER = [(9, 23), (14.6, 9), (17.4, 9), (23, 23), (20, 23), (18.8, 19.7), (13.1, 19.7), (12, 23)]
HOLE = [(14, 17.2), (18, 17.2), (16, 11.7)]

ICONS = {
    "app-180": (180, 1.0, False),
    "app-192": (192, 1.0, True),
    "app-512": (512, 1.0, True),
    "app-maskable-512": (512, 0.72, False),
}
"""Size in pixels, how much of it the plate takes, and whether its corners are round: a mask cuts its own."""


def draw(size: int, share: float, has_corners: bool) -> Image.Image:
    whole = size * FINER
    unit = whole * share / GRID
    edge = (whole - unit * GRID) / 2
    image = Image.new("RGBA", (whole, whole), (0, 0, 0, 0) if has_corners else PLATE)
    pen = ImageDraw.Draw(image)

    def at(x: float, y: float) -> tuple[float, float]:
        return edge + x * unit, edge + y * unit

    if has_corners:
        pen.rounded_rectangle((*at(0, 0), *at(32, 32)), 5 * unit, fill=PLATE)
    pen.rounded_rectangle((*at(1.75, 1.75), *at(30.25, 30.25)), 3.75 * unit, outline="white", width=round(1.5 * unit))
    pen.polygon([at(*point) for point in LETTER], fill="white")
    pen.polygon([at(*point) for point in HOLE], fill=PLATE)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main(folder: Path = ROOT / "static" / "icons") -> None:
    for name, (size, share, has_corners) in ICONS.items():
        image = draw(size, share, has_corners)
        (image if has_corners else image.convert("RGB")).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

"""Makes the fonts of paper anew: `python -m selection_center.printing.make_fonts PACKAGE.tgz [FOLDER]`.

The package comes by `npm pack @expo-google-fonts/noto-sans-sc`. One TTF a weight: a font cut into pieces by
unicode-range prints wrong Chinese characters without a warning.
"""

import hashlib
import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = {"Regular": "package/400Regular/NotoSansSC_400Regular.ttf", "Bold": "package/700Bold/NotoSansSC_700Bold.ttf"}
LICENCE = "package/LICENSE_FONT"
FOLDER = Path(__file__).parents[2] / "static" / "fonts"
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2044), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218B),
    (0x2190, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x26FF), (0x3000, 0x303F), (0x3380, 0x33DF), (0xFF00, 0xFFEF),
)  # fmt: skip
MORE = "囍侘〇镕喆啰嘞甪咘噜煊琎垚淼犇鑫梓祎珺玥翀昇旻晞昉晟啥"
"""Names, trade words and joys that GB 2312 left out."""


def characters() -> set[int]:
    """All of GB 2312, the common traditional characters, Latin with its accents, punctuation and signs."""
    found = {code for first, last in RANGES for code in range(first, last + 1)} | set(map(ord, MORE))
    for charset, rows in (("gb2312", range(0xA1, 0xF8)), ("big5", range(0xA4, 0xC7))):
        for row in rows:
            for cell in range(0x40, 0xFF):
                found |= set(map(ord, bytes([row, cell]).decode(charset, "ignore")))
    return found


def cut(font: bytes) -> bytes:
    """The font with our characters alone; its features stay, its hints go. The same bytes at every run."""
    options = subset.Options(
        hinting=False, layout_features=["*"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17], notdef_outline=True,
        glyph_names=False, recalc_timestamp=False,
    )  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    if "fvar" in opened:
        raise ValueError("this is a variable font: a static one is wanted")
    cutter.subset(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def make(package: Path, folder: Path = FOLDER) -> dict[str, str]:
    """Writes both fonts and their licence; answers the SHA-256 of each font."""
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    with tarfile.open(package) as archive:
        for weight, name in WEIGHTS.items():
            font = cut(read(archive, name))
            (folder / f"NotoSansSC-{weight}.ttf").write_bytes(font)
            sums[f"NotoSansSC-{weight}.ttf"] = hashlib.sha256(font).hexdigest()
        (folder / "OFL.txt").write_bytes(read(archive, LICENCE))
    return sums


def read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read()


if __name__ == "__main__":
    for made, digest in make(*map(Path, sys.argv[1:])).items():
        print(digest, made)

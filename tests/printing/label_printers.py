"""Label printers that do exactly what a file says, and stop at the first thing that their manuals do not have.

Their QR are drawn by an encoder that is not the product's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import segno
from PIL import Image, ImageChops

INK, PAPER = 0, 255


@dataclass
class Printed:
    """One label: its picture in dots, QR as (x, y, dots to a module, level, text), and what else was said."""

    image: Image.Image
    codes: list[tuple[int, int, int, str, str]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    copies: int = 0

    def burn(self, dots: Image.Image, x: int, y: int) -> None:
        """What is black of these is black."""
        area = (x, y, x + dots.width, y + dots.height)
        self.image.paste(ImageChops.darker(self.image.crop(area), dots), area)

    def draw_qr(self, x: int, y: int, module: int, level: str, text: str) -> None:
        code = segno.make_qr(text, error=level, mode="alphanumeric", boost_error=False)
        assert module <= 10
        side = module * len(code.matrix)
        assert 0 <= x <= self.image.width - side
        assert 0 <= y <= self.image.height - side
        dots = Image.new("L", (side, side), PAPER)
        for row, modules in enumerate(code.matrix):
            for column, dark in enumerate(modules):
                if dark:
                    dots.paste(INK, (column * module, row * module, (column + 1) * module, (row + 1) * module))
        self.burn(dots, x, y)
        self.codes.append((x, y, module, level, text))


def bits(data: bytes, stride: int, height: int, black: int) -> Image.Image:
    assert len(data) == stride * height
    image = Image.frombytes("1", (stride * 8, height), data).convert("L")
    return image if black == 0 else ImageChops.invert(image)


# --- ZPL --------------------------------------------------------------------------------------------------------

STRAIGHT = {"LH": "0,0", "FW": "N", "PO": "N", "PM": "N", "LR": "N"}


def zpl(data: bytes) -> list[Printed]:
    text = data.decode("ascii")
    found = list(re.finditer(r"([\^~])([A-Z]{2})([^\^~]*)", text))
    assert text == "".join(match[0] for match in found), "something outside of a command"
    labels: list[Printed] = []
    press: ZplPress | None = None
    darkness = ""
    for match in found:
        prefix, name, said = match[1], match[2], match[3].replace("\n", "")
        if prefix == "~":
            assert (name, press) == ("SD", None)
            assert re.fullmatch("[0-3][0-9]", said)
            assert int(said) <= 30
            darkness = said
        elif name == "XA":
            assert press is None
            assert not said
            press = ZplPress()
        else:
            assert press is not None, "outside of a label"
            press.obey(name, said)
            if name == "XZ":
                labels.append(press.label(darkness))
                press = None
    assert press is None, "a label without its end"
    return labels


class ZplPress:
    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.commands: list[str] = []
        self.place: tuple[int, int] | None = None
        self.bar_height: int | None = None
        self.pending: tuple[str, Any] | None = None
        self.printed: Printed | None = None

    def obey(self, name: str, said: str) -> None:
        self.commands.append(name if name == "GF" else f"{name}{said}")
        if name in STRAIGHT:
            assert said == STRAIGHT[name]
        elif name in ("PW", "LL", "PR", "PQ"):
            assert name not in self.said
            assert int(said) >= 1
            self.said[name] = said
        else:
            getattr(self, name.lower())(said)

    @property
    def page(self) -> Printed:
        if self.printed is None:
            self.printed = Printed(Image.new("L", (int(self.said["PW"]), int(self.said["LL"])), PAPER))
        return self.printed

    def fo(self, said: str) -> None:
        x, y = map(int, said.split(","))
        assert 0 <= x < self.page.image.width
        assert 0 <= y < self.page.image.height
        self.place = (x, y)

    def by(self, said: str) -> None:
        width, ratio, height = said.split(",")
        assert 1 <= int(width) <= 10
        assert 2 <= float(ratio) <= 3
        self.bar_height = int(height)

    def gf(self, said: str) -> None:
        kind, sent, total, stride, data = said.split(",", 4)
        assert kind == "A"
        assert int(sent) == int(total) <= 99_999
        assert int(total) % int(stride) == 0
        rows = unpacked(data, int(stride))
        assert self.pending is None
        self.pending = ("GF", bits(b"".join(rows), int(stride), int(total) // int(stride), black=1))

    def bq(self, said: str) -> None:
        found = re.fullmatch(r"N,2,([0-9]+)", said)
        assert found
        assert self.pending is None
        self.pending = ("BQ", int(found[1]))

    def fd(self, said: str) -> None:
        """Level, automatic input, a comma, and what the QR says."""
        assert self.pending is not None
        kind, module = self.pending
        found = re.fullmatch(r"([LMQH])A,(.+)", said)
        assert found
        assert kind == "BQ"
        self.pending = ("QR", (module, found[1], found[2]))

    def fs(self, said: str) -> None:
        """The field is drawn; a QR sinks by the bar height that was said last."""
        assert not said
        assert self.place is not None
        assert self.pending is not None
        (x, y), (kind, what) = self.place, self.pending
        if kind == "GF":
            self.page.burn(what, x, y)
        else:
            assert kind == "QR"
            assert self.bar_height is not None, "what the printer was told last by others"
            self.page.draw_qr(x, y + self.bar_height, *what)
        self.place = self.pending = None

    def xz(self, said: str) -> None:
        assert not said
        assert self.pending is None
        assert self.place is None

    def label(self, darkness: str) -> Printed:
        page = self.page
        page.said, page.commands, page.copies = self.said | {"SD": darkness}, self.commands, int(self.said["PQ"])
        return page


def unpacked(data: str, stride: int) -> list[bytes]:
    """Zebra's compression of hexadecimal digits, row by row."""
    rows: list[str] = []
    row, count = "", 0
    for letter in data:
        if letter == ":":
            assert not row
            assert not count
            assert rows
            rows.append(rows[-1])
        elif letter in ",!":
            assert not count
            assert len(row) % 2 == 0
            assert len(row) < 2 * stride
            row = row.ljust(2 * stride, "0" if letter == "," else "F")
        elif "G" <= letter <= "Y":
            count += ord(letter) - ord("G") + 1
        elif "g" <= letter <= "z":
            count += (ord(letter) - ord("g") + 1) * 20
        else:
            assert letter in "0123456789ABCDEF", letter
            row, count = row + letter * (count or 1), 0
        assert len(row) <= 2 * stride
        if len(row) == 2 * stride:
            rows.append(row)
            row = ""
    assert not row
    assert not count
    return [bytes.fromhex(one) for one in rows]


# --- TSPL -------------------------------------------------------------------------------------------------------

BITMAP = re.compile(rb"BITMAP ([0-9]+),([0-9]+),([0-9]+),([0-9]+),0,")
QRCODE = re.compile(r'QRCODE ([0-9]+),([0-9]+),([LMQH]),([0-9]+),A,0,M2,S7,"([^"]+)"')
MM = r"([0-9]+(?:\.[0-9]+)?) mm"
SETTINGS = {
    "SIZE": f"{MM},{MM}",
    "GAP": f"{MM},0 mm",
    "DIRECTION": "1,0",
    "REFERENCE": "0,0",
    "SPEED": "[1-9][0-9]?",
    "DENSITY": "[0-9]|1[0-5]",
}


def tspl(data: bytes, dots_per_mm: int) -> list[Printed]:
    """203 dpi are 8 dots to the millimetre, 300 dpi are 12, as the manual counts."""
    assert b"\x1b!" not in data, "obeyed at once, wherever it stands"
    labels: list[Printed] = []
    said: dict[str, str] = {}
    page: Printed | None = None
    for name, rest, dots in lines(data):
        if name in SETTINGS:
            assert page is None
            assert re.fullmatch(SETTINGS[name], rest), (name, rest)
            said[name] = rest
        elif name == "CLS":
            found = re.fullmatch(SETTINGS["SIZE"], said["SIZE"])
            assert found
            size = tuple(round(float(side) * dots_per_mm) for side in found.groups())
            page = Printed(Image.new("L", (size[0], size[1]), PAPER))
        elif name == "PRINT":
            assert page is not None
            sets, copies = rest.split(",")
            assert sets == "1"
            page.said, page.copies = dict(said), int(copies)
            labels.append(page)
            page = None
        else:
            assert page is not None
            obey(page, name, rest, dots)
        if page is not None:
            page.commands.append(name if name == "BITMAP" else f"{name} {rest}")
    assert page is None, "a label without its end"
    return labels


def lines(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Name, parameters, and the dots of a bitmap, whose length is said before."""
    at = 0
    while at < len(data):
        bitmap = BITMAP.match(data, at)
        if bitmap:
            end = bitmap.end() + int(bitmap[3]) * int(bitmap[4])
            yield "BITMAP", bitmap[0].decode("ascii").removeprefix("BITMAP "), data[bitmap.end() : end]
        else:
            end = data.index(b"\r\n", at)
            name, _space, rest = data[at:end].decode("ascii").partition(" ")
            yield name, rest, b""
        assert data[end : end + 2] == b"\r\n"
        at = end + 2


def obey(page: Printed, name: str, rest: str, dots: bytes) -> None:
    if name == "BITMAP":
        x, y, stride, height = map(int, rest.split(",")[:4])
        page.image.paste(bits(dots, stride, height, black=0), (x, y))
        return
    found = QRCODE.fullmatch(f"{name} {rest}")
    assert found, name
    page.draw_qr(int(found[1]), int(found[2]), int(found[4]), found[3], found[5])

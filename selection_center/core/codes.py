"""The codes on tags: drawn, checked, read back from whatever a scanner types, and set as QR.

A code is ten random symbols of Crockford's base32 (50 bits) and a check symbol, canonical in upper case without
hyphens: "7K3M9QX2ATC". The check is the sum of 2^i * d_i over i = 1..10 in GF(32) with x^5 + x^2 + 1. Since 2 has
the order 31 there, every single wrong symbol and every swap of neighbours changes it, the last pair included.
"""

import enum
import io
import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN = 10
LENGTH = DRAWN + 1
READ_AS = str.maketrans("ILO", "110")

LONGEST_TYPED = 64
LONGEST_SCANNED = 2_000

Level = Literal["M", "Q", "H"]
LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
SHORTEST_SEGMENT = 14
"""A run of at least so many symbols is worth a change of the QR's mode: "/S/" and a code are 14."""

QUIET_MODULES = 4


class CodeProblem(enum.StrEnum):
    NOT_A_CODE = "not_a_code"
    HAS_U = "has_u"  # no code holds a U: most likely a V misread
    MISTYPED = "mistyped"  # right in shape, but the check symbol is wrong


class CodeError(ValueError):
    """The text is no code of ours; `problem` says in which way."""

    def __init__(self, problem: CodeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class QrPath(NamedTuple):
    """A QR for the screen: `<svg viewBox="0 0 side side" shape-rendering="crispEdges"><path d="d"/></svg>`.

    `side` counts modules with the quiet zone; the ground must be white and the path dark in both themes.
    """

    side: int
    d: str


# --- the code ---------------------------------------------------------------------------------------------------


def new_code() -> str:
    """A fresh canonical code. That it was never used is for the table of tags to say."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return drawn + check_symbol(drawn)


def check_symbol(drawn: str) -> str:
    """The eleventh symbol for ten canonical ones, by Horner's rule from the last to the first."""
    total = 0
    for symbol in reversed(drawn):
        total = _doubled(total ^ ALPHABET.index(symbol))
    return ALPHABET[total]


def _doubled(element: int) -> int:
    """The element of GF(32) times 2 (that is, times x)."""
    element <<= 1
    return element ^ 0b100101 if element > 31 else element


def format_code(code: str) -> str:
    """XXXX-XXXX-XXX, as it is printed and read aloud."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def parse(text: str) -> str:
    """The canonical code that a person typed: I and L are 1, O is 0; hyphens, spaces and case do not matter.

    Raises CodeError, which tells a mistyped code from something that is no code at all.
    """
    if len(text) > LONGEST_TYPED:
        raise CodeError(CodeProblem.NOT_A_CODE)
    code = "".join(c for c in unicodedata.normalize("NFKC", text) if not _is_filler(c))
    if len(code) != LENGTH or not (code.isascii() and code.isalnum()):
        raise CodeError(CodeProblem.NOT_A_CODE)
    code = code.upper().translate(READ_AS)
    if "U" in code:
        raise CodeError(CodeProblem.HAS_U)
    if check_symbol(code[:DRAWN]) != code[DRAWN]:
        raise CodeError(CodeProblem.MISTYPED)
    return code


def _is_filler(character: str) -> bool:
    """Controls and invisible marks, spaces and line ends, dashes of any kind and the minus sign."""
    return unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Pd"} or character == "\N{MINUS SIGN}"


# --- its address ------------------------------------------------------------------------------------------------


def address(code: str, public_url: str, letter: str = "S") -> str:
    """What the QR of a canonical code holds: HTTPS://HOST[:PORT][/PREFIX]/S/CODE, or /V/CODE for a visit's.

    A member's printed card has /M/CODE.
    Scheme and host mean the same in any case, so they go in upper case, where a QR is smallest. A path prefix
    keeps its case, since servers tell /floor from /FLOOR; in lower case it may cost a version.
    Raises ValueError when the public address is not http(s) or carries more than host, port and path.
    """
    scheme, prefix = urlsplit(public_url).scheme, urlsplit(public_url).path.rstrip("/")
    return f"{scheme.upper()}://{_netloc(public_url).upper()}{prefix}/{letter}/{code}"


def host_of(public_url: str) -> str:
    """Host, port and path prefix of a public address: what code_from_scan takes, and what a QR's size counts."""
    return _netloc(public_url) + urlsplit(public_url).path.rstrip("/")


def _netloc(public_url: str) -> str:
    """Host and port in ASCII; a host in Chinese becomes its xn-- form, which alone fits a QR's small mode."""
    url = urlsplit(public_url)
    if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc or url.query or url.fragment:
        raise ValueError(f"not a public address: {public_url!r}")
    return url.netloc if url.netloc.isascii() else url.netloc.encode("idna").decode("ascii")


ADDRESS = re.compile(r"\s*(?:https?://)?((?:[a-z0-9-]+\.)+[a-z0-9-]+(?::[0-9]+)?/\S*)\s*", re.IGNORECASE)
"""An address that no keyboard has bent: its host says whose it is."""


def code_from_scan(text: str, hosts: Iterable[str]) -> str | None:
    """The canonical code in what a scanner or a camera gave: a bare code, or an address at one of our hosts.

    `hosts` are written as host_of() writes them. Keyboards and IMEs turn ":" and "/" into Ö, 、 or nothing at
    all, so a bent address is compared by its letters and digits alone; a whole one by its host, since a sticker
    may lead to yp-example.com instead of yp.example.com. None when nothing of ours is in the text.
    """
    if len(text) > LONGEST_SCANNED:
        return None
    hosts = [host.lower() for host in hosts if host]
    whole_address = ADDRESS.fullmatch(unicodedata.normalize("NFKC", text))
    if whole_address and not any(whole_address[1].lower().startswith(f"{host}/") for host in hosts):
        return None
    starts = [_squeezed(scheme + host) for host in hosts if host for scheme in ("HTTPS", "HTTP", "")]
    heads = [start + letter for start in starts for letter in "SVM"]
    for whole in (text, re.split(r"[?#？＃]", text)[0]):
        squeezed = _squeezed(whole)
        for candidate in (whole, *(squeezed.removeprefix(head) for head in heads if squeezed.startswith(head))):
            try:
                return parse(candidate)
            except CodeError:
                continue
    return None


def _squeezed(text: str) -> str:
    """The ASCII letters and digits of a text, in upper case."""
    return re.sub(r"[^0-9A-Za-z]", "", unicodedata.normalize("NFKC", text)).upper()


# --- its QR -----------------------------------------------------------------------------------------------------


def _qr(text: str, level: Level) -> "qrcode.QRCode[Any]":
    qr = qrcode.QRCode(error_correction=LEVELS[level], border=0)
    qr.add_data(text, optimize=SHORTEST_SEGMENT)
    return qr


def expected_version(text: str, level: Level) -> int:
    """The QR version (1 to 40) that the text needs; a version v is 17 + 4v modules wide."""
    return int(_qr(text, level).best_fit())


def qr_matrix(text: str, level: Level) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True is dark, without a quiet zone."""
    qr = _qr(text, level)
    qr.make()
    return tuple(tuple(bool(module) for module in row) for row in qr.modules)


def qr_png_1bit(text: str, level: Level, module_px: int, quiet: int = QUIET_MODULES) -> bytes:
    """A black and white PNG for paper: module_px pixels to a module, `quiet` white modules on every side."""
    matrix = qr_matrix(text, level)
    side = len(matrix) + 2 * quiet
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + quiet, y + quiet), 0)
    file = io.BytesIO()
    image.resize((side * module_px, side * module_px), Image.Resampling.NEAREST).save(file, "PNG", optimize=True)
    return file.getvalue()


def qr_svg_path(text: str, level: Level = "M", quiet: int = QUIET_MODULES) -> QrPath:
    """One path for the whole QR, a rectangle to each run of dark modules in a row."""
    matrix = qr_matrix(text, level)
    runs = [
        f"M{run.start() + quiet} {y + quiet}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(matrix)
        for run in re.finditer("1+", "".join("01"[dark] for dark in row))
    ]
    return QrPath(len(matrix) + 2 * quiet, "".join(runs))

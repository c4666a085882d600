"""The text that a scanner, a camera or an input method gave, made plain; and the code of ours in it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from flask import current_app

from selection_center.core import codes
from selection_center.core.codes import LONGEST_SCANNED, CodeError, CodeProblem

SYMBOLOGY = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")
"""What scanners put before a code to say of which kind it is (ISO/IEC 15424): ]Q1 for QR, ]E0 for EAN-13."""
BENT_SCHEME = re.compile(r"\Ahttps?[:;]?[、/>Ö-]{1,2}", re.IGNORECASE)
IME_MARKS = str.maketrans({"、": "/", "。": ".", "；": ":", "？": "?", "！": "!", "，": ",", "—": "_"})
ADDRESS = re.compile(r"https?://[^\s\"'<>，。；、！？）】」]+", re.IGNORECASE)
LEFT_IN = {"\x1d"}
"""The separator of GS1 element strings is a control character that means something."""


def plain(text: str) -> str:
    """Without control characters, invisible marks and the scanner's own prefix; full-width letters as plain ones."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if c in LEFT_IN or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    text = SYMBOLOGY.sub("", text.strip())
    if BENT_SCHEME.match(text):  # typed through a Chinese input method
        text = re.sub(r"\A(https?)[:;]?//?", r"\1://", text.translate(IME_MARKS), flags=re.IGNORECASE)
    return text.strip()


def our_hosts() -> tuple[str, ...]:
    """Hosts whose addresses are ours: the one printed now, and those that older stickers carry."""
    hosts: tuple[str, ...] = current_app.config["SETTINGS"].public_hosts
    return hosts


def our_code(text: str) -> str | None:
    """The canonical code that the text holds, bare or in an address of ours; None where it holds none."""
    return code_in(text, our_hosts())


def code_in(text: str, hosts: Sequence[str]) -> str | None:
    if len(text) > LONGEST_SCANNED:
        return None
    found = (codes.code_from_scan(piece, hosts) for piece in _pieces(text))
    return next((code for code in found if code is not None), None)


def _pieces(text: str) -> Iterator[str]:
    """The text as it came, made plain, and the addresses inside it, as in what an app shares."""
    yield text
    yield plain(text)
    yield from ADDRESS.findall(text)


def problem_of(text: str) -> CodeProblem:
    """In which way this is no code of ours: nearly one, or nothing of the kind."""
    last = re.split(r"[/、]", plain(text)[:LONGEST_SCANNED].rstrip("/、"))[-1]
    try:
        codes.parse(re.split(r"[?#]", last)[0])
    except CodeError as error:
        return error.problem
    return CodeProblem.NOT_A_CODE

"""Symbols that are summed from a table are those that the reference encoder draws."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from selection_center.core import codes, qr_batches
from selection_center.core.codes import ALPHABET, LENGTH, Level
from selection_center.core.qr_batches import Bitmap, Reference, bitmap, learned

pytestmark = pytest.mark.once
PREFIXES = (
    "HTTPS://YP.EXAMPLE.COM/S/",  # the code begins in the middle of a pair
    "HTTPS://YP2.EXAMPLE.COM/S/",  # the code ends in the middle of one
    "HTTP://127.0.0.1:8000/V/",
    "HTTPS://YP.EXAMPLE.COM/floor/S/",  # two segments, of which one is of bytes
    "HTTPS://" + "B" * 60 + ".EXAMPLE.COM/S/",
    "HTTPS://XN--FIQS8S.CN/M/",
)
any_code = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def reference(prefix: str, code: str, level: Level) -> Bitmap:
    """Drawn afresh, module by module, with the version and mask of the family."""
    family = learned(prefix, level)
    assert family is not None
    qr = codes._qr(prefix + code, level)
    qr.best_fit()
    qr.makeImpl(False, family.mask)
    return Bitmap.of(tuple(tuple(map(bool, row)) for row in qr.modules))


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("prefix", PREFIXES)
@given(any_code)
@settings(max_examples=25, deadline=None)
def test_every_code_is_drawn_as_the_reference_draws_it(prefix: str, level: Level, code: str) -> None:
    assert bitmap(prefix + code, level) == reference(prefix, code, level)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_symbol_of_each_place_is_in_the_tables(prefix: str) -> None:
    for place in range(LENGTH):
        for symbol in ALPHABET:
            code = "7K3M9QX2ATC"[:place] + symbol + "7K3M9QX2ATC"[place + 1 :]
            assert bitmap(prefix + code, "M") == reference(prefix, code, "M")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_is_printed_is_read(prefix: str) -> None:
    text = prefix + codes.new_code()
    picture = Image.open(io.BytesIO(bitmap(text, "M").png(4, codes.QUIET_MODULES))).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]


def test_what_is_no_address_with_a_code_goes_by_the_general_way() -> None:
    for text in ("短码", "7K3M9QX2ATC", "https://yp.example.com/s/7k3m9qx2atc", "HTTPS://YP.EXAMPLE.COM/S/ABCDEFGHUUU"):
        assert bitmap(text, "M") == Bitmap.of(codes.qr_matrix(text, "M"))


def test_tables_that_do_not_give_back_the_reference_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    learned.cache_clear()
    bits = Reference.bits
    monkeypatch.setattr(Reference, "bits", lambda *given: [bit ^ 1 << 8 for bit in bits(*given)])
    text = f"{PREFIXES[0]}7K3M9QX2ATC"
    try:
        assert learned(PREFIXES[0], "M") is None
        assert bitmap(text, "M") == Bitmap.of(codes.qr_matrix(text, "M"))
    finally:
        learned.cache_clear()


def test_the_picture_has_its_quiet_zone() -> None:
    drawn = bitmap(f"{PREFIXES[0]}7K3M9QX2ATC", "M")
    picture = Image.open(io.BytesIO(drawn.png(2, 4)))
    assert picture.size == ((drawn.side + 8) * 2,) * 2
    assert picture.convert("L").point(lambda shade: 255 - shade).getbbox() == (
        8,
        8,
        8 + drawn.side * 2,
        8 + drawn.side * 2,
    )
    assert qr_batches.stride(25) == 4

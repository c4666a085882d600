"""A code survives printing, misreading, odd keyboards and scanners, and no slip of the finger goes unseen."""

import io
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from selection_center.core.codes import (
    ALPHABET,
    CodeError,
    CodeProblem,
    address,
    check_symbol,
    code_from_scan,
    expected_version,
    format_code,
    host_of,
    new_code,
    parse,
    qr_matrix,
    qr_png_1bit,
    qr_svg_path,
)

HOST = "scan.example.com"
drawn_symbols = st.text(ALPHABET, min_size=10, max_size=10)
codes = drawn_symbols.map(lambda drawn: drawn + check_symbol(drawn))
CODE = "7K3M9QX2AT" + check_symbol("7K3M9QX2AT")


def problem_of(text: str) -> CodeProblem:
    with pytest.raises(CodeError) as refused:
        parse(text)
    return refused.value.problem


# --- the code ---------------------------------------------------------------------------------------------------


def multiplied(a: int, b: int) -> int:
    """a * b in GF(32) by the school's method, to check the check symbol with."""
    product = 0
    for bit in range(5):
        product ^= (a << bit) if b >> bit & 1 else 0
    for bit in range(9, 4, -1):
        product ^= (0b100101 << (bit - 5)) if product >> bit & 1 else 0
    return product


@given(drawn_symbols)
def test_check_symbol_is_the_sum_that_the_rules_write_down(drawn: str) -> None:
    total, power = 0, 1
    for symbol in drawn:
        power = multiplied(power, 2)
        total ^= multiplied(power, ALPHABET.index(symbol))
    assert check_symbol(drawn) == ALPHABET[total]


def test_check_symbol_of_printed_tags_never_changes() -> None:
    assert [check_symbol(d) for d in ("0000000000", "1000000000", "0000000001", "7K3M9QX2AT")] == list("02H6")


def test_new_codes_are_canonical_and_differ() -> None:
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(parse(code) == code for code in drawn)


@given(codes)
def test_every_single_wrong_symbol_is_caught(code: str) -> None:
    for place in range(len(code)):
        for wrong in ALPHABET.replace(code[place], ""):
            assert problem_of(code[:place] + wrong + code[place + 1 :]) is CodeProblem.MISTYPED


@given(codes)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place, (left, right) in enumerate(pairwise(code)):
        if left != right:
            swapped = code[:place] + right + left + code[place + 2 :]
            assert problem_of(swapped) is CodeProblem.MISTYPED


@given(codes)
def test_a_shown_code_reads_back(code: str) -> None:
    shown = format_code(code)
    assert [len(group) for group in shown.split("-")] == [4, 4, 3]
    assert parse(shown) == code
    assert parse(shown.lower().replace("-", " ")) == code


@given(codes, st.sampled_from(["Il", "iL", "lI"]), st.sampled_from("oO"))
def test_lookalikes_are_read_as_digits(code: str, ones: str, zero: str) -> None:
    typed = code.replace("1", ones[0], 1).replace("1", ones[1]).replace("0", zero)
    assert parse(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        f"\x02{CODE}\r\n",
        f"\ufeff{format_code(CODE)}\u200b",
        "–".join((CODE[:4], CODE[4:8], CODE[8:])),
        "－".join((CODE[:4], CODE[4:8], CODE[8:])),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE),
        "\u3000".join(CODE),
    ],
)
def test_what_scanners_and_input_methods_add_is_dropped(typed: str) -> None:
    assert parse(typed) == CODE


@pytest.mark.parametrize("text", ["", "-", CODE[:10], CODE + "0", "你好" + CODE, CODE[:10] + "ß", "é" * 11, "A" * 500])
def test_other_texts_are_no_code_at_all(text: str) -> None:
    assert problem_of(text) is CodeProblem.NOT_A_CODE


def test_u_is_told_apart() -> None:
    assert problem_of("U" + CODE[1:]) is CodeProblem.HAS_U
    assert problem_of("u" * 11) is CodeProblem.HAS_U
    assert problem_of("U" + CODE) is CodeProblem.NOT_A_CODE


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_a_refusal(text: str) -> None:
    try:
        code = parse(text)
    except CodeError:
        return
    assert parse(code) == code


# --- its address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://scan.example.com", "HTTPS://SCAN.EXAMPLE.COM/S/"),
        ("https://scan.example.com/", "HTTPS://SCAN.EXAMPLE.COM/S/"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/S/"),
        ("https://example.com:8443/floor/", "HTTPS://EXAMPLE.COM:8443/floor/S/"),
        ("https://选品.example.com:8443", "HTTPS://XN--JVR929K.EXAMPLE.COM:8443/S/"),
    ],
)
def test_address_is_upper_case_but_for_the_prefix(public_url: str, expected: str) -> None:
    assert address(CODE, public_url) == expected + CODE
    assert code_from_scan(address(CODE, public_url), [host_of(public_url)]) == CODE


@pytest.mark.parametrize(
    "public_url",
    ["scan.example.com", "ftp://scan.example.com", "https://", "https://me:secret@x.com", "https://x.com/?a=1", ""],
)
def test_address_refuses_what_is_no_public_address(public_url: str) -> None:
    with pytest.raises(ValueError, match="not a public address"):
        address(CODE, public_url)


@pytest.mark.parametrize(
    "scanned",
    [
        f"HTTPS://SCAN.EXAMPLE.COM/S/{CODE}",
        f"https://scan.example.com/s/{format_code(CODE)}/",
        f"http://Scan.Example.com/s/{CODE.lower()}?from=timeline#top",
        f"scan.example.com/s/{CODE}\r",
        f"HTTPSÖ--SCAN.EXAMPLE.COM-S-{CODE}",
        f"https；、、scan。example。com、s、{CODE}",
        f"https：／／scan．example．com／s／{CODE}",
        f"HTTPS>??SCAN.EXAMPLE.COM?S?{CODE}",
        f"httpsscanexamplecoms{CODE}",
        CODE,
        f" {format_code(CODE).lower()}\n",
    ],
)
def test_a_scan_is_known_however_the_keyboard_bent_it(scanned: str) -> None:
    assert code_from_scan(scanned, ["old.example.com", HOST]) == CODE


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "6901234567892",
        "https://detail.1688.com/offer/816731226821.html",
        f"https://elsewhere.example.com/s/{CODE}",
        f"https://scan.example.com.elsewhere.com/s/{CODE}",
        f"https://scan-example.com/s/{CODE}",
        f"HTTPS://SCANEXAMPLE.COM/S/{CODE}",
        f"scan.examplecom/s/{CODE}",
        f"https://scan.example.com/x/{CODE}",
        f"https://scan.example.com/s/{CODE[:-1]}",
        f"https://scan.example.com/s/U{CODE[1:]}",
        f"https://scan.example.com/s/{CODE}" + "0" * 5_000,
    ],
)
def test_what_is_not_ours_is_nothing(scanned: str) -> None:
    assert code_from_scan(scanned, [HOST, ""]) is None


@given(st.text(max_size=200))
def test_no_scan_breaks_the_reader(scanned: str) -> None:
    code = code_from_scan(scanned, [HOST])
    assert code is None or parse(code) == code


# --- its QR -----------------------------------------------------------------------------------------------------


@given(st.integers(min_value=1, max_value=39), codes)
def test_version_follows_the_length_of_the_host(length: int, code: str) -> None:
    version = expected_version(address(code, "https://" + "h" * length), "M")
    assert version == (2 if length <= 16 else 3)


def test_longer_hosts_need_a_larger_qr() -> None:
    assert expected_version(address(CODE, "https://" + "h" * 40), "M") == 4
    assert expected_version(address(CODE, "https://" + "h" * 16), "Q") == 3


@pytest.mark.parametrize("public_url", [f"https://{HOST}", "https://example.com:8443/floor"])
@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("module_px", [3, 8])
def test_the_printed_picture_is_read_back(public_url: str, level: str, module_px: int) -> None:
    text = address(CODE, public_url)
    picture = Image.open(io.BytesIO(qr_png_1bit(text, level, module_px)))  # type: ignore[arg-type]
    modules = 17 + 4 * expected_version(text, level) + 8  # type: ignore[arg-type]
    assert picture.mode == "1"
    assert picture.size == (modules * module_px, modules * module_px)
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [(symbol.text, symbol.ec_level) for symbol in found] == [(text, level)]


def test_the_quiet_zone_is_white_and_as_wide_as_asked() -> None:
    picture = Image.open(io.BytesIO(qr_png_1bit("HELLO", "M", 5, quiet=2)))
    left, top, right, bottom = picture.point(lambda p: 255 - p).getbbox() or (0, 0, 0, 0)
    assert (left, top, picture.width - right, picture.height - bottom) == (10, 10, 10, 10)


def test_the_path_for_the_screen_draws_the_same_modules() -> None:
    text = address(CODE, f"https://{HOST}")
    path = qr_svg_path(text)
    drawn = Image.new("1", (path.side, path.side))
    for run in path.d.removesuffix("z").split("z"):
        start, width = run.removeprefix("M").split("v")[0].split("h")
        x, y = map(int, start.split())
        ImageDraw.Draw(drawn).line((x, y, x + int(width) - 1, y), fill=1)
    matrix = qr_matrix(text, "M")
    assert path.side == len(matrix) + 8
    assert all(
        bool(drawn.getpixel((x + 4, y + 4))) is dark for y, row in enumerate(matrix) for x, dark in enumerate(row)
    )
    assert drawn.convert("L").histogram()[255] == sum(map(sum, matrix))

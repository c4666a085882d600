"""What scanners, cameras and input methods make of a label, and the code of ours in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection_center.core.codes import ALPHABET, CodeProblem, address, check_symbol, format_code
from selection_center.core.scanned import code_in, plain, problem_of

HOST = "yp.example.com"
HOSTS = (HOST, "old.example.com:8443/floor")
codes = st.text(ALPHABET, min_size=10, max_size=10).map(lambda drawn: drawn + check_symbol(drawn))
CODE = "7K3M9QX2AT" + check_symbol("7K3M9QX2AT")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

MANGLED = [
    ("camera", f"HTTPS://YP.EXAMPLE.COM/S/{CODE}"),
    ("older sticker, with port and prefix", f"HTTPS://OLD.EXAMPLE.COM:8443/floor/S/{CODE}"),
    ("sharing adds parameters", f"https://yp.example.com/s/{CODE.lower()}?from=singlemessage&isappinstalled=0#wechat"),
    ("scanner ends with CR LF", f"HTTPS://YP.EXAMPLE.COM/S/{CODE}\r\n"),
    ("scanner ends with a tab", f"{CODE}\t"),
    ("scanner frames with STX and ETX", f"\x02HTTPS://YP.EXAMPLE.COM/S/{CODE}\x03"),
    ("scanner says the symbology", f"]Q1HTTPS://YP.EXAMPLE.COM/S/{CODE}"),
    ("the same before a bare code", f"]C0{CODE}\r"),
    ("byte order mark", f"\ufeff{CODE}"),
    ("zero-width spaces", "\u200b".join(CODE)),
    ("caps lock turned the case", f"HTTPS://YP.EXAMPLE.COM/S/{CODE}".swapcase()),
    ("Chinese input method, full width", f"https://yp.example.com/s/{CODE}".translate(FULL_WIDTH)),
    ("Chinese input method, its own marks", f"https：、、yp。example。com、s、{CODE.lower()}"),
    ("German keyboard", f"HTTPSÖ--YP.EXAMPLE.COM-S-{CODE}"),
    ("French keyboard", f"HTTPSM!!YP:EXAMPLE:COM!S!{CODE}".replace("M!!", ">!!")),
    ("marks lost altogether", f"HTTPSYPEXAMPLECOMS{CODE}"),
    ("no scheme", f"yp.example.com/S/{CODE}"),
    ("as it is printed", format_code(CODE)),
    ("typed with spaces", format_code(CODE).replace("-", " ")),
    ("typed with dashes of an input method", format_code(CODE).replace("-", "—")),
    ("typed with small letters", format_code(CODE).lower()),
    ("pasted from a chat", f"帮我看下这个 https://yp.example.com/s/{CODE} 多少钱"),
    ("pasted with Chinese marks around", f"【样品】https://yp.example.com/s/{CODE}，谢谢"),
]


@pytest.mark.parametrize("text", [text for _what, text in MANGLED], ids=[what for what, _text in MANGLED])
def test_a_label_is_read_however_it_was_mangled(text: str) -> None:
    assert code_in(text, HOSTS) == CODE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "🐼" * 40,
        "' OR 1=1; DROP TABLE samples; --",
        f"https://elsewhere.example.com/s/{CODE}",
        f"https://yp.example.com.elsewhere.com/s/{CODE}",
        f"https://elsewhere.example.com/?u=https://yp.example.com/x/{CODE}",
        f"{CODE}{CODE}",
        CODE[:-1],
        f"{CODE[:-1]}{ALPHABET[ALPHABET.index(CODE[-1]) - 1]}",
        f"https://yp.example.com/s/{CODE}" + " " * 2_000,
    ],
)
def test_what_is_not_ours_is_nothing(text: str) -> None:
    assert code_in(text, HOSTS) is None


@given(codes, st.sampled_from(["", "]Q1", "\x02"]), st.sampled_from(["", "\r", "\r\n", "\t", "\x03"]), st.booleans())
def test_every_code_survives_a_scanner(code: str, before: str, after: str, bare: bool) -> None:
    assert code_in(f"{before}{code if bare else address(code, f'https://{HOST}')}{after}", HOSTS) == code


@given(codes, st.text(max_size=60))
def test_only_our_hosts_carry_codes(code: str, host: str) -> None:
    """A sticker that leads elsewhere is the commonest fraud: it is never taken for one of ours."""
    assert code_in(f"https://elsewhere.example.net/{host}/S/{code}", HOSTS) in {None, code_in(host, HOSTS)}


@given(st.text(max_size=300))
def test_any_text_is_made_plain_and_stays_so(text: str) -> None:
    assert len(plain(text)) <= 20 * len(text)
    assert code_in(text, HOSTS) is None or len(str(code_in(text, HOSTS))) == 11
    assert isinstance(problem_of(text), CodeProblem)


def test_the_nearest_mistake_is_named() -> None:
    wrong = CODE[:-1] + ("Z" if CODE[-1] != "Z" else "Y")
    assert problem_of(wrong) is CodeProblem.MISTYPED
    assert problem_of(f"HTTPS://YP.EXAMPLE.COM/S/{wrong}?x=1") is CodeProblem.MISTYPED
    assert problem_of("U" + CODE[1:]) is CodeProblem.HAS_U
    assert problem_of("hello") is CodeProblem.NOT_A_CODE

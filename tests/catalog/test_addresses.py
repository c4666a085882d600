"""Finding the offer in what people paste."""

import pytest

from selection_center.catalog.addresses import find_offer, is_allowed, is_short_link


@pytest.mark.parametrize(
    "text",
    [
        "https://detail.1688.com/offer/816731226821.html",
        "https://detail.1688.com/offer/816731226821.html?spm=a26352.13672862&tracelog=p4p",
        "http://m.1688.com/offer/816731226821.html",
        "https://detail.m.1688.com/page/index.html?offerId=816731226821&x=1",
        "【1688】加厚垃圾袋 https://m.1688.com/offer/816731226821.html，点击链接打开",
        " 816731226821 ",
    ],
)
def test_an_offer_is_found(text: str) -> None:
    found = find_offer(text)
    assert found is not None
    assert found.external_id == "816731226821"
    assert found.url == "https://detail.1688.com/offer/816731226821.html"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://detail.1688.com.evil.example/offer/816731226821.html",
        "https://evil.example/offer/816731226821.html",
        "https://qr.1688.com/s/AbCd12",
        "https://[bad",
        "12345",
    ],
)
def test_what_is_no_offer_is_not_guessed(text: str) -> None:
    assert find_offer(text) is None


def test_a_thirteen_digit_id_is_real() -> None:
    found = find_offer("https://detail.1688.com/offer/1057307655307.html")
    assert found is not None
    assert found.external_id == "1057307655307"


def test_short_links_are_told_apart() -> None:
    assert is_short_link("8₤ 复制打开 https://qr.1688.com/s/AbCd12 好货")
    assert not is_short_link("https://detail.1688.com/offer/816731226821.html")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://detail.1688.com/offer/1.html", True),
        ("http://detail.1688.com/offer/1.html", False),
        ("https://1688.com@evil.example/", False),
        ("https://evil1688.com/", False),
        ("javascript:alert(1)", False),
        ("https://user:pw@detail.1688.com/", False),
    ],
)
def test_pages_name_only_allowed_hosts(address: str, allowed: bool) -> None:
    assert is_allowed(address) is allowed


def test_a_broken_address_is_no_offer_and_no_error() -> None:
    assert find_offer("https://[bad") is None
    assert not is_short_link("https://[bad")
    assert not is_allowed("https://[bad")

"""The signature, against answers that are known from elsewhere."""

import pytest

from selection_center.marketplace.connectors.alibaba_1688.signing import is_signed, signature

MESSAGE = (
    '{"data":{"orderId":167539019420540000,"currentStatus":"waitbuyerpay","msgSendTime":"2018-05-30 19:24:18"},'
    '"gmtBorn":1527679458000,"msgId":210239,"type":"ORDER_BUYER_VIEW_BUYER_MAKE","userInfo":"b2b-665170100"}'
)
SIGNED = "297A7BAFC9EBDFFFD94039023494E72217FAA293"


def test_the_known_answer() -> None:
    path = "param2/1/system/currentTime/1000000"
    assert signature(path, {"b": "2", "a": "1"}, "test123") == "33E54F4F7B989E3E0E912D3FBD2F1A03CA7CCE88"


def test_a_name_that_begins_another_sorts_by_name_and_value() -> None:
    """Joined they are "ab0" and "az"; by their names "a" would come first."""
    assert signature("", {"a": "z", "ab": "0"}, "s") == signature("ab0az", {}, "s")
    assert signature("", {"a": "z", "ab": "0"}, "s") != signature("azab0", {}, "s")


def test_empty_values_count_and_the_signature_itself_does_not() -> None:
    bare = signature("p", {"a": "1"}, "s")
    assert signature("p", {"a": "1", "b": ""}, "s") != bare
    assert signature("p", {"a": "1", "_aop_signature": "X"}, "s") == bare


def test_values_are_signed_as_they_are_meant() -> None:
    assert signature("", {"a": "袜子 &+%"}, "s") == signature("a袜子 &+%", {}, "s")


def test_a_pushed_message_by_the_known_vector() -> None:
    assert signature("", {"message": MESSAGE}, "test") == SIGNED
    assert is_signed({"message": MESSAGE, "_aop_signature": SIGNED}, "test")


@pytest.mark.parametrize(
    "fields",
    [
        {"message": MESSAGE},
        {"message": MESSAGE, "_aop_signature": ""},
        {"message": MESSAGE, "_aop_signature": SIGNED.lower()},
        {"message": MESSAGE, "_aop_signature": "签名"},
        {"message": MESSAGE + " ", "_aop_signature": SIGNED},
        {"message": MESSAGE.replace("waitbuyerpay", "success"), "_aop_signature": SIGNED},
    ],
)
def test_r20_a_forged_message_is_not_signed(fields: dict[str, str]) -> None:
    assert not is_signed(fields, "test")


def test_r20_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed({"message": MESSAGE, "_aop_signature": signature("", {"message": MESSAGE}, "")}, "")

"""The documentation's known answers, and where two ways to sort differ."""

from gateway.signing import is_signed, sign, sign_message

MESSAGE = (
    '{"data":{"orderId":167539019420540000,"currentStatus":"waitbuyerpay","msgSendTime":"2018-05-30 19:24:18"},'
    '"gmtBorn":1527679458000,"msgId":210239,"type":"ORDER_BUYER_VIEW_BUYER_MAKE","userInfo":"b2b-665170100"}'
)


def test_the_documented_answer() -> None:
    signed = sign("param2/1/system/currentTime/1000000", {"b": "2", "a": "1"}, "test123")
    assert signed == "33E54F4F7B989E3E0E912D3FBD2F1A03CA7CCE88"


def test_a_pushed_message() -> None:
    assert sign_message(MESSAGE, "test") == "297A7BAFC9EBDFFFD94039023494E72217FAA293"


def test_joined_strings_are_sorted_and_not_names() -> None:
    """By name it would be `az` before `ab0`."""
    assert sign("", {"a": "z", "ab": "0"}, "k") == sign("ab0az", {}, "k") != sign("azab0", {}, "k")


def test_empty_values_count_and_the_signature_does_not() -> None:
    assert sign("p", {"a": "", "b": "1"}, "k") == sign("pab1", {}, "k")
    assert is_signed("p", {"a": "1", "_aop_signature": sign("pa1", {}, "k")}, "k")
    assert not is_signed("p", {"a": "1"}, "k")

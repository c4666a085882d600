"""What the platform's two layers of errors mean: the gateway's own codes, and those of the business behind it."""

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, text, truth

GATEWAY = {
    "gw.APIACLDecline": "no_permission",
    "gw.APIUnsupported": "bad_call",
    "gw.ParamMissing": "bad_call",
    "gw.ParamInvalid": "bad_call",
    "gw.AppKeyNotFound": "bad_signature",
    "gw.SignatureInvalid": "bad_signature",
    "gw.SignatureMissing": "bad_signature",
    "401": "signed_out",
}
TOO_OFTEN = "gw.QosAppFrequencyLimit"
BUSINESS = {
    "500_001": "not_for_sale",
    "500_002": "other_seller",
    "500_003": "other_seller",
    "500_004": "stock_short",
    "500_005": "below_moq",
    "500_006": "mixed_rule",
    "500_007": "no_dropship",
    "500_008": "not_for_sale",
    "500_009": "broken_lot",
}
WORDS = (
    ("查询权限", "no_permission"),
    ("代销关系", "no_dropship"),
    ("AddressId invalid", "bad_receiver"),
    ("not support tradeType", "trade_type"),
    ("不是自己的订单", "not_there"),
    ("不存在", "not_there"),
    ("已下架", "off_shelf"),
    ("库存不足", "stock_short"),
)
"""Where the code says nothing of its own, the words do."""
PASSING = ("系统", "超时", "繁忙", "稍后", "timeout", "timed out", "busy", "system_error", "systemerror", "retry")
"""Words of a trouble that passes: nobody knows what the call did."""
HASTY = ("频率", "限流", "frequency", "CLOSE_ORDER_TOO_FAST")
FINE = {"", "0", "200", "success", "SUCCESS"}


def from_gateway(said: Record, wait: float | None = None) -> ConnectorError:
    """An error of the gateway's, which did not let the call through; one that is not known may have."""
    code, words = text(said, "error_code"), text(said, "error_message", "exception") or text(said, "error_code")
    if code == TOO_OFTEN:
        return ConnectorError("too_often", words, permanent=False, wait=wait)
    ours = GATEWAY.get(code)
    return ConnectorError(ours or "refused", f"{code} {words}" if ours is None else words, permanent=ours is not None)


def refusal_in(said: Record) -> tuple[str, str] | None:
    """(code, words) of a refusal in an answer of the business, None where it is none.

    It calls success what is none and the other way round, so both are asked: an error without a success is one, an
    error message beside a success is none.
    """
    success = truth(said, "success")
    if success:
        return None
    code = text(said, "errorCode", "code", "resultCode")
    words = text(said, "errorMsg", "errorMessage", "errorInfo", "extErrorMessage", "message")
    if success is None and code in FINE and not (words and "result" not in said):
        return None
    return code, words


def from_business(code: str, words: str, *, creating: bool = False) -> ConnectorError:
    """`creating`: an unknown "no" to a creation is not believed, for then there might be an order all the same."""
    ours = BUSINESS.get(code) or next((our for word, our in WORDS if word in words or word in code), None)
    if ours:
        return ConnectorError(ours, words or code, permanent=True)
    both = f"{code} {words}".strip()
    if any(word in both for word in HASTY):
        return ConnectorError("too_often", both, permanent=False)
    if any(word in both.lower() for word in PASSING):
        return ConnectorError("no_answer", both, permanent=False)
    return ConnectorError("refused", both, permanent=not creating)


def check(said: Record) -> None:
    """Raises what an answer refuses, here or one floor down, where some calls say it."""
    inner = said.get("result")
    for floor in (said, inner if isinstance(inner, dict) else {}):
        if floor and (refused := refusal_in(floor)):
            raise from_business(*refused)

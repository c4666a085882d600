"""The two layers of errors: the gateway's own, mostly HTTP 400, and an API's "no" in an HTTP 200."""

from typing import Any

MESSAGES = {
    "gw.APIACLDecline": "AppKey is not allowed(acl)",
    "gw.APIUnsupported": "Unsupport API",
    "gw.AppKeyNotFound": "Unexisted appKey",
    "gw.QosAppFrequencyLimit": "App call exceeds limited frequency",
    "gw.SignatureInvalid": "Invalid signature",
    "gw.SignatureMissing": "Request need signature",
}


class Refusal(Exception):
    """An answer that ends a call: HTTP status and JSON body. Whatever the call changed is taken back."""

    def __init__(self, status: int, body: dict[str, Any], code: str) -> None:
        super().__init__(code)
        self.status, self.body, self.code = status, body, code
        self.line: Any = None
        """The line of an order that is at fault."""


def gateway(code: str, message: str | None = None, status: int = 400) -> Refusal:
    said = MESSAGES.get(code, "") if message is None else message
    return Refusal(status, {"error_code": code, "error_message": said}, code)


def need_user(message: str = "Request need user authenticated") -> Refusal:
    return gateway("401", message, status=401)


def business(code: str, message: str, shape: tuple[str, str] = ("errorCode", "errorMessage"), **more: Any) -> Refusal:
    """`shape`: the names under which this API says code and words; no two APIs agree."""
    return Refusal(200, {"success": False, shape[0]: code, shape[1]: message, **more}, code)


MSG = ("errorCode", "errorMsg")
CODE = ("code", "message")

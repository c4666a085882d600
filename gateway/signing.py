"""Signatures, as open.1688.com/doc/signature.htm describes them."""

import hashlib
import hmac
from collections.abc import Mapping

SIGNATURE = "_aop_signature"


def sign(path: str, fields: Mapping[str, str], secret: str) -> str:
    """Upper-case hex HMAC-SHA1 over the path (from `param2` on) and the sorted joined `key + value` strings.

    The server sorts the joined strings, not the names: they differ where one name begins another. Empty values count.
    """
    joined = sorted(name + value for name, value in fields.items() if name != SIGNATURE)
    text = path + "".join(joined)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest().upper()


def sign_message(message: str, secret: str) -> str:
    """Pushed messages and the old authorise page are signed with an empty path."""
    return sign("", {"message": message}, secret)


def is_signed(path: str, fields: Mapping[str, str], secret: str) -> bool:
    return hmac.compare_digest(sign(path, fields, secret).encode(), fields.get(SIGNATURE, "").encode())

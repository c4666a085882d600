"""The signature of the 1688 Open Platform: HMAC-SHA1 over the path and all parameters, in upper-case hex.

The platform sorts the joined `name + value` texts, not the names: the two differ where one name begins another.
"""

import hashlib
import hmac
from collections.abc import Mapping

SIGNATURE = "_aop_signature"


def signature(path: str, fields: Mapping[str, str], secret: str) -> str:
    """`path`: from `param2` on, without a query; empty for pushed messages and the sign-in address.

    Values go in as they are meant, not as they are encoded on the wire; empty ones count.
    """
    joined = sorted(name + value for name, value in fields.items() if name != SIGNATURE)
    signed = (path + "".join(joined)).encode("utf-8", "replace")
    return hmac.new(secret.encode(), signed, hashlib.sha1).hexdigest().upper()


def is_signed(fields: Mapping[str, str], secret: str) -> bool:
    """Did somebody who knows the secret sign these fields of a pushed message?"""
    given = fields.get(SIGNATURE, "").encode("utf-8", "replace")
    return bool(secret) and hmac.compare_digest(given, signature("", fields, secret).encode())

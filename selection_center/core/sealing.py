"""Secrets at rest, sealed by a key drawn from SECRET_KEY: a copy of the database alone opens nothing."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class CannotOpen(Exception):
    """What was sealed was sealed by another key, or was changed."""


def seal(values: Mapping[str, str]) -> str:
    """Texts by name as one sealed text. Needs an app context."""
    return _box().encrypt(json.dumps(dict(values), ensure_ascii=False).encode()).decode("ascii")


def unseal(sealed: str) -> dict[str, str]:
    """What `seal` was given; nothing where nothing was sealed. Raises CannotOpen."""
    if not sealed:
        return {}
    try:
        opened: dict[str, str] = json.loads(_box().decrypt(sealed.encode("ascii")))
    except InvalidToken as error:
        raise CannotOpen from error
    return opened


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"selection-center sealed secrets")
    return Fernet(base64.urlsafe_b64encode(key.derive(current_app.config["SECRET_KEY"].encode())))

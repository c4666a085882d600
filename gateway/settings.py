"""The switches of the gateway, which a person or a test turns while it runs."""

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

CHOICES = {"split": {"warehouses", "lines", "never"}, "success_text": {"sometimes", "always", "never"}}


@dataclass(frozen=True)
class Settings:
    strict: bool = True
    """Are unknown parameters and wrong JSON types refused? Otherwise they are passed over."""
    dedupe: bool = False
    """Does a second creation with the same outOrderId answer the first one's orders? Off: doubles become visible."""
    split: str = "warehouses"
    success_text: str = "sometimes"
    """When is `success` the text "true" instead of true?"""
    mixed_offsets: bool = True
    """Do some dates come with -0700?"""
    denied: str = ""
    """APIs for which the app has no permission, with commas."""
    calls_per_second: int = 0
    """Per app and API; 0 sets no limit."""
    token_seconds: int = 36_000
    refresh_seconds: int = 180 * 86_400
    rotate_refresh: bool = False
    """Does refreshing give a new refresh token and end the old one?"""
    redirects: str = ""
    """Where codes may be sent beside this machine itself: beginnings of addresses, with commas."""
    sample_by_quantity: bool = True
    """Are one to three pieces of a SKU with a sample price, below its minimum, a sample order (拿样)?"""
    close_after_seconds: int = 0
    """Younger orders cannot be cancelled: CLOSE_ORDER_TOO_FAST. The documentation says 10."""
    stock_needs_follow: bool = True
    """Do stock messages come only for followed offers?"""
    message_copies: int = 1
    message_delay_ms: int = 0
    message_shuffle: int = 0
    """So many messages are gathered (two seconds at most) and sent in random order; 0 keeps their order."""
    message_data_text: bool = False
    """Is `data` a JSON text within the JSON?"""
    resend_ms: int = 1000
    """After a failed delivery, doubled with each further one."""
    deliveries: int = 6
    """After so many failures a message only waits to be asked for."""
    chance_seed: int = 1


def changed(settings: Settings, given: dict[str, Any]) -> Settings:
    """With these values, read from JSON or from a form; ValueError names what is unknown or of a wrong type."""
    known = {field.name: type(field.default) for field in fields(Settings)}
    for name in given:
        if name not in known:
            raise ValueError(f"{name} is no setting")
    return replace(settings, **{name: read(name, known[name], value) for name, value in given.items()})


def read(name: str, kind: type, value: Any) -> Any:
    if kind is bool:
        word = str(value).lower()
        if word not in {"true", "false"}:
            raise ValueError(f"{name} is true or false")
        return word == "true"
    if kind is int:
        return int(value)
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"{name} is one of {', '.join(sorted(CHOICES[name]))}")
    return str(value)


def dumped(settings: Settings) -> list[tuple[str, str]]:
    return [(name, json.dumps(value)) for name, value in asdict(settings).items()]

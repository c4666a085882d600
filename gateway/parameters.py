"""What an API takes: each parameter's type, read from its text, strictly or not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway import clock
from gateway.refusals import gateway

SYSTEM = {"_aop_timestamp", "_aop_signature", "access_token", "_aop_datePattern"}

Reader = Callable[[str, bool], Any]
"""Text and strictness to a value; ValueError says what is wrong."""


@dataclass(frozen=True)
class Parameter:
    read: Reader
    required: bool = False


def text(given: str, _strict: bool) -> str:
    return given


def whole(given: str, _strict: bool) -> int:
    if not given.isascii() or not given.removeprefix("-").isdigit():
        raise ValueError("is no whole number")
    return int(given)


def decimal(given: str, _strict: bool) -> float:
    return float(given)


def flag(given: str, _strict: bool) -> bool:
    if given not in {"true", "false"}:
        raise ValueError("is neither true nor false")
    return given == "true"


def date(given: str, _strict: bool) -> int:
    return clock.read(given)


def one_of(*words: str) -> Reader:
    def read(given: str, _strict: bool) -> str:
        if given not in words:
            raise ValueError(f"is none of {', '.join(words)}")
        return given

    return read


def structure(given: str, _strict: bool) -> Any:
    """One JSON text, unread."""
    return json.loads(given)


def texts(given: str, strict: bool) -> list[str]:
    return [str(item) for item in items(given, str, strict)]


def ids(given: str, strict: bool) -> list[int]:
    return [int(item) for item in items(given, int, strict)]


def items(given: str, kind: type, strict: bool) -> list[Any]:
    found = json.loads(given)
    if not isinstance(found, list):
        raise ValueError("is no JSON list")
    if strict and not all(type(item) is kind for item in found):
        raise ValueError(f"holds something else than {kind.__name__}")
    return found


def fields(found: Any, kinds: Mapping[str, tuple[type, ...]], strict: bool) -> dict[str, Any]:
    """A JSON object whose values have these types; a number's text is never a number when strict."""
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")
    if strict and (unknown := sorted(set(found) - set(kinds))):
        raise ValueError(f"has unknown members: {', '.join(unknown)}")
    kept = {name: value for name, value in found.items() if name in kinds and value is not None}
    for name, value in kept.items():
        if strict and type(value) not in kinds[name]:
            raise ValueError(f"has a wrong type at {name}")
    return kept


def read_all(parameters: Mapping[str, Parameter], given: Mapping[str, str], strict: bool) -> dict[str, Any]:
    """Values by name. Missing ones are told first, then unknown ones, then wrong ones."""
    for name, parameter in parameters.items():
        if parameter.required and not given.get(name):
            raise gateway("gw.ParamMissing", f"Required argument {name}")
    if strict and (unknown := sorted(set(given) - set(parameters) - SYSTEM)):
        raise gateway("gw.ParamInvalid", f"Unknown argument {', '.join(unknown)}")
    return {
        name: read_one(name, parameters[name], given[name], strict)
        for name in given
        if name in parameters and given[name]
    }


def read_one(name: str, parameter: Parameter, given: str, strict: bool) -> Any:
    try:
        return parameter.read(given, strict)
    except (ValueError, TypeError) as error:
        raise gateway("gw.ParamInvalid", f"Argument {name} {error}") from None

"""A question to a marketplace, whose refusal is an answer like any other."""

from collections.abc import Callable
from typing import TypeVar

from selection_center.marketplace.connectors import ConnectorError

T = TypeVar("T")


def asked(question: Callable[[], T]) -> T | ConnectorError:
    try:
        return question()
    except ConnectorError as error:
        return error

"""A question to a marketplace, whose refusal is an answer like any other."""

from collections.abc import Callable
from typing import TypeVar

from selection_center.core.errors import Refused
from selection_center.core.jobs import Later
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.wording import sentence

T = TypeVar("T")


def asked(question: Callable[[], T]) -> T | ConnectorError:
    try:
        return question()
    except ConnectorError as error:
        return error


def answered(question: Callable[[], T]) -> T:
    """For a job, which ends on a refusal: for good, or to be tried again."""
    try:
        return question()
    except ConnectorError as error:
        raise refusal(error) from error


def refusal(error: ConnectorError) -> Refused:
    if error.permanent:
        return Refused(error.code, sentence(error))
    return Later(error.code, sentence(error), error.wait)

"""The steps that every page climbs, in short words."""

from typing import Any

from werkzeug.test import TestResponse

from tests import factories as make
from tests.visitors import Visitor


def submit_twice(visitor: Visitor, path: str, data: dict[str, Any]) -> tuple[TestResponse, TestResponse]:
    """The same form sent two times, as an impatient finger does."""
    same = data | {"operation_id": make.operation()}
    return visitor.submit(path, same), visitor.submit(path, same)


def said(visitor: Visitor, response: TestResponse) -> str:
    """The page that a redirect leads to."""
    assert response.status_code == 303, response.text
    return visitor.get(response.location).text

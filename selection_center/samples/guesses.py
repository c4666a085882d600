"""A limit on guessing codes: unknown ones within five minutes, from one device and from one address.

A whole showroom shares one address, so it may miss more often than a device.
"""

from typing import Any

from flask import abort, g, render_template, request

from selection_center.accounts import attempts
from selection_center.core.codes import CodeProblem
from selection_center.core.db import db

BY_DEVICE, BY_ADDRESS = 20, 300


def too_many() -> bool:
    return attempts.too_many(limits())


def count() -> None:
    """One well-formed code that nobody has. Counted beside this request's transaction, which ends here."""
    db.session.rollback()
    attempts.count(list(limits()))


def no_such_code() -> None:
    """Ends the request as if there were nothing: 404, or 429 for who guesses."""
    if too_many():
        abort(429)
    count()
    abort(404)


def code_help(code: str, problem: CodeProblem | None) -> Any:
    """Says in which way the code is wrong and offers to type it; only well-formed unknown ones count as guesses."""
    if problem is None:
        if too_many():
            return render_template("pages/code_help.html", code="", problem="too_many"), 429
        count()
    return render_template("pages/code_help.html", code=code[:32], problem=problem or "unknown"), 404


def limits() -> dict[str, int]:
    return {
        attempts.key("unknown code by device", g.device): BY_DEVICE,
        attempts.key("unknown code by address", request.remote_addr or ""): BY_ADDRESS,
    }

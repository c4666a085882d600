"""How control is asked, by JSON or by a form, and how it answers: JSON, or back to the page that the form names."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request

from gateway.door import state

blueprint = Blueprint("control", __name__, url_prefix="/control")


def said(blanks: bool = False) -> dict[str, Any]:
    """What was posted; a form's blank fields count as not given, unless they are asked for."""
    if request.is_json:
        found = request.get_json()
        if not isinstance(found, dict):
            raise ValueError("a JSON object is expected")
        return found
    return {name: value for name, value in request.form.items() if (blanks or value != "") and name != "next"}


def answer(body: Any) -> Any:
    """JSON; a person who sent a form comes back to the page it names, which is of this server."""
    state().news.set()
    target = request.form.get("next", "")
    if target.startswith("/") and not target.startswith(("//", "/\\")):
        return redirect(target, 303)
    return jsonify(body)


@blueprint.errorhandler(ValueError)
def wrong(error: ValueError) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 422


@blueprint.errorhandler(LookupError)
def missing(error: LookupError) -> tuple[Response, int]:
    words = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
    return jsonify({"error": words}), 422 if isinstance(error, KeyError) else 404

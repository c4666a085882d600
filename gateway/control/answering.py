"""How control is asked, by JSON or by a form, and how it answers: JSON, or back to the page that the form names."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request

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
    return redirect(page(), 303) if page() else jsonify(body)


def page() -> str:
    """The page of this server that a form came from; nothing when it names none, or another's."""
    target = request.form.get("next", "")
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else ""


def refused(words: str, status: int) -> Any:
    if page():
        return render_template("refused.html", words=words, back=page()), status
    return jsonify({"error": words}), status


@blueprint.errorhandler(ValueError)
def wrong(error: ValueError) -> Any:
    return refused(str(error), 422)


@blueprint.errorhandler(LookupError)
def missing(error: LookupError) -> Any:
    if isinstance(error, KeyError):
        return refused(f"{error.args[0]} is missing", 422)
    return refused(str(error), 404)

"""Faults told, listed and taken back; and the whole server gone for some seconds."""

from dataclasses import asdict
from typing import Any

from flask import current_app, jsonify

from gateway import faults
from gateway.control.answering import answer, blueprint, said
from gateway.door import state
from gateway.faults import Fault

LONGEST_AWAY = 600.0


@blueprint.get("/faults")
def fault_list() -> Any:
    with state().transaction() as db:
        present = [asdict(fault) for fault in faults.present(db)]
    return jsonify({"faults": present, "kinds": faults.KINDS})


@blueprint.post("/faults")
def add() -> Any:
    """`kind`; `api` or `*`; `times` or none for ever; `probability`, `seconds`, `percent`, `match`."""
    given = said()
    times = given.get("times")
    fault = Fault(
        api=str(given.get("api", "*")),
        kind=str(given["kind"]),
        times=None if times is None else int(times),
        probability=float(given.get("probability", 1)),
        seconds=float(given.get("seconds", 0)),
        percent=int(given.get("percent", 10)),
        match=str(given.get("match", "")),
    )
    with state().transaction() as db:
        fault.id = faults.add(db, fault)
    return answer(asdict(fault))


@blueprint.delete("/faults")
@blueprint.post("/faults/removal")
def clear() -> Any:
    with state().transaction() as db:
        faults.remove(db)
    return answer({})


@blueprint.delete("/faults/<int:number>")
@blueprint.post("/faults/<int:number>/removal")
def remove(number: int) -> Any:
    with state().transaction() as db:
        faults.remove(db, number)
    return answer({})


@blueprint.post("/away")
def go_away() -> Any:
    """The port closes for `seconds`: connections are refused, this control's too."""
    seconds = min(float(said()["seconds"]), LONGEST_AWAY)
    current_app.extensions["server"].go_away(seconds)
    return answer({"away_seconds": seconds})

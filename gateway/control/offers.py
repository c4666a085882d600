"""Offers seen and changed: price, stock, status, SKUs, pictures, and many at once."""

from dataclasses import asdict
from typing import Any

from flask import jsonify, request

from gateway import offers, shaking
from gateway.control.answering import answer, blueprint, said
from gateway.door import state
from gateway.offers import Offer

CHANGES = {"percent", "status", "stock", "spec_id", "drop_sku", "picture", "subject", "gone"}


def found(db: Any, offer_id: int) -> Offer:
    offer = offers.find(db, offer_id)
    if offer is None:
        raise LookupError(f"there is no offer {offer_id}")
    return offer


def listed(db: Any, words: str, limit: int, after: int) -> list[Offer]:
    asked = "select offer_id from offers where offer_id > ? and instr(subject || offer_id, ?) order by offer_id limit ?"
    return list(offers.some(db, [row["offer_id"] for row in db.execute(asked, (after, words, limit))]))


@blueprint.get("/offers")
def offer_list() -> Any:
    """`words` in the title or the id; `after` is the last id of the page before."""
    given = request.args
    with state().transaction() as db:
        page = listed(db, given.get("words", ""), min(int(given.get("limit", 100)), 1000), int(given.get("after", 0)))
    return jsonify({"offers": [asdict(offer) for offer in page]})


@blueprint.get("/offers/<int:offer_id>")
def offer(offer_id: int) -> Any:
    with state().transaction() as db:
        return jsonify(asdict(found(db, offer_id)))


@blueprint.post("/offers/<int:offer_id>")
def change(offer_id: int) -> Any:
    """`percent` on all prices; `status`; `stock` of a `spec_id` or of all; `drop_sku`; `picture`; `subject`; `gone`."""
    given = said()
    if unknown := set(given) - CHANGES or not given:
        raise ValueError(f"{unknown} is no change; these are: {', '.join(sorted(CHANGES))}")
    with state().transaction() as db:
        offer = found(db, offer_id)
        apply(db, offer, given)
    return answer(asdict(offer))


def apply(db: Any, offer: Offer, given: dict[str, Any]) -> None:
    if "percent" in given:
        shaking.reprice(db, offer, int(given["percent"]))
    if "stock" in given:
        shaking.set_stock(db, offer, int(given["stock"]), given.get("spec_id", ""))
    if "drop_sku" in given:
        shaking.drop_sku(db, offer, given["drop_sku"])
    if "subject" in given:
        shaking.rename(db, offer, given["subject"])
    if given.get("picture"):
        shaking.new_picture(db, offer)
    if "status" in given:
        shaking.set_status(db, offer, given["status"])
    if given.get("gone"):
        shaking.erase(db, offer)


@blueprint.post("/churn")
def churn() -> Any:
    """Changes `count` offers, drawn by `seed`."""
    given = said()
    return answer(shaking.churn(state(), int(given["count"]), int(given.get("seed", 1))))

"""The card on its holder's own phone, and what the printed one says to whoever scans it with a camera."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from selection_center.core import audit, codes
from selection_center.core.auth import public
from selection_center.core.codes import CodeError
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.membership import points, turning
from selection_center.membership.cards import Card
from selection_center.membership.standing import standing_of
from selection_center.samples import guesses

bp = Blueprint("my_card", __name__)


def card_or_404(link: str) -> Card:
    card = db.session.scalar(sa.select(Card).filter_by(link=link).options(joinedload(Card.member)))
    if card is None:
        guesses.no_such_code()
        abort(404)
    return card


@bp.get("/my-card/<string:link>")
@public
def show(link: str) -> Any:
    """On the phone that has it the card; on the first other one a tap to take it; else a word."""
    card = card_or_404(link)
    if not card.is_open:
        return render_template("cards/mine_not.html", card=card, said="ended"), 410
    if card.device is None:
        return render_template("cards/mine_not.html", card=card, said="free")
    if card.device != g.device:
        return render_template("cards/mine_not.html", card=card, said="taken"), 403
    member, step = card.member, turning.step_at()
    return render_template(
        "cards/mine.html",
        card=card,
        member=member,
        held=standing_of(card, member.site),
        points=points.balance(member.id),
        code=codes.qr_svg_path(turning.code_of(card.handle, card.secret, step)),
        state=state_of(card),
    )


def state_of(card: Card) -> dict[str, Any]:
    """All that the phone needs to go on by itself: what it is called, the keys of two days, and our clock."""
    keys = turning.keys_from(card.secret, turning.step_at())
    return {"handle": card.handle, "keys": {str(day): key for day, key in keys.items()}, "now": time.time()}


@bp.get("/my-card/<string:link>/state")
@public
def state(link: str) -> Any:
    card = card_or_404(link)
    if not card.is_open or card.device != g.device:
        guesses.no_such_code()
    return jsonify(state_of(card))


@bp.post("/my-card/<string:link>/phone")
@public
def take(link: str) -> Any:
    """A tap, not the mere opening: link previews and scanners that look ahead take nobody's card."""
    card = card_or_404(link)
    is_new = card.device is None
    card.take_on(g.device)
    if is_new:
        audit.record("card_on_phone", card, site_id=card.member.site_id, code=card.shown_code)
    return done(url_for(".show", link=link), _("The card is on this phone now."))


@bp.get("/m/<string:code>")
@bp.get("/M/<string:code>")
@public
def printed(code: str) -> Any:
    """The same for every code, known or not. Staff go on to the card."""
    try:
        canonical = codes.parse(code)
    except CodeError as error:
        return guesses.code_help(code, error.problem)
    if current_user.is_authenticated:
        card_id = db.session.scalar(
            Card.reachable_by(current_user).with_only_columns(Card.id).filter_by(code=canonical)
        )
        if card_id is not None:
            return redirect(url_for("cards.show", card_id=card_id))
    return render_template("cards/printed.html", code=codes.format_code(canonical))


@bp.get("/sw.js")
@public
def service_worker() -> Any:
    """What keeps the card's page for when there is no network; it serves these pages and no others."""
    response: Response = current_app.send_static_file("js/sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response

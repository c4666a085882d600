"""One card at the desk: onto the holder's phone, onto another one, its photo, and printing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import contains_eager

from selection_center.core import audit, codes
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.membership import photos
from selection_center.membership.card_forms import PhotoForm
from selection_center.membership.cards import Card
from selection_center.membership.members import PHOTO_CONSENT_VERSION
from selection_center.membership.standing import standing_of

bp = Blueprint("cards", __name__)


def card_or_404(card_id: int) -> Card:
    """What may be seen but not done is a matter of the role: 403. What may not be seen is not there: 404."""
    query = Card.reachable_by(current_user, Permission.SEE_SITE).where(Card.id == card_id)
    card: Card = db.first_or_404(query.options(contains_eager(Card.member)))
    if not current_user.can(Permission.HANDLE_MEMBERS, site_id=card.member.site_id):
        abort(403)
    return card


@bp.get("/cards/<int:card_id>")
@allow(Permission.HANDLE_MEMBERS)
def show(card_id: int) -> Any:
    return card_page(card_or_404(card_id), PhotoForm(formdata=None))


def card_page(card: Card, form: PhotoForm) -> str:
    address = current_app.config["PUBLIC_URL"] + url_for("my_card.show", link=card.link)
    return render_template(
        "cards/show.html",
        card=card,
        held=standing_of(card, card.member.site),
        link_qr=codes.qr_svg_path(address),
        form=form,
        consent_version=PHOTO_CONSENT_VERSION,
    )


@bp.get("/cards/<int:card_id>/state")
@allow(Permission.HANDLE_MEMBERS)
def state(card_id: int) -> Any:
    """The part of the card's page that changes while the desk shows its code: has a phone taken it?"""
    response = Response(render_template("cards/_state.html", card=card_or_404(card_id)))
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/cards/<int:card_id>/phone-change")
@allow(Permission.HANDLE_MEMBERS)
def change_phone(card_id: int) -> Any:
    card = card_or_404(card_id)
    card.let_another_phone_in()
    audit.record("card_moved", card, site_id=card.member.site_id, code=card.shown_code)
    return back_to(card, _("The phone before has lost the card. Let the new one scan the code."))


@bp.get("/cards/<int:card_id>/photo")
@allow(Permission.HANDLE_MEMBERS)
def photo(card_id: int) -> Any:
    kept = card_or_404(card_id).photo or abort(404)
    return Response(kept.data, mimetype="image/webp")


@bp.post("/cards/<int:card_id>/photo")
@allow(Permission.HANDLE_MEMBERS)
def take_photo(card_id: int) -> Any:
    card, form = card_or_404(card_id), PhotoForm()
    if not form.validate():
        return card_page(card, form), 422
    photos.take(card, form.encoded, current_user)
    audit.record("card_photo_taken", card, site_id=card.member.site_id, consent=PHOTO_CONSENT_VERSION)
    return back_to(card, _("The photo is kept. It is compared at the door and the till, and seen nowhere else."))


@bp.post("/cards/<int:card_id>/photo-removal")
@allow(Permission.HANDLE_MEMBERS)
def remove_photo(card_id: int) -> Any:
    card = card_or_404(card_id)
    photos.remove(card)
    audit.record("card_photo_removed", card, site_id=card.member.site_id)
    return back_to(card, _("The photo is gone. The last four digits of the phone are asked instead."))


def back_to(card: Card, message: str) -> Any:
    return done(url_for(".show", card_id=card.id), message)

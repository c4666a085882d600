"""The scan page: no sign-in, no app, works without JavaScript and in WeChat's browser."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import Headers

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.addresses import is_allowed
from selection_center.catalog.models import Listing
from selection_center.core import codes, scanned
from selection_center.core.auth import public
from selection_center.core.codes import CodeError
from selection_center.core.db import db, utcnow
from selection_center.core.i18n import language
from selection_center.core.kept_pages import fill, in_slots, kept_page, slot
from selection_center.core.permissions import Permission
from selection_center.membership.recognising import member_of, pays_member_price
from selection_center.pages import scan
from selection_center.pages.short_way import HAS_SENT, short_way
from selection_center.samples import guesses
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.recorder import ScanRecorder, recorder
from selection_center.samples.visitors import browser, is_person
from selection_center.selections.models import SelectionList
from selection_center.sites.models import Site, Stand
from selection_center.till import going
from selection_center.visits.models import Visit

bp = Blueprint("scan", __name__)


@bp.get("/s/<string:code>")
@bp.get("/S/<string:code>")
@public
def show(code: str) -> Any:
    try:
        canonical = codes.parse(code)
    except CodeError as error:
        return guesses.code_help(code, error.problem)
    facts = scan.facts_of(canonical, g.device)
    if facts is None:
        return other_code(canonical)
    if sees_as_staff(facts.site_id):
        if facts.sample_id is None:
            return redirect(url_for("tags.show", code=canonical))
        record(facts, by_staff=True)
        return redirect(url_for("samples.show", sample_id=facts.sample_id))
    if facts.sample_id is None:
        return render_template("pages/blank_tag.html", code=codes.format_code(canonical))
    record(facts)
    return page_of(canonical, facts)


def sees_as_staff(site_id: int) -> bool:
    return request.args.get("view") != "buyer" and bool(current_user.can(Permission.SEE_SITE, site_id=site_id))


def page_of(code: str, facts: Any) -> Any:
    """The buyer's page: cached whole where it is the same for all, made anew where something was chosen."""
    eyes = eyes_of(facts)
    if eyes.buyer is not None or eyes.is_member:
        session.setdefault(HAS_SENT, True)  # the short way is for those whom nothing sets apart
    if set(request.args) <= {"lang"}:
        key = (code, facts.version, facts.stand_id, facts.sample_state, facts.price_visibility, language())
        of_eyes = (eyes.has_left_phone, eyes.pays_member_price, eyes.can_go)
        kept = kept_page((*key, *of_eyes), lambda: render(code, facts, eyes))
        if kept is not None:
            if eyes.buyer is None and not eyes.is_member:
                short_way().show(code, kept, partial(record_look, recorder(), facts))
            return fill(kept, list_count() if eyes.buyer is not None else 0)
    return render(code, facts, eyes)


def eyes_of(facts: Any) -> scan.Eyes:
    """Whoever asks; most carry no card, and of them nothing more is asked."""
    buyer = Buyer.on(g.device) if facts.buyer_id is not None else None
    member = member_of(g.device) if facts.has_card else None
    if member is None:
        return scan.Eyes(buyer)
    site = db.session.get_one(Site, facts.site_id)
    return scan.Eyes(buyer, True, pays_member_price(member, site), going.is_offered_at(site))


def render(code: str, facts: Any, eyes: scan.Eyes) -> str:
    offer = offer_asked_for(code, facts, eyes)
    return render_template(
        "pages/scan.html", offer=offer, list_count=slot("count") if in_slots() else list_count() or ""
    )


def offer_asked_for(code: str, facts: Any, eyes: scan.Eyes) -> scan.Offer:
    """At the style and quantity that the address names."""
    sample = scan.sample_of(facts.sample_id) or abort(404)
    return scan.offer_of(code, sample, sku_asked_for(), request.args.get("quantity", ""), eyes)


@bp.get("/s/<string:code>/price")
@public
def price(code: str) -> Any:
    """The part of the page that depends on style and quantity, for a page that is open."""
    facts = known_or_404(code)
    offer = offer_asked_for(codes.parse(code), facts, eyes_of(facts))
    return render_template("pages/_price.html", offer=offer, list_count=list_count())


@bp.get("/s/<string:code>/online")
@public
def online(code: str) -> Any:
    """Names the domain before anybody leaves: no page forwards off-site by itself."""
    facts = known_or_404(code)
    listing = db.session.get(Listing, facts.listing_id)
    if listing is None or not is_allowed(listing.url):
        abort(404)
    domain = urlsplit(listing.url).hostname
    return render_template("pages/online.html", listing=listing, code=codes.parse(code), domain=domain)


def known_or_404(code: str) -> Any:
    try:
        facts = scan.facts_of(codes.parse(code), g.device)
    except CodeError:
        abort(404)
    if facts is None:
        guesses.no_such_code()
    if facts.sample_id is None:
        abort(404)
    return facts


def other_code(code: str) -> Any:
    """A stand's code shows what stands there, a list's opens it for staff, a visit's says so; the rest is unknown."""
    stand = db.session.scalar(sa.select(Stand).filter_by(code=code))
    if stand is not None:
        if sees_as_staff(stand.site_id):
            return redirect(url_for("stands.show", stand_id=stand.id))
        return render_template("pages/stand.html", stand=stand, samples=samples_on(stand))
    if db.session.scalar(SelectionList.reachable_by(current_user).where(SelectionList.code == code)) is not None:
        return redirect(url_for("desk.show", code=code))
    if SelectionList.is_on(g.device, code):
        return redirect(url_for("selections.show"))
    if Visit.named(code) is not None:
        return redirect(url_for("visit_phone.show", code=code))
    return guesses.code_help(code, None)


def samples_on(stand: Stand) -> list[Sample]:
    query = (
        sa.select(Sample)
        .join(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .where(Placement.stand_id == stand.id, Sample.state == SampleState.HERE)
        .options(joinedload(Sample.listing), joinedload(Sample.tag))
        .order_by(Sample.id)
    )
    return list(db.session.scalars(query).unique())


@bp.get("/code")
@public
def enter() -> Any:
    """Manual entry: a code as printed under the QR, or a whole pasted address."""
    text = request.args.get("code", "").strip()
    if not text:
        return render_template("pages/code_help.html", code="", problem="enter")
    found = scanned.our_code(text)
    if found is not None:
        return redirect(url_for("scan.show", code=found))
    try:
        codes.parse(text)
    except CodeError as error:
        return guesses.code_help(text, error.problem)
    return guesses.code_help(text, None)


def record(facts: Any, *, by_staff: bool = False) -> None:
    """Each look of a person is a fact; programs and link previews are none."""
    if request.method == "GET":
        record_look(recorder(), facts, request.headers, g.device, language(), by_staff=by_staff)


def record_look(
    into: ScanRecorder, facts: Any, headers: Headers, device: str, spoken: str, *, by_staff: bool = False
) -> None:
    if not is_person(headers):
        return
    into.add(
        {
            "at": utcnow(),
            "site_id": facts.site_id,
            "sample_id": facts.sample_id,
            "stand_id": facts.stand_id,
            "listing_id": facts.listing_id,
            "supplier_id": facts.supplier_id,
            "language": spoken,
            "device": device,
            "agent": browser(headers.get("User-Agent", "")),
            "by_staff": by_staff,
        }
    )


def sku_asked_for() -> int | None:
    text = request.args.get("sku", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def list_count() -> int:
    """Open lines on this device's list."""
    if g.device_is_new:
        return 0
    return SelectionList.open_count(g.device)

"""The lock page of a registered tablet: a tap on oneself, the PIN, and back to the page that was open."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from selection_center.accounts import attempts, identity
from selection_center.accounts.device_forms import PinEntry
from selection_center.accounts.devices import Device
from selection_center.accounts.models import SignIn, User, Way, password_fits
from selection_center.core import audit
from selection_center.core.auth import opens, public, public_repeatable
from selection_center.core.db import db
from selection_center.core.errors import is_local_path, local_referrer

bp = Blueprint("lock", __name__)

TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)
TRIES_A_DAY = 20
"""Wrong PINs of one person on one tablet: then the password is asked for there."""


@bp.get("/lock")
@public
def show() -> Any:
    tablet = identity.this_tablet()
    if tablet is None:
        return redirect(url_for("accounts.sign_in", next=wanted_page() or None))
    tablet.touch()
    return render_template("devices/lock.html", tablet=tablet, people=tablet.people(), next=wanted_page())


@bp.post("/lock")
@public_repeatable
def lock() -> Any:
    """Whoever is on this device is out; the tablet stays registered, and the page is remembered."""
    identity.sign_out()
    db.session.commit()
    return redirect(url_for(".show", next=wanted_page() or local_referrer()), 303)


@bp.get("/lock/<int:user_id>")
@public
def person(user_id: int) -> Any:
    tablet, found = reach(user_id)
    return pin_page(tablet, found, PinEntry(formdata=None), must_wait(found, tablet))


@bp.post("/lock/<int:user_id>")
@public_repeatable
def come_in(user_id: int) -> Any:
    tablet, found = reach(user_id)
    form = PinEntry()
    if must_wait(found, tablet):
        return pin_page(tablet, found, form, waits=True), 429
    if not form.validate():
        return pin_page(tablet, found, form), 422
    key, stored = tries_key(found, tablet), found.pin_hash
    db.session.rollback()  # checking takes long, and no other writer should wait for it
    attempts.count([key])  # before the PIN is looked at: of many tries at once no more get a look than may
    if attempts.number(key, TRIES_WINDOW) > TRIES:
        return pin_page(tablet, found, form, waits=True), 429
    db.session.rollback()
    if not password_fits(stored, form.pin.data or ""):
        return wrong_pin(tablet, found, form)
    attempts.forget(key)
    identity.sign_in(found, Way.PIN)
    session["site"] = tablet.site.slug
    found.only_site = tablet.site_id
    audit.record("came_in_by_pin", found, site_id=tablet.site_id, name=found.name)
    db.session.commit()
    wanted = wanted_page()
    return redirect(wanted if wanted and opens(wanted, found) else url_for("pages.home"), 303)


def wrong_pin(tablet: Device, found: User, form: PinEntry) -> Any:
    left = TRIES - attempts.number(tries_key(found, tablet), TRIES_WINDOW)
    if left <= 0:
        return pin_page(tablet, found, form, waits=True), 422
    form.pin.errors = [
        ngettext("This is not the PIN. %(num)s try left.", "This is not the PIN. %(num)s tries left.", left)
    ]
    return pin_page(tablet, found, form), 422


def pin_page(tablet: Device, found: User, form: PinEntry, waits: bool = False) -> str:
    return render_template("devices/pin.html", tablet=tablet, person=found, form=form, waits=waits, next=wanted_page())


@bp.get("/lock/presence")
@public
def presence() -> Any:
    """How many seconds are left before this tablet locks by itself; asking does not count as a touch."""
    return jsonify(seconds=seconds_left())


@bp.post("/lock/presence")
@public_repeatable
def note_presence() -> Any:
    """Somebody touches the page without sending anything: a long form, a picture looked at."""
    left = seconds_left()
    db.session.commit()
    return jsonify(seconds=left)


def seconds_left() -> int:
    if not current_user.is_authenticated:
        return 0
    found = SignIn.begun_with(session["sign_in"])
    return max(0, int(found.idle_left.total_seconds())) if found is not None else 0


# --- look-ups ---------------------------------------------------------------------------------------------------


def reach(user_id: int) -> tuple[Device, User]:
    """Somebody who works at the site of this tablet; elsewhere, and on any other device, there is nobody."""
    tablet = identity.this_tablet()
    found = tablet.person(user_id) if tablet is not None else None
    if tablet is None or found is None:
        raise NotFound
    return tablet, found


def tries_key(found: User, tablet: Device) -> str:
    return attempts.key("pin", f"{found.id} {tablet.id}")


def must_wait(found: User, tablet: Device) -> bool:
    key = tries_key(found, tablet)
    return attempts.too_many({key: TRIES}, TRIES_WINDOW) or attempts.too_many({key: TRIES_A_DAY}, timedelta(days=1))


def wanted_page() -> str:
    """Where to go after the PIN: a page of ours, but never the lock itself."""
    wanted: str = request.values.get("next", "")
    is_lock = wanted.split("?")[0].startswith(("/lock", "/sign-in", "/sign-out"))
    return wanted if is_local_path(wanted) and not is_lock else ""

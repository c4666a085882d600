"""The tablets of a site: registering the one in hand, naming them, and shutting a lost one out at once."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.accounts import identity
from selection_center.accounts.device_forms import IDLE_WORDS, TabletForm
from selection_center.accounts.devices import Device, people_on
from selection_center.accounts.models import SignIn, token_digest
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.reaching import site_or_404

bp = Blueprint("devices", __name__)


@bp.get("/sites/<string:slug>/devices")
@allow(Permission.MANAGE_STAFF)
def index(slug: str) -> Any:
    site = reach_site(slug)
    return devices_page(site, TabletForm(formdata=None, name=next_name(site)))


def devices_page(site: Site, form: TabletForm) -> str:
    devices = Device.of_site(site.id)
    return render_template(
        "devices/index.html", site=site, devices=devices, on=people_on(devices), form=form, minutes=dict(IDLE_WORDS)
    )


def next_name(site: Site) -> str:
    """Tablet 3 where there are two: one tap and nothing to type."""
    taken = {device.name for device in Device.of_site(site.id)}
    names = (_("Tablet %(number)s", number=number) for number in range(1, len(taken) + 2))
    return next(str(name) for name in names if str(name) not in taken)


@bp.post("/sites/<string:slug>/devices")
@allow(Permission.MANAGE_STAFF)
def register(slug: str) -> Any:
    site, before = reach_site(slug), identity.this_tablet()
    form = TabletForm()
    if not form.validate():
        return devices_page(site, form), 422
    device, token = Device.register(site.id, form.name.data or "", form.idle_minutes.data, current_user)
    this_sign_in().tablet = device
    if before is not None:  # the same tablet, now as this one
        before.revoke()
        audit.record("device_revoked", before, name=before.name)
    identity.hold(token)
    audit.record("device_registered", device, name=device.name)
    said = _("%(name)s is registered. Lock it, and people come in by PIN.", name=device.name)
    return done(url_for(".index", slug=slug), said)


def this_sign_in() -> SignIn:
    return db.session.scalars(sa.select(SignIn).filter_by(token_digest=token_digest(session["sign_in"]))).one()


@bp.get("/devices/<int:device_id>")
@allow(Permission.MANAGE_STAFF)
def show(device_id: int) -> Any:
    device = reach(device_id)
    return device_page(device, TabletForm(formdata=None, obj=device))


def device_page(device: Device, form: TabletForm) -> str:
    return render_template("devices/show.html", device=device, form=form, people=people_on([device])[device.id])


@bp.post("/devices/<int:device_id>")
@allow(Permission.MANAGE_STAFF)
def save(device_id: int) -> Any:
    device = reach(device_id)
    form = TabletForm()
    if not form.validate():
        return device_page(device, form), 422
    device.change(form.name.data or "", form.idle_minutes.data)
    audit.record("device_changed", device, name=device.name, idle_minutes=device.idle_minutes)
    return done(url_for(".index", slug=device.site.slug), _("Saved."))


@bp.post("/devices/<int:device_id>/revocation")
@allow(Permission.MANAGE_STAFF)
def revoke(device_id: int) -> Any:
    device = reach(device_id)
    device.revoke()
    audit.record("device_revoked", device, name=device.name)
    said = _("%(name)s is out. To use it again, register it again.", name=device.name)
    return done(url_for(".index", slug=device.site.slug), said)


# --- look-ups ---------------------------------------------------------------------------------------------------


def reach_site(slug: str) -> Site:
    return site_or_404(slug, Permission.MANAGE_STAFF)


def reach(device_id: int) -> Device:
    device: Device = db.first_or_404(Device.reachable_by(current_user).where(Device.id == device_id))
    return device

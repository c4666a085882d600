"""The front door for visitors and the home of staff, which shows work, not a menu."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask_login import current_user

from selection_center.core.auth import allow, public
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.pages import home_screen, navigation, sample_page, scan_views, work
from selection_center.pages.store_work import StoreWork
from selection_center.sites.models import Site, SiteKind

bp = Blueprint("pages", __name__)
BLUEPRINTS = [bp, scan_views.bp, home_screen.bp]

bp.app_context_processor(navigation.for_templates)
bp.app_context_processor(sample_page.for_templates)


@bp.get("/")
@public
def front() -> Any:
    if current_user.is_authenticated:
        return redirect(url_for("pages.home"))
    return render_template("pages/front.html", sites=work.open_sites())


@bp.get("/home")
@allow(Permission.USE_STAFF_PAGES)
def home() -> Any:
    """The site where this person works; suppliers go to their orders."""
    site = navigation.current_site()
    if site is None:
        return redirect(url_for("orders.index_all"))
    return redirect(url_for("pages.site_home", slug=site.slug))


@bp.get("/sites/<string:slug>/home")
@allow(Permission.SEE_SITE)
def site_home(slug: str) -> Any:
    site = db.session.scalar(Site.reachable_by(current_user).filter_by(slug=slug)) or abort(404)
    session["site"] = site.slug
    store = StoreWork.at(site) if site.kind is SiteKind.STORE else None
    return render_template(
        "pages/home.html", site=site, work=work.Work.at(site), floor=work.Floor.at(site), store=store
    )

"""What the app is called and where it begins when staff put it on a tablet's home screen."""

from typing import Any

from flask import Blueprint, Response, current_app, json, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core import i18n
from selection_center.core.auth import public
from selection_center.core.permissions import Permission
from selection_center.sites.current import current_site

bp = Blueprint("home_screen", __name__)

ICONS = (("app-192", "192x192", "any"), ("app-512", "512x512", "any"), ("app-maskable-512", "512x512", "maskable"))
SURFACE, PAPER = "#ffffff", "#f2f4f1"
"""As tokens.css has them by day; by night the pages' own theme-color says so."""


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Any:
    told = {
        "id": "/home",
        "name": _("Selection Center"),
        "short_name": _("Selection"),
        "lang": "zh-CN" if i18n.language() == "zh" else "en",
        "start_url": start(),
        "scope": "/",
        "display": "standalone",
        "theme_color": SURFACE,
        "background_color": PAPER,
        "icons": [icon(*each) for each in ICONS],
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


def start() -> str:
    """The floor of the site where this person works; the home page where nobody is signed in or that is no work."""
    site = current_site() if current_user.is_authenticated else None
    if site is None or not current_user.can(Permission.HANDLE_SAMPLES, site_id=site.id):
        return url_for("pages.home")
    return url_for("floor.index", slug=site.slug)


def icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    static_url: Any = current_app.jinja_env.globals["static_url"]
    return {"src": static_url(f"icons/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}

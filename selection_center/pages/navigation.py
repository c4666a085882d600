"""Where staff can go from here: the site they work at, and its rooms."""

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.core.permissions import Permission
from selection_center.sites.current import current_site
from selection_center.sites.models import Site, SiteKind


def item(label: str, icon: str, endpoint: str, **values: Any) -> dict[str, Any] | None:
    """A link to a room of this product; None while that room is not built."""
    if endpoint not in current_app.view_functions:
        return None
    href = url_for(endpoint, **values)
    return {"label": label, "icon": icon, "href": href, "current": False, "count": None}


def staff_navigation() -> list[dict[str, Any]]:
    """Groups of links: what this person may use at the current site, then what holds for the network."""
    site, can = current_site(), current_user.can
    groups: list[dict[str, Any]] = []
    if site is not None:
        here = {"slug": site.slug}
        work = [item(_("Overview"), "layout-dashboard", "pages.site_home", **here)]
        if can(Permission.HANDLE_SAMPLES, site_id=site.id):
            work.append(item(_("Scan"), "scan", "floor.index", **here))
            work.append(item(_("Samples"), "tag", "samples.index", **here))
            work.append(item(_("Deliveries"), "truck", "deliveries.index", **here))
            work.append(item(_("Stocktakes"), "list-check", "stocktakes.index", **here))
            work.append(item(_("Loans"), "calendar", "loans.index", **here))
            work.append(item(_("Offer health"), "link", "offer_health.index", **here))
        if can(Permission.SEE_ORDERS, site_id=site.id):
            work.append(item(_("Orders"), "receipt", "orders.index", **here))
        if can(Permission.HANDLE_ORDERS, site_id=site.id):
            work.append(item(_("Reception"), "users", "visits.index", **here))
            work.append(item(_("Desk"), "clipboard-list", "desk.index", **here))
        place = [item(_("Floor plan"), "map-2", "plan.show", **here)]
        if can(Permission.PRINT_TAGS, site_id=site.id):
            place.append(item(_("Print"), "printer", "printing.index", **here))
        if can(Permission.MANAGE_STAFF, site_id=site.id):
            place.append(item(_("Team"), "users", "team.index", **here))
            place.append(item(_("Tablets"), "device-tablet", "devices.index", **here))
        groups.append({"title": None, "items": work})
        if site.kind is SiteKind.STORE:
            groups.append({"title": _("Store"), "items": store(site)})
        groups.append({"title": _("Place"), "items": place})
    groups.append({"title": _("Records"), "items": records()})
    for group in groups:
        group["items"] = [link for link in group["items"] if link is not None]
    mark_current([link for group in groups for link in group["items"]])
    return [group for group in groups if group["items"]]


def store(site: Site) -> list[dict[str, Any] | None]:
    """The rooms that a member store alone has."""
    rooms = (
        (Permission.SELL, _("Tills"), "cash-register", "till.index"),
        (Permission.SELL, _("Shifts"), "cash", "shifts.index"),
        (Permission.CHECK_DOOR, _("Door"), "door-enter", "door.show"),
        (Permission.HANDLE_MEMBERS, _("Members"), "id-badge-2", "members.index"),
        (Permission.HANDLE_STOCK, _("Stock"), "package", "stock.index"),
    )
    return [
        item(label, icon, endpoint, slug=site.slug)
        for permission, label, icon, endpoint in rooms
        if current_user.can(permission, site_id=site.id)
    ]


def mark_current(links: list[dict[str, Any]]) -> None:
    """One room at most: of those that this page lies below, the nearest."""
    here = [link for link in links if f"{request.path}/".startswith(f"{link['href']}/")]
    for link in links:
        link["current"] = link is max(here, key=lambda found: len(found["href"]), default=None)
    if request.path.startswith("/sites/") and "/" in request.path.removeprefix("/sites/"):
        for link in links:  # a room of a site that has no link here is not the list of all sites
            link["current"] = link["current"] and link["href"] != url_for("sites.index")


def records() -> list[dict[str, Any] | None]:
    can = current_user.can
    found: list[dict[str, Any] | None] = []
    if can(Permission.SEE_CATALOG):
        found.append(item(_("Catalog"), "packages", "catalog.index"))
    if can(Permission.EDIT_CATALOG):
        found.append(item(_("Import offers"), "file-import", "imports.index"))
        found.append(item(_("Factories"), "building-store", "suppliers.index"))
    if current_user.is_supplier_only:
        found.append(item(_("Orders"), "receipt", "orders.index_all"))
    if can(Permission.EDIT_NETWORK):
        found.append(item(_("Sites"), "building-warehouse", "sites.index"))
        found.append(item(_("Belts"), "map-pin", "belts.index"))
        found.append(item(_("Plans"), "id-badge-2", "plans.index"))
        found.append(item(_("People"), "users", "people.index"))
        found.append(item(_("Guarantees"), "chart-bar", "guarantees.index"))
    if can(Permission.HANDLE_MARKETPLACE):
        found.append(item(_("Marketplaces"), "link", "marketplace.index"))
    if can(Permission.SEE_AUDIT):
        found.append(item(_("Tasks"), "clock", "core.job_list"))
        found.append(item(_("Audit"), "history", "audit.index"))
    return found


def for_templates() -> dict[str, Any]:
    return {"staff_navigation": staff_navigation, "current_site": current_site}


__all__ = ["current_site", "for_templates", "staff_navigation"]

"""What can be done next with a sample, one tap each: never what would be refused, nor what this person may not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _

from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.samples import stands
from selection_center.samples.loan_items import Condition
from selection_center.samples.models import Placement, Sample
from selection_center.sites.models import Site, Stand

VACANT_OFFERED = 4


@dataclass(frozen=True)
class Step:
    """A key of the page: a way to another page, a form that is sent at once, or the name of a sheet that opens."""

    label: str
    icon: str
    href: str = ""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    sheet: str = ""


def next_steps(sample: Sample, user: Any) -> list[Step]:
    """The first is what is most likely wanted; nothing for those who may only look."""
    steps = in_hand(sample, user) if user.can(Permission.HANDLE_SAMPLES, site_id=sample.site_id) else []
    if sample.tag and not sample.is_retired and user.can(Permission.PRINT_TAGS, site_id=sample.site_id):
        steps.append(way(_("Print label"), "printer", "printing.index", slug=sample.site.slug, sample=sample.id))
    if not sample.is_away and user.can(Permission.RETIRE_SAMPLES, site_id=sample.site_id):
        steps += leaving(sample)
    return [step for step in steps if step is not None]


def in_hand(sample: Sample, user: Any) -> list[Step | None]:
    """What floor staff do with it, by where it is."""
    slug = sample.site.slug
    if sample.is_retired:
        again = way(_("Another piece"), "packages", "samples.new", slug=slug, listing=sample.listing_id)
        return [again] if sample.listing.is_on_shelf else []
    if sample.is_away:
        return coming_back(sample)
    place = Step(_("Move") if sample.stand else _("Place on a stand"), "map-pin", sheet="place")
    if not sample.is_here:
        return receiving(sample, place)
    lend = way(_("Lend"), "user", "loans.new", slug=slug, sample=sample.id) if sample.can_be_lent else None
    if sample.stand is None:
        return [place, lend]
    return [lend, place, to_the_store_room(sample)]


def coming_back(sample: Sample) -> list[Step | None]:
    """As it was lent with one tap; with a note or a photo on a page of its own."""
    item = sample.loan_item
    if item is None or "loan_items.give_back" not in current_app.view_functions:
        return []
    action = url_for("loan_items.give_back", item_id=item.id)
    return [
        Step(_("Back as it was lent"), "arrow-back-up", action=action, fields={"condition": Condition.FINE.value}),
        way(_("Back, but changed"), "camera", "loan_items.show", item_id=item.id),
        way(_("Extend the loan"), "calendar", "loans.show", loan_id=item.loan_id, _anchor="extension"),
    ]


def receiving(sample: Sample, place: Step) -> list[Step | None]:
    """Now and here; or by scanning along the delivery that announced it, while that is open."""
    receipt = "receipts.create" in current_app.view_functions
    action = url_for("receipts.create" if receipt else "samples.place", sample_id=sample.id)
    steps: list[Step | None] = [Step(_("Receive"), "truck", action=action, fields={"stand": ""}), place]
    line = sample.delivery_line
    if line is not None and line.delivery.is_open:
        values = {"slug": sample.site.slug, "task": "receive", "delivery": line.delivery_id}
        steps.append(way(_("Scan the delivery"), "scan", "floor.task", **values))
    return steps


def to_the_store_room(sample: Sample) -> Step:
    action = url_for("samples.place", sample_id=sample.id)
    return Step(_("To the store room"), "building-warehouse", action=action, fields={"stand": ""})


def leaving(sample: Sample) -> list[Step | None]:
    if not sample.is_retired:
        return [Step(_("Retire"), "trash", sheet="retire")]
    if not sample.can_be_taken_back:
        return []
    action = url_for("samples.take_retirement_back", sample_id=sample.id)
    return [Step(_("Take the retiring back"), "arrow-back-up", action=action)]


def way(label: str, icon: str, endpoint: str, **values: Any) -> Step | None:
    """A page of this product; None while it is not built."""
    if endpoint not in current_app.view_functions:
        return None
    return Step(label, icon, href=url_for(endpoint, **values))


def placing_to_take_back(sample: Sample) -> Placement | None:
    """The stay that was begun less than ten minutes ago, where there is something to go back to."""
    now, before = (*sample.placements, None, None)[:2]
    if now is None or now.ended_at is not None or utcnow() - now.placed_at > TAKE_BACK_WITHIN or sample.is_away:
        return None
    came_from_somewhere = before is not None or now.stand is not None or sample.expected_on is not None
    return now if came_from_somewhere else None


def stands_to_offer(sample: Sample) -> list[Stand]:
    """Where it could go with one tap: its last stand, then vacant ones, those of the same zone first."""
    last = next((stay.stand for stay in sample.placements if stay.stand and stay.stand is not sample.stand), None)
    near = sample.stand or last
    vacant = db.session.scalars(vacant_stands(sample.site, near).limit(VACANT_OFFERED + 1)).all()
    offered = [last] if last is not None and last.is_open else []
    return (offered + [stand for stand in vacant if stand is not last])[: VACANT_OFFERED + 1]


def vacant_stands(site: Site, near: Stand | None) -> sa.Select[Stand]:
    """Those on which nothing stands, the ones that begin like this one first."""
    query = stands.vacant(site)
    if near is not None:
        zone = near.address.split("-")[0]
        query = query.order_by(None).order_by(Stand.address.startswith(f"{zone}-").desc(), Stand.address)
    return query

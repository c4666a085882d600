"""Receive: scan what came, against one delivery or whichever it belongs to.

A printed tag says by itself which piece it is. A blank one is bound to the next piece of the line that was chosen: by
tapping it (`line:12`, sent like a scan), or by the goods' barcode or offer address. With a stand in the context what
comes stands on it at once.
"""

import re

import sqlalchemy as sa
from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key
from selection_center.floor.describing import describe
from selection_center.floor.resolving import of_tag
from selection_center.floor.tasks import receiving
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.tasks.moving import Place, stand_of
from selection_center.floor.things import (
    BarcodeThing,
    BlankThing,
    OfferThing,
    RevokedThing,
    SampleThing,
    StandThing,
    Thing,
    UnknownThing,
)
from selection_center.samples import delivery_queries as queries
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.delivery_receiving import is_replaced
from selection_center.sites.models import Site

LINE_TAPPED = re.compile(r"line:([0-9]{1,18})", re.IGNORECASE)


class Receive(Task):
    name = "receive"
    permission = Permission.HANDLE_SAMPLES
    icon = "truck"

    def title(self) -> str:
        return str(_("Receive samples"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        delivery, stand = delivery_of(site, context), stand_of(site, context)
        line = line_of(delivery, context) or only_line(delivery)
        known = {
            "delivery": str(delivery.id) if delivery else None,
            "line": str(line.id) if line else None,
            "stand": stand.code if stand else None,
        }
        back = url_for("deliveries.show", delivery_id=delivery.id) if delivery else None
        return Opening(
            heading=_("Receive: %(name)s", name=delivery.supplier.label) if delivery else self.title(),
            context={name: value for name, value in known.items() if value is not None},
            place=stand.address if stand else "",
            progress=queries.counts_of(delivery).progress if delivery else None,
            hint=_("Scan printed tags. Before blank ones choose the product; a stand takes what follows."),
            back=back or url_for("floor.index", slug=site.slug),
            finish=Key(_("To the delivery"), back, method="get") if back else None,
        )

    def answer(self, scan: Scan) -> Answer:
        delivery = delivery_of(scan.site, scan.context)
        thing = as_it_is_now(scan.thing, delivery)
        at = receiving.At(scan, delivery, line_of(delivery, scan.context), stand_of(scan.site, scan.context))
        match thing:
            case StandThing(stand):
                return Place().go_to(scan, stand)
            case SampleThing(sample):
                return receiving.sample_scanned(at, sample)
            case BlankThing(tag):
                return receiving.tag_scanned(at, tag)
            case RevokedThing(tag, sample) if sample is not None and is_replaced(tag):
                return receiving.replaced_scanned(at, tag, sample)
            case UnknownThing(text) if (tapped := LINE_TAPPED.fullmatch(text)) and delivery is not None:
                line = line_of(delivery, {"line": tapped[1]})
                return receiving.chosen(line) if line is not None else describe(scan)
            case OfferThing(listing) if listing is not None:
                return receiving.goods_scanned(at, listing, None)
            case BarcodeThing(skus=skus) if skus:
                return receiving.goods_scanned(at, *meant(delivery, skus))
            case _other:
                return describe(scan)

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        delivery = delivery_of(site, context)
        if delivery is None:
            waiting = queries.at(site, "open").where(queries.MISSING).order_by(Delivery.expected_on, Delivery.id)
            deliveries = db.session.scalars(waiting.limit(20)).all()
            counts = queries.counted(
                DeliveryLine.delivery_id, DeliveryLine.delivery_id.in_([found.id for found in deliveries])
            )
            return render_template("deliveries/_expected.html", site=site, deliveries=deliveries, counts=counts)
        return render_template(
            "deliveries/_panel.html",
            site=site,
            delivery=delivery,
            rows=queries.rows(delivery),
            line=line_of(delivery, context),
            context=context,
        )


def as_it_is_now(thing: Thing, delivery: Delivery | None) -> Thing:
    """Holds the delivery, so that of two tablets the second one sees what its tag means since the first one's scan."""
    if not isinstance(thing, SampleThing | BlankThing | RevokedThing):
        return thing
    tag, sample = thing.tag, thing.tag.sample
    if delivery is None and sample is not None and sample.delivery_line is not None:
        delivery = sample.delivery_line.delivery
    if delivery is None:
        return thing
    delivery.hold()
    db.session.refresh(tag, ["state", "sample_id", "revoked_at", "sample"])
    if tag.sample is not None:
        db.session.expire(tag.sample, ["tag", "tags"])
    return of_tag(tag)


def delivery_of(site: Site, context: dict[str, str]) -> Delivery | None:
    """The delivery of this context; 404 for one that this person cannot reach, or of another site."""
    if not context.get("delivery"):
        return None
    reachable = Delivery.reachable_by(current_user).where(Delivery.site_id == site.id)
    return db.session.scalar(reachable.where(Delivery.id == (number(context["delivery"]) or 0))) or abort(404)


def line_of(delivery: Delivery | None, context: dict[str, str]) -> DeliveryLine | None:
    """The line that was chosen, if it stands on this delivery."""
    asked = number(context.get("line"))
    if delivery is None or asked is None:
        return None
    return db.session.scalar(sa.select(DeliveryLine).filter_by(delivery_id=delivery.id, id=asked))


def only_line(delivery: Delivery | None) -> DeliveryLine | None:
    """Where a delivery has one line alone, nobody has to choose it."""
    if delivery is None:
        return None
    lines = db.session.scalars(sa.select(DeliveryLine).filter_by(delivery_id=delivery.id).limit(2)).all()
    return lines[0] if len(lines) == 1 else None


def meant(delivery: Delivery | None, skus: list[Sku]) -> tuple[Listing, Sku | None]:
    """Of the styles that carry a barcode, the one of this factory; else the first."""
    own = [sku for sku in skus if delivery is not None and sku.listing.supplier_id == delivery.supplier_id]
    sku = (own or skus)[0]
    return sku.listing, sku

"""What a person may see at one site and do at another: who may not do it here hears 403, who may not see it 404."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import Grant
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from tests import factories as make
from tests.visitors import Visitor


def test_seen_but_not_done_is_a_matter_of_the_role(app: Flask, visit: Callable[..., Visitor]) -> None:
    site, elsewhere = make.site(), make.site("chenghai")
    stand = make.stand(site)
    sample = make.sample(make.listing(make.supplier()), site, stand)
    supplier = make.supplier("宁波市北仑区文具厂")
    listing = make.listing(supplier)
    delivery = make.delivery(supplier, site, (listing, 2))
    bo = make.user("Bo", Role.FLOOR_STAFF, site)
    count = Stocktake.begin(site, bo.id)
    sighting, _new = Sighting.see(count, sample, stand, bo.id)
    finding, _new = TagFinding.report(site, stand, "https://evil.example/x", bo.id)
    cas = make.user("Cas", Role.CASHIER, site)
    db.session.add(Grant(user=cas, role=Role.FLOOR_STAFF, site_id=elsewhere.id))
    db.session.commit()
    both, stranger = visit(cas), visit(make.user("Cy", Role.MANAGER, elsewhere))
    for path in (
        f"/sightings/{sighting.id}/reversal",
        f"/tag-findings/{finding.id}/removal",
        f"/deliveries/{delivery.id}/closing",
    ):
        assert (both.submit(path).status_code, stranger.submit(path).status_code) == (403, 404), path
    assert db.session.scalar(sa.select(TagFinding.removed_at).filter_by(id=finding.id)) is None

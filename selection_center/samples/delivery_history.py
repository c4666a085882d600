"""What happened to a delivery, newest first: its list, its end, and each piece that came, by whom and which tablet."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from selection_center.accounts.devices import device_names
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.paging import page_of
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import RetireReason, Sample

PER_PAGE = 20
OF_ITS_PIECES = ("sample_received", "sample_receipt_taken_back")


@dataclass(frozen=True)
class History:
    """A page of entries; the pieces that they speak of, by number; the names of tablets, by what an entry keeps."""

    page: Pagination
    pieces: dict[int, Sample]
    devices: dict[str, str]


def history_of(delivery: Delivery) -> History:
    """The entries of `?page=`."""
    pieces = sa.select(Sample.id).join(DeliveryLine).where(DeliveryLine.delivery_id == delivery.id)
    # A surplus piece that was taken back stands on no line any more; what was written of it names the delivery.
    never_came = sa.select(Sample.id).filter_by(site_id=delivery.site_id, retired_reason=RetireReason.NEVER_CAME)
    own = sa.and_(AuditEntry.subject_type == Delivery.__tablename__, AuditEntry.subject_id == delivery.id)
    of_pieces = sa.and_(
        AuditEntry.subject_type == Sample.__tablename__,
        AuditEntry.verb.in_(OF_ITS_PIECES),
        sa.or_(
            AuditEntry.subject_id.in_(pieces),
            sa.and_(AuditEntry.subject_id.in_(never_came), AuditEntry.detail["delivery"].as_integer() == delivery.id),
        ),
    )
    page = page_of(sa.select(AuditEntry).where(sa.or_(own, of_pieces)).order_by(AuditEntry.id.desc()), PER_PAGE)
    numbers = {entry.subject_id for entry in page.items if entry.subject_type == Sample.__tablename__}
    named = sa.select(Sample).where(Sample.id.in_(numbers)).options(joinedload(Sample.listing), joinedload(Sample.sku))
    found = {sample.id: sample for sample in db.session.scalars(named)}
    return History(page, found, device_names(entry.device for entry in page.items))

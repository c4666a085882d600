"""A delivery's list: offers searched and added, a list pasted, a table sent, and the list as a file."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import selectinload

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.queries import number
from selection_center.catalog.search import search
from selection_center.core import audit
from selection_center.core.auth import allow
from selection_center.core.db import db
from selection_center.core.downloads import CSV, XLSX, download
from selection_center.core.exports import csv_file, xlsx_file
from selection_center.core.once import done
from selection_center.core.permissions import Permission
from selection_center.samples import delivery_queries as queries
from selection_center.samples.deliveries import MOST_PER_LINE, Delivery, DeliveryLine
from selection_center.samples.delivery_files import empty_list, full_list
from selection_center.samples.delivery_forms import LineForm
from selection_center.samples.delivery_lists import LONGEST_PASTE, ReadList, read_pasted, read_table
from selection_center.samples.delivery_offers import Asked, Unread
from selection_center.samples.delivery_views import delivery_or_404

bp = Blueprint("delivery_lists", __name__)
MOST_FOUND = 12

Piece = tuple[Listing, Sku | None, int]


@bp.get("/deliveries/<int:delivery_id>/list")
@allow(Permission.HANDLE_SAMPLES)
def show(delivery_id: int) -> Any:
    return show_list(delivery_or_404(delivery_id))


def show_list(delivery: Delivery, error: str | None = None, file_error: str | None = None, text: str = "") -> Any:
    if not delivery.is_open or delivery.has_begun:
        return redirect(url_for("deliveries.show", delivery_id=delivery.id))
    words = request.args.get("q", "").strip()[:80]
    return render_template(
        "deliveries/list.html",
        delivery=delivery,
        rows=queries.rows(delivery),
        counts=queries.counts_of(delivery),
        words=words,
        offers=offers_of(delivery, words),
        most=MOST_FOUND,
        most_pieces=MOST_PER_LINE,
        text=text,
        error=error,
        file_error=file_error,
    ), 422 if error or file_error else 200


def offers_of(delivery: Delivery, words: str) -> Sequence[Listing]:
    """Of the factory, by words as the catalog is searched; one more than is shown, to know whether there are more."""
    query = sa.select(Listing).filter_by(supplier_id=delivery.supplier_id).options(selectinload(Listing.skus))
    if words:
        query = query.where(Listing.id.in_(search(words)))
    return db.session.scalars(query.order_by(Listing.id.desc()).limit(MOST_FOUND + 1)).all()


@bp.post("/deliveries/<int:delivery_id>/list")
@allow(Permission.HANDLE_SAMPLES, repeatable=True)
def preview(delivery_id: int) -> Any:
    """What a pasted list or a table says, beside what was read before: nothing is kept."""
    delivery = delivery_or_404(delivery_id)
    upload, text = request.files.get("file"), request.form.get("text", "")
    if upload is not None and upload.filename:
        try:
            file: Any = upload.stream
            read = read_table(file, delivery.supplier)
        except Unread as why:
            return show_list(delivery, file_error=str(why))
        return show_read(delivery, read, upload.filename[-80:])
    if len(text) > LONGEST_PASTE:
        return show_list(delivery, error=_("%(max)d characters at most.", max=LONGEST_PASTE), text=text[:LONGEST_PASTE])
    if not text.strip() and not request.form.getlist("offer"):
        return show_list(delivery, error=_("Paste a list, or choose a table first."))
    return show_read(delivery, read_pasted(text, delivery.supplier))


def show_read(delivery: Delivery, read: ReadList, filename: str = "", error: str | None = None) -> Any:
    for listing, sku, pieces in sent_pieces(delivery) or ():
        read.add(Asked(listing.id, sku.id if sku else None), listing.label, pieces)
    ids = [line.asked.listing_id for line in read.lines]
    listings = db.session.scalars(sa.select(Listing).where(Listing.id.in_(ids)).options(selectinload(Listing.skus)))
    return render_template(
        "deliveries/read.html",
        delivery=delivery,
        read=read,
        filename=filename,
        listings={listing.id: listing for listing in listings},
        left="\n".join(line.text for line in read.wrong),
        most_pieces=MOST_PER_LINE,
        error=error,
    ), 422 if error else 200


def sent_pieces(delivery: Delivery) -> list[Piece] | None:
    """The lines that a form sent (offer, style, pieces, in step); None where one of them makes no sense."""
    sent = [request.form.getlist(name) for name in ("offer", "style", "pieces")]
    if len({len(values) for values in sent}) != 1:
        return None
    ids = [number(text) for text in sent[0]]
    query = sa.select(Listing).where(Listing.id.in_(ids), Listing.supplier_id == delivery.supplier_id)
    listings = {listing.id: listing for listing in db.session.scalars(query.options(selectinload(Listing.skus)))}
    found: list[Piece] = []
    for id, style, text in zip(ids, *sent[1:], strict=True):
        listing, pieces = listings.get(id or 0), number(text.strip())
        sku = next((sku for sku in listing.skus if sku.id == number(style)), None) if listing else None
        if listing is None or (style and sku is None) or pieces is None or pieces > MOST_PER_LINE:
            return None
        found.append((listing, sku, pieces))
    return found


@bp.post("/deliveries/<int:delivery_id>/lines")
@allow(Permission.HANDLE_SAMPLES)
def add(delivery_id: int) -> Any:
    """Puts lines on the list: one that was chosen, or all that were read."""
    delivery = delivery_or_404(delivery_id)
    wanted = sent_pieces(delivery)
    if not wanted:
        error = _("Choose an offer of this factory, and from 1 to %(most)s pieces.", most=MOST_PER_LINE)
        return show_list(delivery, error=error)
    delivery.hold_unbegun()
    delivery.add_all(wanted)
    count = sum(pieces for _listing, _sku, pieces in wanted)
    audit.record("delivery_listed", delivery, name=delivery.supplier.name, count=count)
    message = ngettext("%(num)s piece more is expected.", "%(num)s pieces more are expected.", count)
    return done(url_for("delivery_lists.show", delivery_id=delivery.id, q=request.args.get("q") or None), message)


@bp.post("/deliveries/<int:delivery_id>/lines/<int:line_id>")
@allow(Permission.HANDLE_SAMPLES)
def change(delivery_id: int, line_id: int) -> Any:
    """So many pieces; 0 takes the line off the list, and the message says how to put it back."""
    delivery = delivery_or_404(delivery_id)
    line_or_404(delivery, line_id)
    form = LineForm()
    if not form.validate():
        return show_list(delivery, error=str(form.pieces.errors[0]))
    delivery.hold_unbegun()
    line = line_or_404(delivery, line_id)
    before, pieces, name = line.pieces, form.pieces.data or 0, line.label
    line.set_pieces(pieces)
    audit.record("delivery_line_changed", delivery, name=delivery.supplier.name, title=name, count=[before, pieces])
    message = _("%(name)s is off the list.", name=name) if not pieces else _("List changed.")
    return done(url_for("delivery_lists.show", delivery_id=delivery.id), message)


def line_or_404(delivery: Delivery, line_id: int) -> DeliveryLine:
    """A line of this delivery, as it is now."""
    query = sa.select(DeliveryLine).filter_by(delivery_id=delivery.id, id=line_id)
    line: DeliveryLine | None = db.session.scalar(query.execution_options(populate_existing=True))
    return line or abort(404)


@bp.get("/deliveries/<int:delivery_id>/list.<any(xlsx, csv):ending>")
@allow(Permission.HANDLE_SAMPLES)
def export(delivery_id: int, ending: str) -> Response:
    """Expected, received, missing and surplus by line, for the factory."""
    delivery = delivery_or_404(delivery_id)
    header, rows = full_list(queries.rows(delivery))
    name = _("Samples of %(name)s", name=delivery.supplier.label)
    if ending == "csv":
        return download(csv_file(header, rows), name, "csv", CSV)
    return download(xlsx_file(_("Samples"), header, rows, (16, 40, 16, 20, 10, 10, 10, 10)), name, "xlsx", XLSX)


@bp.get("/deliveries/<int:delivery_id>/template.xlsx")
@allow(Permission.HANDLE_SAMPLES)
def template(delivery_id: int) -> Response:
    """All offers of the factory, with an empty column for the pieces: filled in, it is a list to send back."""
    delivery = delivery_or_404(delivery_id)
    header, rows = empty_list(delivery.supplier)
    data = xlsx_file(_("Samples"), header, rows, (16, 40, 16, 20, 10))
    return download(data, _("Samples of %(name)s", name=delivery.supplier.label), "xlsx", XLSX)

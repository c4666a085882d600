"""Writes the deliveries, and which samples are expected or came by them."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from selection_center.core.shop_time import start_of_day, today
from selection_center.demo.arrivals import DemoDelivery, deliveries
from selection_center.demo.audit_rows import entry
from selection_center.demo.story import Story
from selection_center.demo.visit_rows import Written
from selection_center.demo.words import maker_named
from selection_center.demo.writing import Row, days_before, insert
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import Sample


def write(session: Session, story: Story, written: Written) -> list[Row]:
    """Answers the audit's entries."""
    found = [
        delivery
        for place in story.places
        for delivery in deliveries(place.slug, story.pieces[place.slug], story.offers)
    ]
    rows = [delivery_row(delivery, number, story, written) for number, delivery in enumerate(found)]
    ids = insert(session, Delivery, rows)
    for delivery, number, row in zip(found, ids, rows, strict=True):
        write_lines(session, delivery, number, row, story, written)
    return [
        row
        for delivery, number, values in zip(found, ids, rows, strict=True)
        for row in entries(delivery, number, values)
    ]


def delivery_row(delivery: DemoDelivery, number: int, story: Story, written: Written) -> Row:
    return {
        "site_id": written.floor.sites[delivery.site],
        "supplier_id": written.catalog.suppliers[delivery.maker],
        "expected_on": today(story.now) + timedelta(days=delivery.due_in_days),
        "note": delivery.note,
        "user_id": written.team.somebody(delivery.site, "floor_staff", number),
        "created_at": days_before(story.now, delivery.announced_days_ago, 8, 10 + number % 40),
        "closed_at": None,
    }


def write_lines(
    session: Session, delivery: DemoDelivery, number: int, row: Row, story: Story, written: Written
) -> None:
    """A line for each style, and the samples that hang on it."""
    pieces = story.pieces[delivery.site]
    styles = Counter((pieces[p].offer, pieces[p].sku) for p in (*delivery.received, *delivery.expected))
    lines = [
        {
            "delivery_id": number,
            "listing_id": written.catalog.listings[offer],
            "sku_id": written.catalog.skus[offer][sku],
            "pieces": count,
        }
        for (offer, sku), count in styles.items()
    ]
    by_style = dict(zip(styles, insert(session, DeliveryLine, lines), strict=True))
    due = start_of_day(row["expected_on"])
    for piece in (*delivery.received, *delivery.expected):
        values: Row = {"delivery_line_id": by_style[pieces[piece].offer, pieces[piece].sku]}
        if piece in delivery.expected:
            values |= {"expected_on": due, "created_at": row["created_at"]}
        sample = written.shelf.sample(delivery.site, piece)
        session.execute(sa.update(Sample).where(Sample.id == sample).values(values))


def entries(delivery: DemoDelivery, number: int, row: Row) -> Iterator[Row]:
    name, count = maker_named(delivery.maker).name, len(delivery.expected) + len(delivery.received)
    at, by, site = row["created_at"], row["user_id"], row["site_id"]
    yield entry("delivery_announced", "deliveries", number, at, by, site, name=name)
    yield entry("delivery_listed", "deliveries", number, at + timedelta(minutes=4), by, site, name=name, count=count)

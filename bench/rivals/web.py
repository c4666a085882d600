"""The two rivals of the scan page: a page that says hello, and the plain way to show a sample."""

import os
from pathlib import Path
from typing import Any

import pysqlite3
from flask import Flask, abort, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.ext.automap import automap_base

hello = Flask("hello")


@hello.get("/")
def say_hello() -> str:
    return "<!doctype html><title>Hello</title><p>Hello, world!"


TABLES = (
    "tags",
    "samples",
    "listings",
    "placements",
    "sites",
    "suppliers",
    "skus",
    "price_tiers",
    "stands",
    "bays",
    "zones",
)


def plain_page() -> Flask:
    """The same facts by the ORM's ordinary means at every request: one language, no cache, no scan, no tokens."""
    app = Flask("plain", template_folder=str(Path(__file__).parent))
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite://")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"module": pysqlite3.dbapi2}  # the SQLite that made the file
    database = SQLAlchemy(app)
    mapped = automap_base()
    with app.app_context():
        mapped.metadata.reflect(database.engine, only=TABLES)
        mapped.prepare()
    table: Any = mapped.classes

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.get("/s/<code>")
    def show(code: str) -> str:
        ask: Any = database.session.query
        get: Any = database.session.get
        tag = ask(table.tags).filter_by(code=code).first() or abort(404)
        sample = get(table.samples, tag.sample_id)
        listing = get(table.listings, sample.listing_id)
        placement = ask(table.placements).filter_by(sample_id=sample.id, ended_at=None).first()
        stand = get(table.stands, placement.stand_id)
        bay = get(table.bays, stand.bay_id)
        return render_template(
            "plain.html",
            code=code,
            site=get(table.sites, sample.site_id),
            listing=listing,
            supplier=get(table.suppliers, listing.supplier_id),
            skus=ask(table.skus).filter_by(listing_id=listing.id).all(),
            tiers=ask(table.price_tiers).filter_by(listing_id=listing.id).order_by("min_quantity").all(),
            stand=stand,
            bay=bay,
            zone=get(table.zones, bay.zone_id),
        )

    return app


if "DATABASE_URL" in os.environ:
    plain = plain_page()

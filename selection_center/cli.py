"""The commands of `flask`: each one line of intent over a verb of an area."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import Migrate

from selection_center.core.db import db, writing


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=app.config["MIGRATIONS"])
    app.cli.add_command(create_admin)
    app.cli.add_command(index_listings)
    app.cli.add_command(demo)
    app.cli.add_command(import_offers)


@click.command("create-admin")
@click.argument("login")
@click.option("--name", default="Head office")
@click.password_option()
def create_admin(login: str, name: str, password: str) -> None:
    """Create an account of head office."""
    from selection_center.accounts.models import Grant, User
    from selection_center.core.permissions import Role

    with writing():
        user = User(login=login.strip().lower(), name=name)
        user.set_password(password)
        user.grants = [Grant(role=Role.HEAD_OFFICE)]
        db.session.add(user)
        db.session.commit()
    click.echo(f"{user.login} can sign in.")


@click.command("import-offers")
@click.argument("path", metavar="FILE")
@click.option("--supplier", metavar="NAME", help="Of the rows that name no company; made if it is new.")
@click.option("--source", default="1688", show_default=True, help="Where the offers come from, unless a row says.")
@with_appcontext
def import_offers(path: str, supplier: str | None, source: str) -> None:
    """Bring offers in from an XLSX or CSV file, however long: refused rows by number, then the counts."""
    from selection_center.catalog import import_command

    with writing():
        for line in import_command.import_offers(path, supplier, source):
            click.echo(line)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Build the demo network in an empty database."""
    from selection_center.core.db import utcnow
    from selection_center.core.errors import Refused
    from selection_center.demo import building

    with writing():
        try:
            built = building.build(db.session(), utcnow())
        except Refused as refused:
            raise click.ClickException(str(refused.sentence)) from refused
        told = building.keep_sign_ins(built, Path(current_app.config["DATA_DIR"]), current_app.config["PUBLIC_URL"])
        db.session.commit()
    story = built.story
    click.echo(
        f"The demo network is built: {len(story.places)} sites, {len(story.offers)} offers, {built.orders} orders."
        f" Its sign-ins are in {told}."
    )


@click.command("index-listings")
def index_listings() -> None:
    """Write the search rows of all offers anew: after an update that says so."""
    from selection_center.catalog.search import index_all

    with writing():
        count = index_all()
        db.session.commit()
    click.echo(f"{count} offers can be found.")

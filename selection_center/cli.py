"""The commands of `flask`: each one line of intent over a verb of an area."""

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import Migrate

from selection_center.core.db import db, writing


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=app.config["MIGRATIONS"])
    app.cli.add_command(create_admin)
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

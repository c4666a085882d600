"""The commands of `flask`: each one line of intent over a verb of an area."""

import click
from flask import Flask
from flask_migrate import Migrate

from selection_center.core.db import db, writing


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=app.config["MIGRATIONS"])
    app.cli.add_command(create_admin)


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

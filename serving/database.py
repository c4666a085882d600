"""Brings the database up: migrations, and the demo network where it is empty and the demo is wanted."""

import sys

import alembic.command
import click
import sqlalchemy as sa
from alembic.util import CommandError
from flask import current_app

from selection_center import create_app
from selection_center.accounts.models import User
from selection_center.config import Settings
from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.sites.models import Site


def main() -> int:
    settings = Settings.from_environment()
    try:
        with create_app(settings).app_context():
            migrate()
            jobs.prepare()
            if settings.demo_allowed and is_empty():
                fill_with_demo()
    except sa.exc.OperationalError as error:
        first_line = str(error.orig).strip().splitlines()[0]
        print(f"bin/serve: the database does not open ({first_line}): check DATABASE_URL.", file=sys.stderr)
        return 1
    except CommandError as error:
        print(f"bin/serve: the database is newer than this code ({error}): update the code.", file=sys.stderr)
        return 1
    return 0


def migrate() -> None:
    alembic.command.upgrade(current_app.extensions["migrate"].migrate.get_config(), "head")


def is_empty() -> bool:
    """Has nobody been here yet? An account or a site is enough to leave everything as it is."""
    return db.session.scalar(sa.select(sa.exists(sa.select(User.id)) | sa.exists(sa.select(Site.id)))) is False


def fill_with_demo() -> None:
    click.echo("Building the demo network (once, some seconds) ...")
    current_app.cli.commands["demo"].main(args=[], standalone_mode=False)


if __name__ == "__main__":
    sys.exit(main())

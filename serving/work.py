"""One job worker, until SIGTERM."""

import sys

import sqlalchemy as sa

from selection_center import create_app
from selection_center.config import Settings, SettingsError
from selection_center.core import jobs


def main() -> int:
    try:
        settings = Settings.from_environment()
    except SettingsError as reason:
        print(f"bin/work: {reason}", file=sys.stderr)
        return 1
    try:
        jobs.run_worker(create_app(settings))
    except sa.exc.DBAPIError as error:
        first_line = str(error.orig).strip().splitlines()[0]
        print(f"bin/work: the database is not ready ({first_line}): start bin/serve on it first.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

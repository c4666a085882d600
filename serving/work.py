"""One job worker, until SIGTERM."""

import sys

from selection_center import create_app
from selection_center.config import Settings, SettingsError
from selection_center.core import jobs


def main() -> int:
    try:
        settings = Settings.from_environment()
    except SettingsError as reason:
        print(f"bin/work: {reason}", file=sys.stderr)
        return 1
    jobs.run_worker(create_app(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

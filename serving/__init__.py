"""What `bin/serve` and `bin/work` run: processes started, watched and stopped around the application.

Beside the product and not in it: the product knows nothing of how it is served.
"""


class CannotStart(Exception):
    """Why it cannot serve, in one line that says what to do."""

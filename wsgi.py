"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from selection_center import create_app

app = create_app()

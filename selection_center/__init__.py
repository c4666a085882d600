"""Selection Center: sample showrooms and member stores, from the shelf to the online listing and back."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from selection_center import cli
from selection_center.accounts import identity
from selection_center.config import Settings
from selection_center.core import auth, compression, db, errors, i18n, once, security, templating
from selection_center.core.front import Application
from selection_center.pages import short_way
from selection_center.samples import recorder

AREAS = (
    "core",
    "accounts",
    "sites",
    "catalog",
    "samples",
    "membership",
    "visits",
    "selections",
    "stock",
    "orders",
    "till",
    "printing",
    "marketplace",
    "floor",
    "pages",
)
"""In the order of imports: a module imports only from areas to its left (guarded by a test)."""

ROOT = Path(__file__).parents[1]


def create_app(settings: Settings | None = None) -> Application:
    settings = settings or Settings.from_environment()
    app = Application(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database_url),
        DATA_DIR=str(settings.data_dir),
        PUBLIC_URL=settings.public_url,
        SETTINGS=settings,
        TESTING=settings.testing,
        MIGRATIONS=str(ROOT / "migrations"),
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
    )
    app.before_request(once.begin)
    db.init_app(app)
    i18n.init_app(app)
    security.init_app(app, settings)
    identity.init_app(app, settings)
    auth.init_app(app)
    once.init_app(app)
    errors.init_app(app)
    templating.init_app(app, settings)
    recorder.init_app(app)
    # Tables name later ones: all must be known before the first query is put together.
    import_where_there_is("models")
    import_where_there_is("jobs")
    for area in AREAS:
        for blueprint in import_module(f"selection_center.{area}.views").BLUEPRINTS:
            app.register_blueprint(blueprint)
    short_way.init_app(app, settings)
    compression.init_app(app)
    cli.init_app(app)
    return app


def import_where_there_is(module: str) -> None:
    """This module of each area that has one."""
    for area in AREAS:
        if find_spec(f"selection_center.{area}.{module}"):
            import_module(f"selection_center.{area}.{module}")

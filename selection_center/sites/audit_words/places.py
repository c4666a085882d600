"""Sites and what stands in them."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "site_founded": _l("Site founded"),
    "site_changed": _l("Site changed"),
    "site_closed": _l("Site closed"),
    "site_reopened": _l("Site opened again"),
    "site_belt_added": _l("Belt added to the site"),
    "site_belt_removed": _l("Belt taken off the site"),
    "city_added": _l("City added"),
    "city_changed": _l("City changed"),
    "belt_added": _l("Belt added"),
    "belt_changed": _l("Belt changed"),
    "zone_added": _l("Zone added"),
    "zone_changed": _l("Zone changed"),
    "bay_added": _l("Bay added"),
    "bay_placed": _l("Bay placed on the plan"),
    "levels_added": _l("Levels added"),
    "place_closed": _l("Place closed"),
    "place_moved": _l("Place moved"),
    "stand_reopened": _l("Stand opened again"),
}

SUBJECTS = {
    "sites": _l("Site"),
    "cities": _l("City"),
    "belts": _l("Belt"),
    "zones": _l("Zone"),
    "bays": _l("Bay"),
    "stands": _l("Stand"),
}

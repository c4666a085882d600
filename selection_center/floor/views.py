"""The blueprints of the floor."""

from selection_center.floor import scan_views

BLUEPRINTS = [scan_views.bp]

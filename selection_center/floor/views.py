"""The blueprints of the floor."""

from selection_center.floor import going, ringing, scan_views

BLUEPRINTS = [scan_views.bp, ringing.bp, going.bp]

"""People, tablets and how they come in."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "signed_in": _l("Signed in"),
    "name_changed": _l("Name changed"),
    "password_changed": _l("Password changed"),
    "password_drawn": _l("New password drawn"),
    "device_signed_out": _l("Signed out on a device"),
    "came_in_by_pin": _l("Came in by PIN"),
    "pin_set": _l("PIN set"),
    "pin_removed": _l("PIN removed"),
    "device_registered": _l("Tablet registered"),
    "device_changed": _l("Tablet changed"),
    "device_revoked": _l("Tablet shut out"),
    "devices_signed_out": _l("Signed out everywhere"),
    "person_added": _l("Person added"),
    "person_disabled": _l("Account locked"),
    "person_enabled": _l("Account unlocked"),
    "role_given": _l("Role given"),
    "role_changed": _l("Role changed"),
    "role_taken": _l("Role taken away"),
    "phone_opened": _l("Phone number opened"),
    "printed": _l("Printed"),
    "medium_kept": _l("Kept a paper"),
    "medium_removed": _l("Took a paper away"),
    "layout_kept": _l("Kept a layout"),
    "layout_removed": _l("Deleted a layout"),
    "layout_restored": _l("Took a layout back"),
    "printer_kept": _l("Kept a printer"),
    "printer_removed": _l("Took a printer away"),
    "job_stopped": _l("Background job stopped"),
    "job_retried": _l("Background job tried again"),
}

SUBJECTS = {
    "users": _l("Person"),
    "devices": _l("Tablet"),
    "print_runs": _l("Print"),
    "own_media": _l("Own paper"),
    "own_layouts": _l("Own layout"),
    "printers": _l("Printer"),
}

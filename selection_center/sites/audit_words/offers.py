"""Offers, their factories and imports."""

from flask_babel import lazy_gettext as _l

VERBS = {
    "listing_created": _l("Offer written down"),
    "listing_changed": _l("Offer changed"),
    "listing_linked": _l("Offer linked online"),
    "listing_unlinked": _l("Offer unlinked"),
    "listing_linked_again": _l("Offer linked again as before"),
    "listing_replaced": _l("Samples moved to another offer"),
    "listing_put_on_shelf": _l("Offer put on the shelf"),
    "listing_taken_off_shelf": _l("Offer taken off the shelf"),
    "listing_picture_added": _l("Picture added to the offer"),
    "listing_picture_removed": _l("Picture removed from the offer"),
    "certificate_added": _l("Certificate added"),
    "certificate_removed": _l("Certificate taken away"),
    "certificate_restored": _l("Certificate taken back"),
    "supplier_added": _l("Factory added to the catalog"),
    "supplier_changed": _l("Factory changed"),
    "supplier_merged": _l("Factories merged"),
    "offers_uploaded": _l("Table of offers uploaded"),
    "offers_imported": _l("Offers imported"),
    "import_discarded": _l("Import discarded"),
    "import_taken_back": _l("Import taken back"),
}

SUBJECTS = {
    "suppliers": _l("Factory"),
    "listings": _l("Offer"),
    "offer_imports": _l("Import"),
}

"""What can be printed, of what, on which media, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from selection_center.core.permissions import Permission
from selection_center.printing import designs, planning
from selection_center.printing.designs import Design
from selection_center.printing.media import SMALLEST_QR_MM, Face, Medium


class Subject(StrEnum):
    SAMPLE = "sample"
    TAG = "tag"
    STAND = "stand"
    ZONE = "area"
    """Not "zone": by this name forms narrow what they show."""
    SUPPLIER = "supplier"
    STOCK = "stock"


QR_FACES = frozenset({Face.FULL, Face.SMALL, Face.SQUARE})
CELLS = QR_FACES | {Face.PLAIN}
GROWS_FROM_MM = 39.0
"""Height of a cell from which on a sample's label is drawn by a design; below, by the cell's face."""
PICTURE_FROM_MM = 60.0
"""Of the shorter side."""


@dataclass(frozen=True)
class Layout:
    """`least`: the smallest cell that it fits, in mm, where no design says so; `alone`: the only media that it is for.

    `designs`: from the richest to the barest; the first that fits a cell is drawn there.
    """

    key: str
    title: str
    subject: Subject
    least: tuple[float, float] = (0.0, 0.0)
    faces: frozenset[Face] = CELLS
    alone: tuple[str, ...] = ()
    usual: str = "L7160"
    """The medium that comes first."""
    permission: Permission = Permission.PRINT
    has_prices: bool = False
    has_language: bool = True
    stores_only: bool = False
    """Of what hangs on the shelves of a member store."""
    designs: tuple[Design, ...] = ()
    family: str = ""
    """The layout whose size or own variant this is."""

    @property
    def kind(self) -> str:
        """Key of the built-in layout that it is a kind of."""
        return self.family or self.key

    @property
    def language(self) -> str:
        """In which it is always printed; "" for as each print asks."""
        return self.designs[0].language if self.designs else ""

    def made_of(self, design: Design, key: str, title: str) -> "Layout":
        """One of its kind that is drawn by this design alone."""
        return replace(self, key=key, title=title, designs=(design,), family=self.kind)

    def design_on(self, medium: Medium) -> Design | None:
        """How a cell of this medium is drawn; None where it is drawn by its face, or does not fit."""
        if self.is_by_face(medium) or (medium.face is Face.PAGE and not medium.is_whole_page):
            return None
        fitting = [one for one in self.designs if not any(planning.overflow(one, medium)) and suits(one, medium)]
        return next((one for one in fitting if planning.is_roomy(one, medium)), fitting[-1] if fitting else None)

    def is_by_face(self, medium: Medium) -> bool:
        small = medium.face is not Face.PAGE and medium.height < GROWS_FROM_MM
        return not self.designs or (self.key == "label" and small)

    def fits(self, medium: Medium) -> bool:
        if self.alone:
            return medium.key in self.alone
        if not self.is_by_face(medium):
            return self.design_on(medium) is not None
        return medium.face in self.faces and not any(self.overflow(medium))

    def overflow(self, medium: Medium) -> tuple[float, float]:
        """Millimetres that the cell is too narrow and too low. A square cell takes a QR above its words."""
        if not self.is_by_face(medium):
            return planning.overflow(self.designs[-1], medium)
        if medium.face in QR_FACES and self.faces == QR_FACES:
            return 0.0, 0.0
        lacking = (self.least[0] - medium.width, self.least[1] - medium.height)
        return max(round(lacking[0], 2), 0.0), max(round(lacking[1], 2), 0.0)

    def among(self, media: Iterable[Medium]) -> list[Medium]:
        """Those that it fits, the usual one first."""
        return sorted((medium for medium in media if self.fits(medium)), key=lambda medium: medium.key != self.usual)

    @property
    def is_of_cells(self) -> bool:
        """Labels may begin in the middle of a sheet."""
        return not self.alone

    def refusal(self, medium: Medium) -> str:
        """Why it does not fit, with the overflow."""
        wide, high = self.overflow(medium)
        if not (wide or high):
            return str(_("%(layout)s are not made for %(medium)s.", layout=self.title, medium=medium.title))
        least = self.least if self.is_by_face(medium) else (medium.width + wide, medium.height + high)
        said = {"layout": self.title, "width": f"{least[0]:g}", "height": f"{least[1]:g}"}
        return str(_("%(layout)s need %(width)s × %(height)s mm: %(over)s", **said, over=overflow_words(wide, high)))


def suits(design: Design, medium: Medium) -> bool:
    """Built-in designs carry a picture only where it can be seen."""
    return design is not designs.LABEL_LARGEST or min(medium.width, medium.height) >= PICTURE_FROM_MM


def overflow_words(wide: float, high: float) -> str:
    said = {"wide": f"{wide:g}", "high": f"{high:g}"}
    if wide and high:
        return str(_("%(wide)s mm too wide and %(high)s mm too high.", **said))
    return str(_("%(wide)s mm too wide.", **said) if wide else _("%(high)s mm too high.", **said))


TAGS = Permission.PRINT_TAGS
LEAST_LABEL = (SMALLEST_QR_MM + 17.2, SMALLEST_QR_MM + 0.3)
LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout(
            "label",
            _l("Labels"),
            Subject.SAMPLE,
            LEAST_LABEL,
            QR_FACES,
            permission=TAGS,
            has_prices=True,
            designs=(designs.LABEL_LARGEST, designs.LABEL_LARGE, designs.LABEL_MEDIUM, designs.LABEL_SMALL),
        ),
        *(
            Layout(
                f"label-{size}",
                title,
                Subject.SAMPLE,
                usual=usual,
                permission=TAGS,
                has_prices=True,
                designs=drawn,
                family="label",
            )
            for size, title, usual, drawn in (
                ("small", _l("Small labels"), "L7160", (designs.LABEL_SMALL,)),
                ("medium", _l("Medium labels"), "60x40", (designs.LABEL_MEDIUM,)),
                ("large", _l("Large labels"), "L7165", (designs.LABEL_LARGEST, designs.LABEL_LARGE)),
            )
        ),
        Layout(
            "price",
            _l("Price tags"),
            Subject.SAMPLE,
            permission=TAGS,
            has_prices=True,
            designs=(designs.PRICE_TAG, designs.PRICE_TAG_SMALL),
        ),
        Layout(
            "shelf", _l("Shelf tags"), Subject.SAMPLE, (70.0, 37.0), usual="A4-21", permission=TAGS, stores_only=True
        ),
        Layout(
            "plain",
            _l("Labels without a code"),
            Subject.SAMPLE,
            usual="L4732",
            permission=TAGS,
            has_prices=True,
            designs=(designs.PLAIN_LABEL_LARGE, designs.PLAIN_LABEL, designs.PLAIN_LABEL_SMALL),
        ),
        Layout(
            "blank",
            _l("Blank tags"),
            Subject.TAG,
            permission=TAGS,
            has_language=False,
            designs=(designs.BLANK_TAG,),
        ),
        Layout("sheet", _l("Sample sheets"), Subject.SAMPLE, (210.0, 297.0), alone=("A4",), has_prices=True),
        Layout(
            "linesheet",
            _l("Linesheet"),
            Subject.SAMPLE,
            (57.5, 51.0),
            alone=("A4-9", "A4-1", "A4-4", "A4-15"),
            usual="A4-9",
            has_prices=True,
        ),
        Layout("stand", _l("Stand signs"), Subject.STAND, usual="A6", designs=(designs.STAND_SIGN,)),
        Layout("zone", _l("Zone signs"), Subject.ZONE, usual="A5", designs=(designs.ZONE_SIGN,)),
        Layout(
            "supplier",
            _l("Factory cards"),
            Subject.SUPPLIER,
            usual="L7165",
            designs=(designs.SUPPLIER_CARD,),
        ),
        Layout(
            "stock",
            _l("Stock labels"),
            Subject.STOCK,
            usual="60x40",
            permission=TAGS,
            stores_only=True,
            designs=(designs.STOCK_LABEL, designs.STOCK_LABEL_SMALL),
        ),
    )
}

"""How pieces travel: whole cartons and loose pieces, volume and gross weight."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Carton:
    """An outer carton (外箱): pieces in it, sides in mm or the volume in cm3, gross weight in g. None is not known."""

    pieces: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    volume_cm3: int | None = None
    gross_g: int | None = None

    @property
    def volume_mm3(self) -> int | None:
        """As stated, else from the sides."""
        if self.volume_cm3:
            return self.volume_cm3 * 1000
        if self.length_mm and self.width_mm and self.height_mm:
            return self.length_mm * self.width_mm * self.height_mm
        return None


@dataclass(frozen=True)
class Packing:
    """Cartons and loose pieces, cm3 and grams: sums of what is known.

    `unpacked`, `unmeasured` and `unweighed` count the pieces of which the pack, the volume and the weight are not
    known: unless they are 0 the sum is "at least".
    """

    cartons: int = 0
    loose: int = 0
    volume_cm3: int = 0
    gross_g: int = 0
    unpacked: int = 0
    unmeasured: int = 0
    unweighed: int = 0

    @classmethod
    def of(cls, quantity: int, carton: Carton) -> Packing:
        """One line's pack. Loose pieces take their share of a carton, rounded up to a whole cm3 and gram."""
        if not carton.pieces:
            return cls(unpacked=quantity, unmeasured=quantity, unweighed=quantity)
        cartons, loose = divmod(quantity, carton.pieces)
        mm3, gross_g = carton.volume_mm3, carton.gross_g
        return cls(
            cartons=cartons,
            loose=loose,
            volume_cm3=-(-(mm3 or 0) * quantity // (carton.pieces * 1000)),
            gross_g=-(-(gross_g or 0) * quantity // carton.pieces),
            unmeasured=0 if mm3 else quantity,
            unweighed=0 if gross_g else quantity,
        )

    def __add__(self, other: Packing) -> Packing:
        return Packing(
            self.cartons + other.cartons,
            self.loose + other.loose,
            self.volume_cm3 + other.volume_cm3,
            self.gross_g + other.gross_g,
            self.unpacked + other.unpacked,
            self.unmeasured + other.unmeasured,
            self.unweighed + other.unweighed,
        )

    @property
    def cbm(self) -> Decimal:
        """Cubic metres, exactly."""
        return Decimal(self.volume_cm3).scaleb(-6)

    @property
    def kg(self) -> Decimal:
        """Gross kilograms, exactly."""
        return Decimal(self.gross_g).scaleb(-3)

"""Why a file or a row is refused, and what the preview wants a person to know: codes, values and their sentences.

Pure: the sentences are English msgids. `wording.py` says them in the language of the page.
"""

from dataclasses import dataclass, field

Values = dict[str, str | int]


def N_(msgid: str) -> str:
    """Marks a text to be translated where it is shown; the name is gettext's own."""
    return msgid


FILE_REFUSALS = {
    "empty_file": N_("The file is empty."),
    "too_big": N_("The file is larger than %(limit)s MB. Split it, or ask the operator to import it by command."),
    "too_big_unpacked": N_("Unpacked, the file is larger than %(limit)s MB. Split it into smaller files."),
    "too_many_rows": N_(
        "The file has more than %(limit)s rows. Split it, or ask the operator to import it by command."
    ),
    "too_many_cells": N_(
        "The sheet reaches too far to the right or down. Copy its rows into a new sheet, then save it again."
    ),
    "old_excel": N_("This is an old Excel or WPS file (.xls, .et). Open it and save it as .xlsx or CSV."),
    "html_not_excel": N_("This is a web page with an Excel name. Open it in Excel and save it as .xlsx or CSV."),
    "encrypted": N_("The file is protected by a password. Save it without one."),
    "other_package": N_("This is a packed file, but not an .xlsx table. Save the table as .xlsx or CSV."),
    "damaged": N_("The file is damaged and cannot be read. Open it and save it again as .xlsx."),
    "not_a_table": N_("This is not a table. Send an .xlsx or a CSV file."),
    "unknown_encoding": N_("The text of the file cannot be read. Save it as CSV UTF-8 or as .xlsx."),
    "open_quote": N_("A quotation mark opened in row %(row)s is never closed. Close it, or save the table as .xlsx."),
    "huge_cell": N_("A cell in row %(row)s is too long. Look for a quotation mark that is not closed."),
    "not_kept": N_("The file is no longer kept here. Upload it again."),
    "no_sheet": N_("The workbook has no visible sheet with rows."),
    "no_header": N_(
        "No row of column names was found. The first row should name the columns, such as 商品ID, 商品标题, 价格."
    ),
}

ROW_PROBLEMS = {
    "no_offer_id": N_("There is neither an offer id nor an offer address."),
    "offer_id_damaged": N_("Excel has cut the offer id to %(value)s. Format the column as text and export it again."),
    "offer_id_unreadable": N_("%(value)s is not an offer id: 9 to 13 digits are expected."),
    "foreign_id_unreadable": N_("%(value)s is not an id: one word of 64 characters at most is expected."),
    "offer_id_differs": N_("The offer id %(value)s and the address, which says %(other)s, do not agree."),
    "url_unreadable": N_("%(value)s is not a web address."),
    "example_row": N_("This is an example row of the template. Delete it or write over it."),
    "no_title": N_("The title is missing."),
    "too_long": N_("The text has %(length)s characters; %(limit)s are allowed."),
    "no_price": N_("There is neither a price nor a tier."),
    "price_unreadable": N_("%(value)s is not a price. Write a sum such as 12.50."),
    "price_range": N_("%(value)s is a range. Without tiers it does not say which price holds: write one price."),
    "price_decimals": N_("%(value)s has more than two decimals."),
    "price_not_positive": N_("%(value)s: a price must be above zero."),
    "price_too_large": N_("%(value)s is too large for a price."),
    "price_unit": N_("The column is in %(unit)s. Prices must be in yuan."),
    "tiers_unreadable": N_("%(value)s is not a tier. Write tiers such as 1-99个 ¥5.00; 100个以上 ¥4.50."),
    "tier_repeated": N_("Two tiers begin at %(quantity)s."),
    "tiers_too_many": N_("There are %(count)s tiers; %(limit)s are allowed."),
    "number_unreadable": N_("%(value)s is not a whole number."),
    "number_not_positive": N_("%(value)s: the number must be 1 or more."),
    "number_too_large": N_("%(value)s is too large."),
    "yes_no_unreadable": N_("%(value)s is neither yes nor no."),
    "size_unreadable": N_("%(value)s is not a carton size. Write 60x40x50 in cm."),
    "size_incomplete": N_("Of length, width and height one is missing."),
    "weight_unreadable": N_("%(value)s is not a weight. Write kilograms, such as 12.5."),
    "lead_time_unreadable": N_("%(value)s is not a lead time. Write hours or days, such as 48小时 or 3天."),
    "status_unreadable": N_("%(value)s is neither on shelf nor off shelf."),
    "goods_type_unreadable": N_("%(value)s is not a goods type: 厂牌货, 白牌货 or 大牌平替."),
    "lot_unreadable": N_("%(value)s is not a lot. Write the pieces in it, such as 1手=12件."),
    "too_many_columns": N_("The row has %(count)s cells, but there are %(limit)s columns. Look for a comma in a text."),
    "sku_repeated": N_("Row %(row)s already gave this offer and spec, with other values."),
    "other_row_wrong": N_("Row %(row)s of the same offer is wrong, and an offer comes in whole or not at all."),
    "skus_too_many": N_("The offer has more than %(limit)s specs."),
}

ROW_NOTES = {
    "moq_raised": N_("The MOQ %(moq)s and the first tier %(tier)s differ: the greater one holds."),
    "headline_not_a_tier": N_("The price %(price)s equals none of the tiers: the tiers hold."),
    "headline_range": N_("The price %(value)s is a range: the tiers hold."),
    "no_barcode": N_("%(value)s is no barcode and was left out: 8, 12, 13 or 14 digits as under the bars."),
    "tiers_rise": N_("A later tier is dearer than an earlier one."),
    "sku_same_again": N_("Row %(row)s says the same again."),
    "continued": N_("The row names no offer: it was read as a spec of row %(row)s."),
    "differs_from_first": N_("Row %(row)s says something else here: the offer's first row holds."),
    "characters_removed": N_("Invisible control characters were removed."),
}


class FileRefused(Exception):
    """The file as a whole cannot be read: a code of FILE_REFUSALS, and a sentence that says what to do."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = values
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        return FILE_REFUSALS[self.code] % self.values


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is refused: its number as a spreadsheet shows it, the column's header, a code of ROW_PROBLEMS."""

    number: int
    column: str
    code: str
    values: Values = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return ROW_PROBLEMS[self.code] % self.values


@dataclass(frozen=True, slots=True)
class RowNote:
    """What a person should know about a row that comes in: a code of ROW_NOTES."""

    number: int
    column: str
    code: str
    values: Values = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return ROW_NOTES[self.code] % self.values


class CellProblem(Exception):
    """One cell cannot be read: a code of ROW_PROBLEMS and its values."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

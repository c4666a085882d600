"""Offers from a file: opened, matched, read and priced without a database; then staged, looked at and applied.

files, workbooks   an XLSX or CSV, within limits, as rows of text
columns            headers -> fields, a proposal that a person can change
reader, lines      a row's cells -> what it says; ids, cells, tiers read what stands in one cell
rows, quotes       rows of one offer id -> one OfferRow with its SKUs, whole or refused by name
staging, applying  offers -> the import's own rows -> listings, in chunks, resumable, and back again
writing            offers -> listings, in bulk: what an import and a marketplace's sync write with
template           what people fill in, and get back
"""

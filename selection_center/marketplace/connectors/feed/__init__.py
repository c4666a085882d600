"""A feed (数据源): a table or JSON that a factory without an API puts at an address or into a folder.

sources      the file, fetched or taken from the folder, and kept while its pages are read
tables       the file as a table under our field names; json_rows: a JSON's offers as rows
reading      offers out of the table, by page, those with scattered rows gathered
pricing      what an order would cost by the feed's own words
outbox       orders handed over, as files or by letter (post); order_files: what stands in one
answers      what the factory says of orders, in files that come back; statuses: what one says
connector    all of it behind our contract
"""

from selection_center.marketplace.connectors.feed.connector import Feed

__all__ = ["Feed"]

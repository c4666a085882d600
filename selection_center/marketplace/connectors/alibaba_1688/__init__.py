"""1688.com's Open Platform (1688 开放平台), as its documentation and its answers describe it.

signing, client, oauth       a signed call, its two layers of errors, and who lets us in
reading, refusals            answers into plain values, refusals into our codes
catalog, catalog_answers     offers, by page and one by one; products, quotes, cross_border: what one says
trade                        orders; sending, previews, creations, order_views, logistics: what goes and comes
messages, inbox              what the platform tells by itself, and what it keeps of that
connector                    all of it behind our contract
"""

from selection_center.marketplace.connectors.alibaba_1688.connector import Alibaba1688

__all__ = ["Alibaba1688"]

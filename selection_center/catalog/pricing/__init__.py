"""What things cost at a quantity: pure arithmetic in whole fen and pieces, without a database and without words.

Answers, advice and refusals are codes and numbers; pages say them in sentences. What the definitions leave open:

- MOQ and first tier differ: the greater is the MOQ. Below the first tier, its price is the price.
- A SKU with a price of its own in an offer quoted as a whole: the offer's tiers win; without tiers the SKU's price
  holds. In tiers per SKU, a SKU's tiers come first, then the offer's, then the SKU's price.
- A price of 0 is how sources write "none": it never makes anything free.
- One SKU in two lines (seen at two stands) counts as one for MOQ, tier, stock and sample limit; each line keeps lots.
- The yuan of a mixed batch are counted at marked prices, so that being a member never costs anyone an order.
- Stock is told (`over_stock`), never refused: what an online page says of it is hours old. No rung beyond it is urged.
- A carton holds one style: packs are counted by line and added up.
"""

from selection_center.catalog.pricing.ladder import NextTier, Rung, ladder
from selection_center.catalog.pricing.lines import Advice, AdviceCode, LinePrice, OfferPrice, Problem, price_offer
from selection_center.catalog.pricing.packing import Carton, Packing
from selection_center.catalog.pricing.quantities import Nearest, nearest_valid, smallest_valid
from selection_center.catalog.pricing.sampling import SAMPLE_LIMIT, SamplePrice, SampleProblem, price_samples
from selection_center.catalog.pricing.supplier import MixRule, MixState, SupplierPrice, price_supplier
from selection_center.catalog.pricing.terms import LARGEST_QUANTITY, OfferTerms, Quote, SkuTerms, Tier, Wanted

__all__ = [
    "LARGEST_QUANTITY",
    "SAMPLE_LIMIT",
    "Advice",
    "AdviceCode",
    "Carton",
    "LinePrice",
    "MixRule",
    "MixState",
    "Nearest",
    "NextTier",
    "OfferPrice",
    "OfferTerms",
    "Packing",
    "Problem",
    "Quote",
    "Rung",
    "SamplePrice",
    "SampleProblem",
    "SkuTerms",
    "SupplierPrice",
    "Tier",
    "Wanted",
    "ladder",
    "nearest_valid",
    "price_offer",
    "price_samples",
    "price_supplier",
    "smallest_valid",
]

"""The connectors by name. Each folder beside this file holds one; here is the only place that names them all."""

from selection_center.marketplace.connectors import Connector
from selection_center.marketplace.connectors.alibaba_1688 import Alibaba1688
from selection_center.marketplace.connectors.feed import Feed

KINDS: tuple[type[Connector], ...] = (Alibaba1688, Feed)

CONNECTORS: dict[str, type[Connector]] = {kind.name: kind for kind in KINDS}

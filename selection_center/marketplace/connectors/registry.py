"""The connectors by name. Each folder beside this file holds one; here is the only place that names them all."""

from selection_center.marketplace.connectors import Connector

KINDS: tuple[type[Connector], ...] = ()

CONNECTORS: dict[str, type[Connector]] = {kind.name: kind for kind in KINDS}

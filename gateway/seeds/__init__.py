"""What a fresh gateway holds: buyers, six sellers with some forty offers, or as many more as are asked for."""

from gateway import access, members, offers
from gateway.seeds.making import demo_offers, generated_offers, generated_sellers
from gateway.seeds.people import BUYERS, SELLERS, SHY_SELLER
from gateway.state import State

DEMO = "demo"


def is_empty(state: State) -> bool:
    with state.transaction() as db:
        return db.execute("select 1 from members limit 1").fetchone() is None


def fill(state: State, seed: str) -> None:
    """`demo`, or a number of generated offers beside it; memory stays the same however many they are."""
    count = 0 if seed == DEMO else int(seed)
    with state.transaction() as db:
        sellers = [*SELLERS, *generated_sellers(count)]
        for member in (*BUYERS, *sellers):
            members.save(db, member)
        for seller in sellers:
            members.relate(db, BUYERS[0].member_id, seller.member_id)
        for number, seller in enumerate(SELLERS[:3]):
            members.relate(db, BUYERS[1].member_id, seller.member_id, consigns=number > 0)
        members.relate(db, BUYERS[0].member_id, SHY_SELLER.member_id, consigns=False)
        offers.save_all(db, demo_offers())
        offers.save_all(db, generated_offers(count, sellers))


def use(state: State, app: access.App) -> None:
    """This app is known from now on; a callback that was set before stays."""
    with state.transaction() as db:
        before = access.app(db, app.app_key)
        kept = app.callback_url or (before.callback_url if before else "")
        access.save_app(db, access.App(app.app_key, app.secret, kept))

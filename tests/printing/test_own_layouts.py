"""The editor of layouts: from lists alone, drawn at once, kept with what was printed by it, and taken back."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.catalog.suppliers import PriceVisibility
from selection_center.core import pictures
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing import comparing
from selection_center.printing.designs import Field, Size
from selection_center.printing.layouts import LAYOUTS
from selection_center.printing.models import PrintedItem, PrintRun
from selection_center.printing.own_layouts import OwnLayout
from selection_center.printing.tag_values import design_values, of_stock
from selection_center.samples.models import SampleKind
from selection_center.sites.models import Belt, Site, SiteKind
from tests import factories as make
from tests.printing import paper
from tests.statements import asked
from tests.stock import making
from tests.visitors import Visitor
from tests.working import work_off

Visit = Callable[..., Visitor]
SENT: dict[str, Any] = {
    "base": "label-medium", "name": "挂牌", "show": ["names", "stand", "price", "text"], "place-names": "2",
    "place-stand": "1", "place-price": "3", "place-text": "4", "size-names": "large", "bold": ["names"],
    "text": "本店精选", "qr": "1", "level": "Q", "side": "22", "distance": "hand", "on_right": "1", "medium": "70x50",
}  # fmt: skip


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


def kept(ana: Visitor, **more: Any) -> OwnLayout:
    assert ana.submit("/sites/yiwu/layouts", SENT | more).status_code == 303
    return db.session.scalars(sa.select(OwnLayout).order_by(OwnLayout.id.desc())).first() or pytest.fail("none kept")


def looks(ana: Visitor, **more: Any) -> dict[str, str]:
    answer = ana.submit("/sites/yiwu/layouts/preview?lang=en", SENT | more)
    assert answer.status_code == 200
    return dict(answer.json or {})


def picture_of(seen: dict[str, str]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(seen["picture"].partition(",")[2])))


def print_by(ana: Visitor, own: OwnLayout, sample: Any) -> PrintRun:
    sent = {"layout": own.key, "medium": "70x50", "language": "zh", "prices": "1", "sample": str(sample.id)}
    assert ana.submit("/sites/yiwu/prints", sent).status_code == 303
    return db.session.scalars(sa.select(PrintRun).order_by(PrintRun.id.desc())).first() or pytest.fail("no print")


def test_what_is_chosen_is_kept_in_its_order(ana: Visitor) -> None:
    design = kept(ana).design
    assert [piece.field for piece in design.pieces] == [Field.STAND, Field.NAME, Field.PRICE, Field.TEXT]
    assert (design.pieces[1].size, design.pieces[1].bold, design.pieces[3].text) == (Size.LARGE, True, "本店精选")
    assert design.qr is not None
    assert (design.qr.level, design.qr.side, design.qr.on_right) == ("Q", 22, True)
    for path in ("/sites/yiwu/layouts", "/sites/yiwu/layouts/new?base=price", "/own-layouts/1"):
        assert ana.get(path).status_code == 200, path


@pytest.mark.parametrize("base", [key for key, layout in LAYOUTS.items() if layout.designs and key != "label"])
def test_a_new_one_fits_the_paper_that_it_is_first_seen_on(visit: Visit, base: str) -> None:
    boss = visit(make.user("Ye", Role.MANAGER, make.site("hangzhou", SiteKind.STORE)))
    page = boss.get(f"/sites/hangzhou/layouts/new?base={base}&lang=en").text
    assert "mm too" not in page


def test_a_print_by_it_says_what_it_shows_and_keeps_its_version(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    db.session.commit()
    own = kept(ana)
    first = print_by(ana, own, sample)
    words = paper.words(ana.get(f"/prints/{first.id}/file").data)
    assert "本店精选" in words
    assert sample.listing.title[:4] in words
    assert ana.submit(f"/own-layouts/{own.id}", SENT | {"text": "换季新品", "seen": own.mark}).status_code == 303
    db.session.refresh(own)
    newer = db.session.get_one(OwnLayout, own.replaced_by_id)
    assert own.hidden_at is not None
    assert "本店精选" in paper.words(ana.get(f"/prints/{first.id}/file").data)
    second = print_by(ana, newer, sample)
    assert "换季新品" in paper.words(ana.get(f"/prints/{second.id}/file").data)
    assert ana.submit(f"/prints/{first.id}/repeat", {"what": "all"}).status_code == 303
    assert ana.get(f"/prints/{first.id}").status_code == 200
    assert "挂牌" in ana.get("/sites/yiwu/prints").text


def test_a_changed_price_is_seen_on_what_was_printed_by_an_own_layout(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier(), tiers=((1, 1280),)), site, make.stand(site))
    db.session.commit()
    print_by(ana, kept(ana), sample)
    assert "¥12.80" in str(db.session.scalars(sa.select(PrintedItem.values)).one())
    make.reprice(sample.listing, 1150)
    db.session.commit()
    page = ana.get("/sites/yiwu/relabel?layout=label&lang=en").text
    assert "¥11.50" in page


def test_what_hangs_is_printed_anew_by_the_layout_that_hangs(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier(), tiers=((1, 1280),)), site, make.stand(site))
    db.session.commit()
    own = kept(ana)
    print_by(ana, own, sample)
    make.reprice(sample.listing, 1150)
    db.session.commit()
    assert ana.submit("/sites/yiwu/relabel?layout=label", {}).status_code == 303
    run = db.session.scalars(sa.select(PrintRun).order_by(PrintRun.id.desc())).first()
    assert run is not None
    assert (run.layout, run.medium) == (own.key, "70x50")
    assert "本店精选" in paper.words(ana.get(f"/prints/{run.id}/file").data)
    assert "¥11.50" not in ana.get("/sites/yiwu/relabel?layout=label&lang=en").text


def test_twice_as_many_labels_are_compared_with_no_more_statements(ana: Visitor, site: Site) -> None:
    layout, supplier = kept(ana).key, make.supplier("厂")
    pieces = [
        make.sample(make.listing(supplier, title=f"杯{n}"), site, make.stand(site, "A", n + 1)) for n in range(44)
    ]
    ids, site_id, taken = [str(one.id) for one in pieces], site.id, []
    for count in (22, 44):
        sent = {"layout": layout, "medium": "70x50", "language": "zh", "sample": ids[:count]}
        assert ana.submit("/sites/yiwu/prints", sent).status_code == 303
        work_off()
        db.session.execute(sa.update(PrintedItem).values(agrees_with=None, differs_from=None))
        db.session.commit()
        db.session.remove()
        with asked() as statements:
            assert comparing.finished(db.session.get_one(Site, site_id))
        taken.append(len(statements))
        db.session.rollback()
    assert taken[1] == taken[0]


def test_renamed_copied_deleted_and_taken_back(ana: Visitor) -> None:
    own = kept(ana)
    assert ana.submit(f"/own-layouts/{own.id}", SENT | {"name": "大挂牌", "seen": own.mark}).status_code == 303
    assert db.session.get_one(OwnLayout, own.id).name == "大挂牌"
    assert ana.submit(f"/own-layouts/{own.id}/copy", {}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(OwnLayout.id))) == 2
    gone = ana.submit(f"/own-layouts/{own.id}/removal", {})
    assert f'action="/own-layouts/{own.id}/restoring"' in ana.get(gone.location).text
    assert ana.get(f"/own-layouts/{own.id}").status_code == 404
    assert ana.submit(f"/own-layouts/{own.id}/restoring", {}).status_code == 303
    assert ana.get(f"/own-layouts/{own.id}").status_code == 200
    assert ana.submit(f"/own-layouts/{own.id}/restoring", {}).status_code in (303, 409)


def test_the_picture_is_of_a_real_sample_and_refuses_what_does_not_fit(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    seen = looks(ana, subject=str(sample.id))
    assert (seen["refusal"], seen["warning"], seen["size"]) == ("", "", "70 × 50 mm")
    assert picture_of(seen).size == (840, 600)
    assert "mm too high" in looks(ana, medium="40x30", **{"size-stand": "large", "size-price": "large"})["refusal"]
    assert "0.66 mm" in looks(ana, distance="shelf", side="18", level="H")["warning"]
    refused = ana.submit("/sites/yiwu/layouts?lang=en", SENT | {"medium": "L7651"})
    assert refused.status_code == 422
    assert "mm too high" in refused.text
    assert db.session.scalar(sa.select(sa.func.count(OwnLayout.id))) == 0


def test_what_is_in_no_list_and_hostile_words_do_nothing(ana: Visitor, site: Site) -> None:
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    hostile = "{{7*7}} {0.__class__} %(x)s <script>"
    own = kept(ana, text=hostile, show=["names", "text", "__class__", "phone"], level="Z", side="17; x", distance="../",
               **{"size-names": "99px;position:fixed", "place-names": "-1", "logo": "../../etc/passwd"})  # fmt: skip
    design = own.design
    assert {piece.field for piece in design.pieces} == {Field.NAME, Field.TEXT}
    assert (design.logo, design.pieces[0].size in list(Size)) == ("", True)
    assert design.qr is not None
    assert (design.qr.level, design.qr.side) == ("M", 0)
    assert [piece.text for piece in design.pieces if piece.text] == [hostile]
    run = print_by(ana, own, sample)
    assert "{{7*7}} {0.__class__} %(x)s <script>" in " ".join(
        paper.words(ana.get(f"/prints/{run.id}/file").data).split()
    )
    for wrong in ({"name": ""}, {"name": "x" * 41}, {"show": [], "qr": ""}, {"text": "x" * 61}, {"text": "\U0001f9ff"}):
        assert ana.submit("/sites/yiwu/layouts", SENT | wrong).status_code == 422, wrong


def test_a_logo_survives_a_form_that_comes_back_and_its_loss_leaves_its_place_empty(ana: Visitor, site: Site) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "PNG")
    file = (io.BytesIO(out.getvalue()), "logo.png")
    back = ana.submit("/sites/yiwu/layouts", SENT | {"name": "", "show": ["names", "logo"], "logo_file": file})
    assert back.status_code == 422
    [name] = set(re.findall(r'name="logo" value="([0-9a-f]{24})"', back.text))
    own = kept(ana, logo=name, show=["names", "logo"])
    assert own.design.logo == name
    for size in ("full", "card", "thumb"):
        pictures.path(name, size).unlink(missing_ok=True)
    assert ana.get("/sites/yiwu/layouts").status_code == 200
    assert looks(ana, logo=name, show=["names", "logo"])["picture"]


def test_a_logo_is_kept_as_our_own_picture_and_printed(ana: Visitor, site: Site) -> None:
    with io.BytesIO() as file:
        Image.new("RGBA", (200, 50), (0, 0, 0, 0)).save(file, "PNG")
        data = file.getvalue()
    sample = make.sample(make.listing(make.supplier()), site, make.stand(site))
    db.session.commit()
    own = kept(ana, show=[*SENT["show"], "logo"], logo_file=(io.BytesIO(data), "logo.png"))
    assert len(own.design.logo) == 24
    run = print_by(ana, own, sample)
    assert ana.get(f"/prints/{run.id}/file").data.startswith(b"%PDF")
    assert (
        picture_of(looks(ana, logo=own.design.logo, show=["logo"], qr="")).convert("L").histogram()[:250] == [0] * 250
    )
    wrong = ana.submit("/sites/yiwu/layouts", SENT | {"logo_file": (io.BytesIO(b"<svg/>"), "x.svg")})
    assert wrong.status_code == 422
    taken_off = SENT | {"logo": own.design.logo, "no_logo": "1", "seen": own.mark}
    assert ana.submit(f"/own-layouts/{own.id}", taken_off).status_code == 303


def test_prices_that_a_factory_hides_are_in_no_picture_and_no_print(ana: Visitor, site: Site) -> None:
    supplier = make.supplier()
    supplier.price_visibility = PriceVisibility.STAFF
    sample = make.sample(make.listing(supplier, tiers=((1, 1280),)), site, make.stand(site))
    db.session.commit()
    run = print_by(ana, kept(ana, show=["price", "member_price", "tiers", "names"]), sample)
    assert "12.80" not in str(run.items[0].values)
    assert "¥" not in paper.words(ana.get(f"/prints/{run.id}/file").data)


@pytest.mark.parametrize("layout", ["zone", "supplier", "price", "label-small", "label-large"])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_new_layout_is_printed_from_the_room(ana: Visitor, site: Site, layout: str, language: str) -> None:
    stand = make.stand(site)
    sample = make.sample(make.listing(make.supplier()), site, stand)
    db.session.commit()
    name = {"zone": "area", "supplier": "supplier"}.get(layout, "sample")
    number = {"zone": stand.bay.zone_id, "supplier": sample.listing.supplier_id}.get(layout, sample.id)
    assert f'id="row-{number}"' in ana.get(f"/sites/yiwu/print?layout={layout}").text
    medium = {"zone": "A5", "supplier": "L7165"}.get(layout, "L7165")
    sent = {"layout": layout, "medium": medium, "language": language, "prices": "1", name: str(number)}
    answer = ana.submit("/sites/yiwu/prints", sent)
    assert answer.status_code == 303
    assert ana.get(answer.location).status_code == 200
    words = paper.words(ana.get(f"{answer.location}/file").data)
    wanted = {"zone": stand.bay.zone.letter, "supplier": "A-03-2"}.get(layout, "¥")
    assert wanted in words
    today = ana.submit(f"{answer.location}/repeat", {"what": "today"})
    assert today.status_code == 303


def test_a_factory_card_in_english_has_no_chinese_place(site: Site) -> None:
    named = {"name": "义乌饰品", "name_en": "Yiwu jewellery", "category": "饰品"}
    belt = Belt(city=make.city(), place_adcode="330782", place="义乌市", **named)
    maker = make.supplier(belt=make.add(belt), name_en="Heyi Daily Goods")
    card = LAYOUTS["supplier"].designs[0]
    places = {said: design_values(card, maker, said, False, site)["origin"] for said in ("zh", "en", "both")}
    assert places == {"zh": "义乌市", "en": "Yiwu jewellery", "both": "义乌市"}


def test_a_stock_label_carries_the_goods_own_bars(visit: Visit, app: Flask) -> None:
    store = making.store()
    bo = visit(making.worker(store))
    item = making.item(store)
    item.sku.barcode = "6901234567892"
    db.session.commit()
    sent = {"layout": "stock", "medium": "60x40", "stock": str(item.id)}
    answer = bo.submit("/sites/hangzhou/prints", sent)
    assert answer.status_code == 303
    words = paper.words(bo.get(f"{answer.location}/file").data)
    assert "6901234567892" in words


def test_a_stock_label_looks_for_its_shelf_once(app: Flask) -> None:
    store = making.store()
    item = making.item(store)
    facing = make.sample(item.sku.listing, store, make.stand(store), item.sku)
    facing.kind = SampleKind.SHELF_FACING
    db.session.commit()
    of_stock(item, "zh")
    db.session.expire(facing)
    with asked() as sent:
        assert of_stock(item, "zh")["stand"]
    assert len(sent) == 1


def test_only_managers_make_layouts_and_each_for_its_own_site(visit: Visit, ana: Visitor, site: Site) -> None:
    own = kept(ana)
    other = make.site(slug="suzhou", name="苏州")
    bo, cy = visit(make.user("Bo", Role.FLOOR_STAFF, site)), visit(make.user("Cy", Role.MANAGER, other))
    assert bo.get("/sites/yiwu/layouts").status_code == 403
    assert bo.submit(f"/own-layouts/{own.id}", SENT).status_code == 403
    assert cy.get(f"/own-layouts/{own.id}").status_code == 404
    assert cy.get("/sites/yiwu/layouts").status_code in (403, 404)
    assert own.key not in cy.get("/sites/suzhou/print?layout=label").text
    assert own.key in bo.get("/sites/yiwu/print?layout=label").text

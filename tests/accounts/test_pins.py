"""PINs: which are good, coming in by one, what it opens, locking, and guessing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from selection_center.accounts import attempts, pins
from selection_center.accounts.attempts import Attempt
from selection_center.accounts.devices import Device
from selection_center.accounts.models import Grant, SignIn, User, Way
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import BY_PIN, Permission, Role
from selection_center.sites.models import Site
from tests import factories as make
from tests.accounts.tablets import PIN, come_in, idle, session_token, tablet, token_of, with_pin
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
CHOSEN = {"pin": "8306", "pin_again": "8306", "password": make.PASSWORD}


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return with_pin(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def bo(site: Site) -> User:
    return with_pin(make.user("Bo", Role.FLOOR_STAFF, site))


@pytest.fixture
def on_tablet(app: Flask, site: Site, ana: User) -> Visitor:
    return tablet(app, site, ana)[0]


# --- choosing one -----------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    "pin",
    ["0000", "1234", "4321", "7890", "0987", "1212", "6688", "1122", "2580", "1998", "2024", "123123", "112233",
     "111111", "147258", "901234"],
)  # fmt: skip
def test_a_weak_pin_is_known(pin: str) -> None:
    assert pins.is_weak(pin)


@pytest.mark.once
def test_most_pins_are_good() -> None:
    good = sum(not pins.is_weak(f"{number:04}") for number in range(10_000))
    assert good > 9_000
    assert not any(pins.is_weak(pin) for pin in ("4071", "8306", "59274", "830617"))


def test_a_pin_is_chosen_with_the_password(visit: Visit, bo: User) -> None:
    assert visit(bo).submit("/account/pin", CHOSEN).status_code == 303
    db.session.refresh(bo)
    assert bo.pin_hash is not None
    assert "8306" not in bo.pin_hash
    assert bo.pin_hash.startswith("$argon2")


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": "1234", "pin_again": "1234"},
        {"pin": "831", "pin_again": "831"},
        {"pin": "8306172", "pin_again": "8306172"},
        {"pin": "８３０６", "pin_again": "８３０６"},
        {"pin": "83o6", "pin_again": "83o6"},
        {"pin_again": "8307"},
        {"password": "not it at all"},
        {"password": PIN},
        {"pin": "", "pin_again": ""},
    ],
)
def test_a_bad_pin_is_refused(visit: Visit, bo: User, wrong: dict[str, str]) -> None:
    before = bo.pin_hash
    answer = visit(bo).submit("/account/pin", CHOSEN | wrong)
    assert answer.status_code == 422
    assert "8306" not in answer.text
    db.session.refresh(bo)
    assert bo.pin_hash == before


def test_guessing_the_password_there_is_limited(visit: Visit, bo: User) -> None:
    key = attempts.key("password", str(bo.id))
    db.session.commit()  # the count is a writer of its own
    attempts.count([key] * 10)
    assert visit(bo).submit("/account/pin", CHOSEN).status_code == 429


def test_a_new_pin_ends_what_the_old_one_began(on_tablet: Visitor, visit: Visit, bo: User) -> None:
    come_in(on_tablet, bo)
    at_desk = visit(bo)
    assert at_desk.submit("/account/pin", CHOSEN).status_code == 303
    assert on_tablet.get("/account").status_code == 302
    assert at_desk.get("/account").status_code == 200
    assert come_in(on_tablet, bo).status_code == 422
    assert come_in(on_tablet, bo, "8306").status_code == 303


def test_one_goes_without_a_pin_again(on_tablet: Visitor, visit: Visit, bo: User) -> None:
    assert visit(bo).submit("/account/pin/removal").status_code == 303
    assert come_in(on_tablet, bo).status_code == 422


def test_a_drawn_password_takes_the_pin_with_it(on_tablet: Visitor, visit: Visit, ana: User, bo: User) -> None:
    assert visit(ana).submit(f"/people/{bo.id}/password").status_code == 303
    assert come_in(on_tablet, bo).status_code == 422


# --- coming in --------------------------------------------------------------------------------------------------


def test_two_taps_and_a_pin_lead_back_to_the_page(on_tablet: Visitor, bo: User) -> None:
    asked = on_tablet.get("/sites/yiwu/plan?zone=1")
    assert asked.location == "/sign-in?next=/sites/yiwu/plan?zone%3D1"
    lock = on_tablet.get(asked.location).location
    page = on_tablet.get(lock).text
    assert f'href="/lock/{bo.id}?next=/sites/yiwu/plan?zone%3D1"' in page
    assert "Bo" in on_tablet.get(f"/lock/{bo.id}?next=/sites/yiwu/plan").text
    assert come_in(on_tablet, bo, then="/sites/yiwu/plan?zone=1").location == "/sites/yiwu/plan?zone=1"
    sign_in = db.session.scalars(sa.select(SignIn)).one()
    assert (sign_in.user_id, sign_in.way) == (bo.id, Way.PIN)


def test_switching_ends_the_one_before_and_keeps_the_tablet(on_tablet: Visitor, ana: User, bo: User) -> None:
    come_in(on_tablet, ana)
    token = token_of(on_tablet)
    come_in(on_tablet, bo)
    assert token_of(on_tablet) == token
    assert 'value="Bo"' in on_tablet.get("/account").text
    ended = db.session.scalars(sa.select(SignIn.ended_at).order_by(SignIn.id)).all()
    assert [moment is not None for moment in ended] == [True, False]
    assert on_tablet.submit("/sign-out").location == "/lock"


def test_locking_by_key_remembers_the_page(on_tablet: Visitor, bo: User) -> None:
    come_in(on_tablet, bo)
    page = on_tablet.get("/account").text
    assert 'action="/lock"' in page
    answer = on_tablet.submit("/lock", headers={"Referer": "https://yp.example.com/account?a=1"})
    assert answer.location == "/lock?next=/account?a%3D1"
    assert on_tablet.get("/account").status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/lock", "/sign-out"]
)
def test_a_pin_leads_nowhere_else(on_tablet: Visitor, bo: User, elsewhere: str) -> None:
    assert come_in(on_tablet, bo, then=elsewhere).location == "/home"


def test_a_pin_does_not_lead_to_a_page_that_it_does_not_open(on_tablet: Visitor, ana: User, bo: User) -> None:
    assert come_in(on_tablet, bo, then="/sites/yiwu/team").location == "/home"
    assert come_in(on_tablet, ana, then="/sites/yiwu/team").location == "/home"
    assert come_in(on_tablet, ana, then="/nowhere").location == "/home"


def test_a_pin_is_no_password_and_works_on_no_other_device(client: Visitor, bo: User) -> None:
    assert client.submit("/sign-in", {"login": "bo", "password": PIN}).status_code == 422
    assert client.get("/lock").location == "/sign-in"
    assert client.get(f"/lock/{bo.id}").status_code == 404
    assert come_in(client, bo).status_code == 404


def test_people_of_another_site_are_not_there(app: Flask, on_tablet: Visitor, bo: User) -> None:
    cy = with_pin(make.user("Cy", Role.FLOOR_STAFF, make.site("chenghai")))
    hana = with_pin(make.user("Hana", Role.HEAD_OFFICE))
    page = on_tablet.get("/lock").text
    assert "Bo" in page
    assert "Cy" not in page
    assert "Hana" not in page
    for stranger in (cy, hana):
        assert on_tablet.get(f"/lock/{stranger.id}").status_code == 404
        assert come_in(on_tablet, stranger).status_code == 404
    assert on_tablet.get("/lock/987654").status_code == 404


def test_s4_a_disabled_person_is_out_and_off_the_page(on_tablet: Visitor, bo: User) -> None:
    come_in(on_tablet, bo)
    bo.disable()
    assert on_tablet.get("/account").status_code == 302
    assert "Bo" not in on_tablet.get("/lock").text
    assert come_in(on_tablet, bo).status_code == 404


def test_s4_who_works_there_no_longer_is_out(on_tablet: Visitor, bo: User) -> None:
    other = make.site("chenghai")
    come_in(on_tablet, bo)
    bo.grants = [Grant(role=Role.FLOOR_STAFF, site_id=other.id)]
    assert on_tablet.get("/account").status_code == 302
    assert come_in(on_tablet, bo).status_code == 404


def test_who_has_no_pin_is_sent_to_the_password(on_tablet: Visitor, site: Site) -> None:
    make.user("Cas", Role.CASHIER, site)
    assert "/sign-in?by=password" in on_tablet.get("/lock?next=/account").text
    page = on_tablet.get("/sign-in?by=password&next=/account")
    assert 'href="/lock?next=/account"' in page.text
    sent = {"login": "cas", "password": make.PASSWORD, "next": "/account"}
    assert on_tablet.submit("/sign-in", sent).location == "/account"


# --- what it opens ----------------------------------------------------------------------------------------------


def test_a_pin_opens_the_tablets_site_alone(on_tablet: Visitor, bo: User) -> None:
    other = make.site("chenghai")
    bo.add_grant(Role.FLOOR_STAFF, site_id=other.id)
    come_in(on_tablet, bo)
    assert on_tablet.get("/sites/yiwu/samples").status_code == 200
    assert on_tablet.get("/sites/chenghai/samples").status_code == 404
    assert "chenghai" not in on_tablet.get("/sites").text
    on_tablet.submit("/sign-in", {"login": "bo", "password": make.PASSWORD})
    assert on_tablet.get("/sites/chenghai/samples").status_code == 200


@pytest.mark.parametrize(
    "page", ["/sites/yiwu/team", "/sites/yiwu/devices", "/imports", "/audit", "/people", "/sites/new", "/catalog/new"]
)
def test_what_is_not_for_a_pin_asks_for_the_password(on_tablet: Visitor, site: Site, page: str) -> None:
    """Of somebody who may do everything by password."""
    hana = make.user("Hana", Role.HEAD_OFFICE)
    hana.add_grant(Role.MANAGER, site_id=site.id)
    come_in(on_tablet, with_pin(hana))
    answer = on_tablet.get(page)
    assert answer.status_code == 403
    assert "/sign-in?by=password" in answer.text
    told = on_tablet.get(page, headers={"Accept": "application/json"}).get_json()
    assert told["error"]["code"] == "needs_password"
    assert on_tablet.get("/sign-in?by=password").status_code == 200
    on_tablet.submit("/sign-in", {"login": "hana", "password": make.PASSWORD})
    assert on_tablet.get(page).status_code == 200


def test_what_a_pin_opens_is_a_list_that_one_can_read_aloud(app: Flask, site: Site) -> None:
    ana = make.user("Ana", Role.MANAGER, site)
    ana.only_site = site.id
    opened = {permission for permission in Permission if ana.can(permission, site_id=site.id)}
    assert opened <= BY_PIN
    closed = {Permission.MANAGE_STAFF, Permission.EDIT_NETWORK, Permission.EDIT_CATALOG, Permission.SEE_AUDIT}
    assert not closed & BY_PIN
    assert ana.site_ids(Permission.MANAGE_STAFF) == set()
    assert ana.site_ids(Permission.HANDLE_SAMPLES) == {site.id}


def test_s3_a_pin_set_on_an_open_tablet_needs_the_password(on_tablet: Visitor, bo: User) -> None:
    come_in(on_tablet, bo)
    assert on_tablet.submit("/account/pin", CHOSEN | {"password": PIN}).status_code == 422
    assert on_tablet.submit("/account/pin", CHOSEN).status_code == 303


# --- locking by itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [2, 5, 15])
def test_the_server_locks_an_idle_tablet(app: Flask, site: Site, ana: User, bo: User, minutes: int) -> None:
    browser, _device = tablet(app, site, ana, "Door", minutes)
    come_in(browser, bo)
    idle(bo, minutes - 0.5)
    assert browser.get("/account").status_code == 200
    idle(bo, minutes)
    assert browser.get("/account").location == "/sign-in?next=/account"
    assert browser.get("/sign-in?next=/account").location == "/lock?next=/account"
    assert come_in(browser, bo).location == "/account"


def test_a_password_session_on_a_tablet_locks_too(on_tablet: Visitor, visit: Visit, bo: User) -> None:
    on_tablet.submit("/sign-in", {"login": "bo", "password": make.PASSWORD})
    at_desk = visit(bo)
    idle(bo, 6)
    assert on_tablet.get("/account").status_code == 302
    assert at_desk.get("/account").status_code == 200


def test_what_is_sent_too_late_is_refused_and_leads_back(on_tablet: Visitor, bo: User) -> None:
    come_in(on_tablet, bo)
    idle(bo, 6)
    sent = {"headers": {"Referer": "https://yp.example.com/account"}}
    assert on_tablet.submit("/account/name", {"name": "Late"}, **sent).location == "/account"
    lock = on_tablet.get("/account", follow_redirects=True)
    assert lock.request.path == "/lock"
    assert "平板在提交前锁屏了" in lock.text
    answer = on_tablet.submit("/account/name", {"name": "Late"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "locked")
    db.session.refresh(bo)
    assert bo.name == "Bo"


def test_what_a_page_asks_by_itself_keeps_nobody_in(on_tablet: Visitor, bo: User) -> None:
    come_in(on_tablet, bo)
    idle(bo, 4)
    assert on_tablet.get("/account", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    assert seconds(on_tablet.get("/lock/presence", headers={"Sec-Fetch-Mode": "cors"})) <= 60
    assert seconds(on_tablet.submit("/lock/presence")) > 290  # somebody touched the glass
    idle(bo, 4)
    on_tablet.get("/account", headers={"Sec-Fetch-Mode": "navigate"})
    assert seconds(on_tablet.get("/lock/presence", headers={"Sec-Fetch-Mode": "cors"})) > 290
    idle(bo, 6)
    assert seconds(on_tablet.get("/lock/presence")) == 0
    assert seconds(on_tablet.submit("/lock/presence")) == 0  # a touch does not open it again


def test_nobody_is_kept_in_where_a_browser_does_not_say_who_asks(on_tablet: Visitor, bo: User) -> None:
    """Without https none says so; a page that is opened wants HTML, what scripts fetch takes anything."""
    come_in(on_tablet, bo)
    idle(bo, 4)
    for accepts in ("*/*", "application/json"):
        assert on_tablet.get("/account", headers={"Accept": accepts}).status_code == 200
        assert seconds(on_tablet.get("/lock/presence", headers={"Accept": accepts})) <= 60
    on_tablet.get("/account", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert seconds(on_tablet.get("/lock/presence", headers={"Accept": "*/*"})) > 290


def seconds(answer: TestResponse) -> int:
    return int(answer.get_json()["seconds"])


def test_presence_of_nobody_is_none(client: Visitor, app: Flask) -> None:
    assert client.get("/lock/presence").json == {"seconds": 0}


# --- guessing ---------------------------------------------------------------------------------------------------


def test_s5_five_wrong_pins_ask_for_the_password_there(
    app: Flask, on_tablet: Visitor, site: Site, ana: User, bo: User
) -> None:
    for _ in range(5):
        assert come_in(on_tablet, bo, "9517").status_code == 422
    assert come_in(on_tablet, bo, "9517").status_code == 429
    assert come_in(on_tablet, bo).status_code == 429  # the right one does not help then
    assert "/sign-in?by=password" in on_tablet.get(f"/lock/{bo.id}").text
    assert come_in(on_tablet, ana).status_code == 303  # a colleague is let in
    other, _device = tablet(app, site, ana, "Desk")
    assert come_in(other, bo).status_code == 303  # and on another tablet so is Bo
    assert on_tablet.submit("/sign-in", {"login": "bo", "password": make.PASSWORD}).status_code == 303
    older(timedelta(minutes=15))
    assert come_in(on_tablet, bo).status_code == 303


def older(by: timedelta) -> None:
    """All tries were made so much earlier."""
    for attempt in db.session.scalars(sa.select(Attempt)):
        attempt.at -= by
    db.session.commit()


def test_s5_twenty_wrong_pins_close_it_for_the_day(on_tablet: Visitor, bo: User) -> None:
    for _ in range(4):
        for _ in range(5):
            come_in(on_tablet, bo, "9517")
        older(timedelta(minutes=15))
    assert come_in(on_tablet, bo).status_code == 429
    older(timedelta(days=1))
    assert come_in(on_tablet, bo).status_code == 303


def test_s5_the_right_pin_forgets_the_wrong_ones(on_tablet: Visitor, bo: User) -> None:
    for _ in range(4):
        come_in(on_tablet, bo, "9517")
    assert come_in(on_tablet, bo).status_code == 303
    for _ in range(4):
        assert come_in(on_tablet, bo, "9517").status_code == 422


def test_s5_a_try_counts_before_it_is_looked_at(on_tablet: Visitor, bo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many tries sent at one moment no more are compared than may be: each is counted first."""
    seen = []

    def slow(_stored: str | None, _pin: str) -> bool:
        with db.engine.connect() as connection:
            seen.append(connection.scalar(sa.select(sa.func.count(Attempt.id))))
        return False

    monkeypatch.setattr("selection_center.accounts.lock_views.password_fits", slow)
    for _ in range(8):
        come_in(on_tablet, bo, "9517")
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "typed", ["HTTPS://YP.EXAMPLE.COM/S/7K3MQ9XT2WD", "6901234567892", "407", "40718306", "４０７１"]
)
def test_what_a_scanner_types_is_no_try(on_tablet: Visitor, bo: User, typed: str) -> None:
    assert come_in(on_tablet, bo, typed).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Attempt.id))) == 0


def test_the_lock_page_notes_that_the_tablet_lives(app: Flask, site: Site, ana: User) -> None:
    browser, device = tablet(app, site, ana)
    device.last_seen_at = utcnow() - timedelta(hours=1)
    browser.get("/lock")
    db.session.refresh(device)
    assert utcnow() - device.last_seen_at < timedelta(minutes=1)
    assert session_token(browser) == ""


def test_last_seen_follows_the_people_on_it(app: Flask, site: Site, ana: User, bo: User) -> None:
    browser, device = tablet(app, site, ana)
    come_in(browser, bo)
    then = utcnow() - timedelta(minutes=2)
    db.session.execute(sa.update(SignIn).values(last_seen_at=then))
    db.session.execute(sa.update(Device).values(last_seen_at=then))
    browser.get("/account", headers={"Accept": "text/html"})
    db.session.refresh(device)
    assert utcnow() - device.last_seen_at < timedelta(minutes=1)

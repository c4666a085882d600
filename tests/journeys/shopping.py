"""What Dee does with her phone, in either language, with JavaScript or without: no words, only fields and keys."""

import io
from typing import NamedTuple

import zxingcpp
from PIL import Image
from playwright.sync_api import Error, Locator, Page, expect

from tests.journeys.visits import check

PHONE = "138 0000 8000"


class Wish(NamedTuple):
    """From which quantity on a piece costs what, as the page writes it."""

    quantity: int
    dearer: str
    unit: str
    total: str


class Shopper:
    def __init__(self, page: Page, has_script: bool = True) -> None:
        self.page, self.has_script = page, has_script

    def check(self) -> None:
        """Pages without scripts are the same pages: axe, a script itself, has read them in the other stories."""
        if self.has_script:
            check(self.page)

    def scan(self, address: str) -> None:
        self.page.goto(address)
        self.check()

    def add(self, wish: Wish) -> None:
        """One below the cheaper price, then one more by the key; then on the list."""
        self.ask(wish.quantity - 1)
        total = self.page.locator("[data-part=sum]")
        expect(total).to_contain_text(f"¥{wish.dearer}")
        if self.has_script:
            self.page.locator("[data-module=stepper] button").last.click()
        else:
            self.ask(wish.quantity)
        expect(total).to_contain_text(f"¥{wish.unit}")
        expect(self.page.locator("[data-part=add]")).to_contain_text(wish.total)
        self.check()
        self.page.locator("[data-part=add] button").click()
        self.page.wait_for_url("**/list")
        expect(self.page.locator(".line-row .num").first).to_contain_text(f"¥{wish.unit}")
        self.check()

    def ask(self, quantity: int) -> None:
        """Writes a quantity; without scripts a key asks for its price."""
        self.page.fill("main [name=quantity]", str(quantity))
        if not self.has_script:
            self.page.click("main button[data-without-script]")

    def order(self) -> str:
        """From the list to the order's page; its number."""
        self.page.locator(".dock a.act").click()
        self.page.wait_for_url("**/checkout")
        self.check()
        self.page.click("button[form=order]")
        expect(self.page.locator("[aria-invalid=true]").first).to_be_visible()  # nothing is written yet
        self.check()
        self.page.fill("[name=name]", "陈女士")
        self.page.fill("[name=phone]", PHONE)
        self.page.fill("[name=address]", "浙江省杭州市余杭区文一西路 998 号")
        self.page.check("[name=consent]")
        self.page.click("button[form=order]")
        self.page.wait_for_url("**/o/*")
        self.check()
        assert read_code(self.page.locator("main .qr")).lower() == self.page.url.lower()
        return self.page.locator("h1 .num").inner_text()


def read_code(drawn: Locator) -> str:
    """What a phone reads from this part of the screen, which a page that looks again by itself may just be renewing."""
    try:
        shot = drawn.screenshot()
    except Error:
        shot = drawn.screenshot()
    seen = Image.open(io.BytesIO(shot)).convert("L")
    codes = zxingcpp.read_barcodes(seen.resize((seen.width * 3, seen.height * 3)))
    assert codes, "no code is drawn here"
    return str(codes[0].text)

"""Makes `pictures/*.webp`: an emoji or a drawing of ours on a soft studio ground. Run by hand when the list changes:

    npm pack @iconify-json/fluent-emoji && tar xzf iconify-json-fluent-emoji-*.tgz
    python -m selection_center.demo.make_pictures package/icons.json

The pictures are committed: neither the program nor its tests need Chromium or the npm package for them.
"""

import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from playwright.sync_api import Page, sync_playwright

from selection_center.demo.drawings import DRAWINGS

TARGET = Path(__file__).parent / "pictures"
EDGE, PRODUCT, BASELINE = 640, 480, 564
"""Pixels: the picture's edge, the product's longest edge, and where it stands."""

EMOJI = {
    # small commodities
    "umbrella": "closed-umbrella", "bucket": "bucket", "broom": "broom", "sponge": "sponge",
    "toothbrush": "toothbrush", "lotion-bottle": "lotion-bottle", "basket": "basket", "wastebasket": "wastebasket",
    "hair-bow": "ribbon", "ring": "ring", "beads": "prayer-beads", "sunglasses": "sunglasses",
    "watch": "watch", "padlock": "locked", "scissors": "scissors", "notebook": "ledger", "crayon": "crayon",
    "pencil": "pencil", "pen": "pen", "backpack": "backpack", "handbag": "handbag", "purse": "purse",
    "pouch": "clutch-bag", "suitcase": "luggage", "shopping-bags": "shopping-bags", "knife": "kitchen-knife",
    "pan": "cooking", "bowl": "bowl-with-spoon", "mug": "hot-beverage", "teapot": "teapot", "chopsticks": "chopsticks",
    "plate": "fork-and-knife-with-plate", "jar": "jar", "straw-cup": "cup-with-straw", "candle": "candle",
    "picture-frame": "framed-picture", "alarm-clock": "alarm-clock", "mirror": "mirror", "bouquet": "bouquet",
    "rose": "rose", "cap": "billed-cap", "sun-hat": "womans-hat", "scarf": "scarf", "gloves": "gloves",
    "flip-flop": "thong-sandal", "red-envelope": "red-envelope", "christmas-tree": "christmas-tree",
    "balloon": "balloon", "gift-box": "wrapped-gift", "comb": "hair-pick", "screwdriver": "screwdriver",
    "toolbox": "toolbox", "ruler": "straight-ruler",
    # toys
    "toy-car": "automobile", "toy-jeep": "sport-utility-vehicle", "police-car": "police-car", "taxi": "taxi",
    "racing-car": "racing-car", "fire-engine": "fire-engine", "ambulance": "ambulance", "tractor": "tractor",
    "train": "locomotive", "helicopter": "helicopter", "rocket": "rocket", "robot": "robot", "t-rex": "t-rex",
    "long-neck": "sauropod", "teddy": "teddy-bear", "yo-yo": "yo-yo", "kite": "kite", "puzzle": "puzzle-piece",
    "dice": "game-die", "darts": "bullseye", "water-pistol": "water-pistol", "gamepad": "video-game",
    "football": "soccer-ball", "basketball": "basketball", "scooter": "kick-scooter", "skateboard": "skateboard",
    "maracas": "maracas", "drum": "drum", "piano": "musical-keyboard", "guitar": "guitar", "bus": "bus",
    "truck": "delivery-truck", "garbage-truck": "articulated-lorry", "boat": "motor-boat", "octopus": "octopus",
    "whale": "spouting-whale", "panda": "panda", "rabbit": "rabbit-face", "tiger": "tiger-face", "frog": "frog",
    "bowling": "bowling", "ping-pong": "ping-pong", "badminton": "badminton", "flying-disc": "flying-disc",
    "palette": "artist-palette", "abacus": "abacus", "microscope": "microscope", "telescope": "telescope",
    "bubbles": "bubbles", "unicorn": "unicorn",
    # textiles, socks, hanfu, light
    "sofa": "couch-and-lamp", "thread": "thread", "yarn": "yarn", "patterned-socks": "socks",
    "folding-fan": "folding-hand-fan", "dress": "dress", "masks": "performing-arts", "crown": "crown",
    "bulb": "light-bulb", "flashlight": "flashlight", "red-lantern": "red-paper-lantern", "mirror-ball": "mirror-ball",
    "star": "star", "moon": "crescent-moon", "plug": "electric-plug",
}  # fmt: skip
"""Our name -> the emoji's name in @iconify-json/fluent-emoji."""

HUES = {
    "umbrella-red": ("umbrella", "hue-rotate(95deg) saturate(1.1)"),
    "backpack-blue": ("backpack", "hue-rotate(-120deg) saturate(0.8)"),
    "toy-car-blue": ("toy-car", "hue-rotate(-140deg) saturate(0.85)"),
    "gloves-red": ("gloves", "hue-rotate(85deg)"),
    "scarf-grey": ("scarf", "saturate(0.12) brightness(1.1)"),
    "cap-black": ("cap", "saturate(0.1) brightness(0.55)"),
    "pearls": ("beads", "saturate(0.28) brightness(1.1)"),
    "patterned-socks-pink": ("patterned-socks", "hue-rotate(110deg) saturate(0.8)"),
    "dress-rose": ("dress", "hue-rotate(130deg) saturate(0.7)"),
    "gift-box-green": ("gift-box", "hue-rotate(105deg) saturate(0.7)"),
    "water-pistol-blue": ("water-pistol", "hue-rotate(110deg)"),
}
"""Our name -> an emoji from above and the CSS filter that recolours it."""

RAINBOW = ["#ff6b6b", "#ffd166", "#6bcb77", "#4d96ff"]
DRAWN: dict[str, tuple[str, tuple[object, ...], dict[str, object]]] = {
    "pillow-white": ("pillow", ("#e9edf2",), {}),
    "pillow-blue": ("pillow", ("#7ea3d8",), {}),
    "cushion-brown": ("cushion", ("#c98a5a",), {}),
    "cushion-green": ("cushion", ("#7fa58b",), {}),
    "towels": ("folded", (["#f0d7c8", "#9cc3b2", "#6f8fb8"],), {}),
    "towels-white": ("folded", (["#f4f3ef", "#f0efea", "#ecebe6", "#e9e8e2"],), {}),
    "quilt-grey": ("folded", (["#c9ccd3", "#b9bdc6"],), {}),
    "quilt-pink": ("folded", (["#f0c9cf", "#e9b8c2"],), {}),
    "bedding-blue": ("bedding", ("#7f9bc4",), {}),
    "bedding-green": ("bedding", ("#8fae94",), {}),
    "bedding-pink": ("bedding", ("#d9a0a8",), {}),
    "bedding-grey": ("bedding", ("#8c9099",), {}),
    "curtain-brown": ("curtain", ("#b78e78",), {}),
    "curtain-grey": ("curtain", ("#8f98a8",), {}),
    "rug-red": ("rug", ("#8d5a55",), {}),
    "rug-blue": ("rug", ("#56708d",), {}),
    "sock-blue": ("sock", ("#4f86c6",), {}),
    "sock-black": ("sock", ("#3a3d47",), {"trim": "#c9ccd3"}),
    "sock-beige": ("sock", ("#d9c3a3",), {"trim": "#8a6f55"}),
    "sock-green": ("sock", ("#7fa877",), {"trim": "#f4eddc"}),
    "boat-sock-grey": ("sock", ("#8d939c",), {"shaft": 50}),
    "boat-sock-white": ("sock", ("#eceef0",), {"shaft": 50, "trim": "#9fb3cc"}),
    "boat-sock-coffee": ("sock", ("#a98467",), {"shaft": 50, "trim": "#f0e3d2"}),
    "knee-sock-black": ("sock", ("#2f3340",), {"shaft": 170, "trim": "#e8553f"}),
    "knee-sock-white": ("sock", ("#eef0f2",), {"shaft": 170, "trim": "#39486b"}),
    "grip-sock-pink": ("sock", ("#e7a6b8",), {"shaft": 50, "dots": True}),
    "grip-sock-blue": ("sock", ("#8fb7dd",), {"shaft": 70, "dots": True}),
    "tights-black": ("tights", ("#3c3842",), {}),
    "tights-nude": ("tights", ("#c99f84",), {}),
    "ruqun-teal": ("ruqun", ("#8fc7c0", "#e58f9f"), {}),
    "ruqun-pink": ("ruqun", ("#f2b9c6", "#b9486a"), {}),
    "ruqun-blue": ("ruqun", ("#a9c4ea", "#3f5f9d"), {}),
    "ruqun-red": ("ruqun", ("#d2434f", "#8f2235"), {}),
    "ruqun-green": ("ruqun", ("#cfe0b6", "#5d8a5a"), {}),
    "horse-face-blue": ("horse-face-skirt", ("#2f4a7a", "#d8ae4e"), {}),
    "horse-face-black": ("horse-face-skirt", ("#34323a", "#d8ae4e"), {}),
    "horse-face-red": ("horse-face-skirt", ("#a8293a", "#e3b85a"), {}),
    "horse-face-white": ("horse-face-skirt", ("#e8e2d6", "#5f86b5"), {}),
    "cloak-red": ("cloak", ("#b2293a",), {}),
    "cloak-white": ("cloak", ("#dfe4ea",), {}),
    "round-fan": ("round-fan", ("#fbf1e3",), {}),
    "round-fan-blue": ("round-fan", ("#cfe2ee",), {}),
    "hairpin-pink": ("hairpin", ("#e07a94",), {}),
    "hairpin-blue": ("hairpin", ("#6f9fd0",), {}),
    "cloth-shoe-red": ("cloth-shoe", ("#c0364a",), {}),
    "cloth-shoe-green": ("cloth-shoe", ("#6fa08a",), {}),
    "pendant-black": ("pendant", ("#3f4652",), {}),
    "pendant-green": ("pendant", ("#5f8a74",), {}),
    "chandelier-gold": ("chandelier", ("#cfa95a",), {}),
    "desk-lamp-white": ("desk-lamp", ("#f2f3f5",), {}),
    "desk-lamp-black": ("desk-lamp", ("#4a4d57",), {}),
    "desk-lamp-pink": ("desk-lamp", ("#f0b6c0",), {}),
    "floor-lamp": ("floor-lamp", ("#f1e6d3",), {}),
    "ceiling-lamp": ("ceiling-lamp", ("#dfe3ea",), {}),
    "ceiling-lamp-wood": ("ceiling-lamp", ("#c79a6b",), {}),
    "spotlight-black": ("spotlight", ("#33363e",), {}),
    "spotlight-white": ("spotlight", ("#e4e6ea",), {}),
    "strip-warm": ("strip-reel", ("#ffcf6b",), {}),
    "strip-blue": ("strip-reel", ("#7fb2ff",), {}),
    "string-lights-warm": ("string-lights", (["#ffcf6b"],), {}),
    "string-lights-colour": ("string-lights", (RAINBOW,), {}),
    "wall-lamp": ("wall-lamp", ("#b58b4c",), {}),
    "garden-lamp": ("garden-lamp", ("#4a4f57",), {}),
    "panel-light": ("panel-light", ("#e6e9ee",), {}),
    "tumbler-green": ("tumbler", ("#5aa893",), {}),
    "tumbler-pink": ("tumbler", ("#eaa2b0",), {}),
    "tumbler-black": ("tumbler", ("#3d4048",), {}),
    "blocks": ("building-blocks", (["#e9503f", "#f5b82e", "#3f8fe0", "#4fb36a"],), {}),
    "blocks-pastel": ("building-blocks", (["#f3b7c4", "#b7d8f0", "#f6e0a4", "#c4e3c3"],), {}),
}
"""Our name -> drawing, its arguments, its named arguments."""


def cut_out(page: Page, body: str, view: int, css_filter: str) -> Image.Image:
    """The product alone, on nothing, at its own size."""
    page.set_content(
        "<body style='margin:0;background:transparent'>"
        f"<svg xmlns='http://www.w3.org/2000/svg' width='640' height='640' viewBox='0 0 {view} {view}' "
        f"style='display:block;filter:{css_filter}'>{body}</svg></body>"
    )
    shot = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
    solid = shot.getchannel("A").point(lambda alpha: 255 if alpha > 90 else 0)
    left, top, right, bottom = solid.getbbox() or (0, 0, EDGE, EDGE)
    margin = min(left, top, EDGE - right, EDGE - bottom, 40)  # keeps the soft edge of a lamp's light
    return shot.crop((left - margin, top - margin, right + margin, bottom + margin))


def ground() -> Image.Image:
    """A warm grey sweep, brightest behind the product."""
    wall = Image.new("L", (1, EDGE))
    for y in range(EDGE):
        wall.putpixel((0, y), round(244 - 14 * max(0.0, (y - 380) / (EDGE - 380))))
    grey = wall.resize((EDGE, EDGE))
    return Image.merge("RGB", (grey, ImageChops.subtract(grey, Image.new("L", grey.size, 2)),
                               ImageChops.subtract(grey, Image.new("L", grey.size, 6))))  # fmt: skip


def staged(product: Image.Image) -> Image.Image:
    scale = min(PRODUCT / product.width, PRODUCT / product.height)
    product = product.resize((round(product.width * scale), round(product.height * scale)), Image.Resampling.LANCZOS)
    left, top = (EDGE - product.width) // 2, min(BASELINE, (EDGE + product.height) // 2 + 20) - product.height
    scene = ground()
    foot = top + product.height - 8
    shade = Image.new("L", scene.size, 0)
    inset = product.width * 0.1
    ImageDraw.Draw(shade).ellipse((left + inset, foot - 16, left + product.width - inset, foot + 22), fill=110)
    scene.paste((70, 62, 56), mask=shade.filter(ImageFilter.GaussianBlur(16)))
    scene.paste(product, (left, top), product)
    return scene


def main(icons_file: str) -> None:
    icons = json.loads(Path(icons_file).read_text())["icons"]
    sources = {name: (icons[emoji]["body"], 32, "none") for name, emoji in EMOJI.items()}
    sources |= {name: (icons[EMOJI[emoji]]["body"], 32, css) for name, (emoji, css) in HUES.items()}
    sources |= {name: (DRAWINGS[kind](*given, **named), 320, "none") for name, (kind, given, named) in DRAWN.items()}
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.webp"):
        old.unlink()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": EDGE, "height": EDGE})
        for name, (body, view, css) in sorted(sources.items()):
            picture = staged(cut_out(page, body, view, css))
            picture.save(TARGET / f"{name}.webp", "WEBP", quality=72, method=6)
        browser.close()
    total = sum(file.stat().st_size for file in TARGET.glob("*.webp"))
    print(f"{len(sources)} pictures, {total:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])

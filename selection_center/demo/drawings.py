"""Products that the emoji set lacks (bedding, hanfu, lamps, socks), drawn by ourselves as SVG in the same soft look.

Each drawing answers the inner part of an SVG with the view box 0 0 320 320; colours are hex words such as `#5b86c4`.
"""

import math
from collections.abc import Callable


def mix(colour: str, other: str, share: float) -> str:
    """The colour moved towards another by a share of 0 to 1."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def light(colour: str, share: float = 0.35) -> str:
    return mix(colour, "#ffffff", share)


def dark(colour: str, share: float = 0.3) -> str:
    return mix(colour, "#1c1430", share)


def fill(name: str, colour: str, *, across: bool = False, strength: float = 0.32) -> str:
    """A gradient from the light side to the shaded side, to be used as `url(#name)`."""
    end = 'x2="1" y2="0.25"' if across else 'x2="0.35" y2="1"'
    return (
        f'<linearGradient id="{name}" x1="0" y1="0" {end}>'
        f'<stop offset="0" stop-color="{light(colour, strength)}"/><stop offset="0.5" stop-color="{colour}"/>'
        f'<stop offset="1" stop-color="{dark(colour, strength * 0.8)}"/></linearGradient>'
    )


BLUR = '<filter id="blur" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="7"/></filter>'


def glow(colour: str) -> str:
    """A lamp's light, strongest in its middle."""
    return (
        f'<radialGradient id="glow"><stop offset="0" stop-color="#fffdf2"/><stop offset="0.45" stop-color="{colour}" '
        f'stop-opacity="0.75"/><stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def shine(x: int, y: int, rx: int, ry: int, strength: float = 0.45, turn: int = 0) -> str:
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="#fff" opacity="{strength}" filter="url(#blur)" '
        f'transform="rotate({turn} {x} {y})"/>'
    )


def pillow(colour: str) -> str:
    outline = "M46 92 Q34 70 62 72 Q160 94 258 72 Q286 70 274 92 Q256 160 274 228 Q286 250 258 248 Q160 226 62 248 Q34 250 46 228 Q64 160 46 92Z"
    return (
        f"<defs>{fill('a', colour)}{BLUR}</defs>"
        f'<path d="{outline}" fill="url(#a)"/>'
        f'<path d="M62 94 Q160 114 258 94 Q242 160 258 226 Q160 206 62 226 Q78 160 62 94Z" fill="none" '
        f'stroke="{dark(colour, 0.18)}" stroke-width="3" opacity="0.55"/>'
        + shine(128, 128, 62, 26, 0.55, -8)
        + f'<path d="M92 196 q34 -10 60 4 M210 120 q22 12 30 34" fill="none" stroke="{dark(colour, 0.3)}" '
        'stroke-width="4" stroke-linecap="round" opacity="0.3"/>'
    )


def cushion(colour: str) -> str:
    buttons = "".join(
        f'<circle cx="{x}" cy="{y}" r="6" fill="{dark(colour, 0.4)}"/>' for x in (116, 204) for y in (122, 206)
    )
    return (
        f"<defs>{fill('a', colour)}{BLUR}</defs>"
        '<path d="M62 78 Q160 54 258 78 Q282 160 258 250 Q160 270 62 250 Q38 160 62 78Z" fill="url(#a)"/>'
        f'<path d="M62 250 Q160 270 258 250 Q264 262 252 270 Q160 288 68 270 Q56 262 62 250Z" fill="{dark(colour)}"/>'
        + shine(126, 110, 66, 26)
        + buttons
    )


def folded(colours: list[str]) -> str:
    """A stack of folded cloth, the first colour on top: towels, quilts, sheets."""
    height = min(88, 190 // len(colours))
    defs, layers = "", ""
    for row in reversed(range(len(colours))):
        top, colour = 72 + row * height, colours[row]
        defs += fill(f"f{row}", colour)
        radius = height // 2
        layers += (
            f'<path d="M{40 + radius} {top} H262 Q280 {top} 280 {top + 16} V{top + height - 14} Q280 {top + height} 264 '
            f'{top + height} H{40 + radius} A{radius} {radius} 0 0 1 {40 + radius} {top}Z" fill="url(#f{row})"/>'
            f'<path d="M280 {top + height * 0.34:.0f} H86 M280 {top + height * 0.67:.0f} H86" '
            f'stroke="{dark(colour, 0.28)}" stroke-width="3" opacity="0.5"/>'
            f'<ellipse cx="{62 + radius // 3}" cy="{top + radius}" rx="{radius * 0.36:.0f}" ry="{radius * 0.62:.0f}" '
            f'fill="{dark(colour, 0.22)}" opacity="0.55"/>'
        )
    return f"<defs>{defs}{BLUR}</defs>{layers}" + shine(150, 92, 70, 12, 0.4)


def bedding(colour: str) -> str:
    """A set of four as shops photograph it: two pillows before a folded quilt."""
    pale = light(colour, 0.55)
    return (
        f"<defs>{fill('a', colour)}{fill('b', pale)}{BLUR}</defs>"
        '<rect x="40" y="150" width="240" height="58" rx="26" fill="url(#a)"/>'
        '<rect x="36" y="200" width="248" height="66" rx="30" fill="url(#a)"/>'
        f'<path d="M66 222 H284 M66 244 H284 M70 170 H280" stroke="{dark(colour, 0.3)}" stroke-width="3" opacity="0.5"/>'
        '<path d="M52 84 Q110 66 166 84 Q174 116 166 152 Q110 166 52 152 Q42 116 52 84Z" fill="url(#b)"/>'
        '<path d="M154 84 Q212 66 268 84 Q278 116 268 152 Q212 166 154 152 Q144 116 154 84Z" fill="url(#b)"/>'
        f'<path d="M62 92 Q110 78 158 92 Q164 116 158 144 Q110 154 62 144 Q56 116 62 92Z M164 92 Q212 78 260 92 Q266 116 '
        f'260 144 Q212 154 164 144 Q158 116 164 92Z" fill="none" stroke="{colour}" stroke-width="3" opacity="0.6"/>'
        + shine(100, 100, 30, 12, 0.6)
        + shine(206, 100, 30, 12, 0.6)
        + shine(130, 214, 70, 10, 0.35)
    )


def curtain(colour: str) -> str:
    folds = ""
    for start, turn in ((44, 1), (276, -1)):
        for fold in range(4):
            x = start + turn * fold * 26
            folds += (
                f'<path d="M{x} 66 H{x + turn * 26} Q{x + turn * (22 - fold * 6)} 170 {x + turn * (24 - fold * 4)} 272 '
                f'H{x - turn * fold * 3} Q{x - turn * fold * 3} 170 {x} 66Z" fill="url(#{"ab"[fold % 2]})"/>'
            )
    rings = "".join(
        f'<circle cx="{x}" cy="58" r="7" fill="none" stroke="#8b8f98" stroke-width="4"/>' for x in range(52, 290, 24)
    )
    return (
        f"<defs>{fill('a', colour, across=True)}{fill('b', dark(colour, 0.12), across=True)}</defs>"
        '<rect x="70" y="66" width="180" height="200" fill="#e8f3fb"/><path d="M160 66 V266 M70 160 H250" stroke="#c3ced8" '
        f'stroke-width="5"/>{folds}{rings}'
        '<rect x="28" y="50" width="264" height="10" rx="5" fill="#9a8f86"/><circle cx="28" cy="55" r="11" fill="#7d736b"/>'
        '<circle cx="292" cy="55" r="11" fill="#7d736b"/>'
    )


def rug(colour: str) -> str:
    pale = light(colour, 0.6)
    tassels = "".join(f'<path d="M{x} 246 v18" stroke="{pale}" stroke-width="4"/>' for x in range(54, 272, 9))
    return (
        f"<defs>{fill('a', colour)}{BLUR}</defs>{tassels}"
        '<path d="M74 96 H246 L284 248 H36Z" fill="url(#a)"/>'
        f'<path d="M86 110 H234 L264 234 H56Z" fill="none" stroke="{pale}" stroke-width="7"/>'
        f'<path d="M160 128 L204 172 L160 216 L116 172Z" fill="{pale}" opacity="0.85"/>'
        f'<path d="M160 148 L184 172 L160 196 L136 172Z" fill="{dark(colour, 0.2)}"/>'
        '<rect x="66" y="70" width="188" height="40" rx="20" fill="url(#a)"/>'
        f'<ellipse cx="80" cy="90" rx="9" ry="15" fill="{dark(colour, 0.35)}"/>' + shine(160, 80, 70, 8, 0.5)
    )


def sock(colour: str, *, shaft: int = 120, trim: str = "#ffffff", dots: bool = False) -> str:
    """A pair; the shaft's length in drawing units makes it a boat, crew or knee sock."""

    def one(dx: int, dy: int, name: str, toe: str) -> str:
        top = 206 - shaft + dy
        a, b, c = 128 + dx, 192 + dx, 206 + dy
        body = (
            f"M{a} {top} H{b} V{c + 4} Q{b} {c + 40} {b - 34} {c + 56} L{a - 28} {c + 74} Q{a - 66} {c + 80} {a - 70} "
            f"{c + 54} Q{a - 70} {c + 34} {a - 44} {c + 26} L{a - 14} {c + 14} Q{a} {c + 6} {a} {c - 10}Z"
        )
        spots = "".join(f'<circle cx="{a - 30 + k * 22}" cy="{c + 54 - k * 7}" r="5" fill="{trim}"/>' for k in range(4))
        return (
            f'<path d="{body}" fill="url(#{name})"/>'
            f'<path d="M{a - 44} {c + 26} Q{a - 70} {c + 34} {a - 70} {c + 54} Q{a - 66} {c + 80} {a - 28} {c + 74} '
            f'Q{a - 18} {c + 46} {a - 44} {c + 26}Z" fill="{toe}"/>'
            f'<path d="M{b} {c - 8} V{c + 4} Q{b} {c + 40} {b - 34} {c + 56} Q{b - 48} {c + 20} {b} {c - 8}Z" fill="{toe}"/>'
            f'<rect x="{a - 3}" y="{top - 4}" width="70" height="24" rx="8" fill="{toe}"/>'
            f'<path d="M{a + 8} {top - 2} v20 M{a + 22} {top - 2} v20 M{a + 36} {top - 2} v20 M{a + 50} {top - 2} v20" '
            f'stroke="{dark(toe, 0.2)}" stroke-width="2" opacity="0.5"/>' + (spots if dots else "")
        )

    lower = (shaft - 120) // 4
    return (
        f"<defs>{fill('a', colour)}{fill('b', dark(colour, 0.1))}{BLUR}</defs>"
        + one(66, lower - 12, "b", dark(trim, 0.1))
        + one(0, lower, "a", trim)
        + shine(146, 190 - shaft // 2 + lower, 9, max(14, shaft // 3), 0.4)
    )


def tights(colour: str) -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{BLUR}</defs>"
        '<path d="M96 40 H224 L238 150 L226 262 Q224 284 250 284 Q262 290 250 296 H204 Q192 296 194 276 L176 160 L160 130 '
        'L144 160 L126 276 Q128 296 116 296 H70 Q58 290 70 284 Q96 284 94 262 L82 150Z" fill="url(#a)"/>'
        f'<rect x="92" y="34" width="136" height="20" rx="9" fill="{dark(colour, 0.25)}"/>'
        + shine(112, 150, 10, 70, 0.4)
    )


def ruqun(colour: str, skirt: str) -> str:
    """Cross-collared top with wide sleeves and a long pleated skirt (交领襦裙)."""
    pleats = "".join(
        f'<path d="M{132 + k * 8} 160 L{94 + k * 19} 292" stroke="{dark(skirt, 0.22)}" stroke-width="2.5" opacity="0.5"/>'
        for k in range(8)
    )
    sleeve = "M128 62 Q96 66 70 104 L24 176 Q20 196 44 204 L84 214 Q96 214 98 200 L130 128Z"
    return (
        f"<defs>{fill('a', colour)}{fill('b', skirt)}{BLUR}</defs>"
        f'<path d="M126 152 H194 L240 288 Q160 306 80 288Z" fill="url(#b)"/>{pleats}'
        f'<path d="{sleeve}" fill="url(#a)"/><path d="{sleeve}" fill="url(#a)" transform="translate(320 0) scale(-1 1)"/>'
        f'<path d="M24 176 Q20 196 44 204 L84 214 Q96 214 98 200 L104 186 Q60 184 32 164Z" fill="{light(colour, 0.6)}"/>'
        f'<path d="M296 176 Q300 196 276 204 L236 214 Q224 214 222 200 L216 186 Q260 184 288 164Z" fill="{light(colour, 0.6)}"/>'
        '<path d="M126 58 Q160 72 194 58 L204 156 H116Z" fill="url(#a)"/>'
        f'<path d="M134 54 L182 150" stroke="{light(skirt, 0.2)}" stroke-width="14"/>'
        f'<path d="M188 54 L128 150" stroke="#fffaf2" stroke-width="14"/>'
        f'<path d="M188 54 L128 150" stroke="{skirt}" stroke-width="5"/>'
        f'<rect x="114" y="144" width="92" height="22" rx="5" fill="{dark(skirt, 0.25)}"/>'
        f'<path d="M160 164 q-12 40 -8 84 M166 164 q10 36 4 74" stroke="{dark(skirt, 0.25)}" stroke-width="6" fill="none" '
        'stroke-linecap="round"/>' + shine(104, 96, 12, 34, 0.35, 34) + shine(122, 230, 14, 44, 0.3, 14)
    )


def horse_face_skirt(colour: str, band: str) -> str:
    """The pleated skirt with flat front and woven hem bands (马面裙)."""
    pleats = "".join(
        f'<path d="M{x} 84 L{x - (150 - x) * 0.55:.0f} 282" stroke="{dark(colour, 0.35)}" stroke-width="3" opacity="0.55"/>'
        f'<path d="M{320 - x} 84 L{320 - x + (150 - x) * 0.55:.0f} 282" stroke="{dark(colour, 0.35)}" stroke-width="3" '
        'opacity="0.55"/>'
        for x in range(98, 132, 7)
    )
    flowers = "".join(
        f'<circle cx="{x}" cy="{y}" r="6" fill="{light(band, 0.3)}"/><circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>'
        for x, y in (
            (60, 262),
            (92, 266),
            (124, 268),
            (160, 268),
            (196, 268),
            (228, 266),
            (260, 262),
            (160, 224),
        )
    )
    return (
        f"<defs>{fill('a', colour, across=True)}{fill('b', light(colour, 0.12))}{BLUR}</defs>"
        '<path d="M92 78 H228 L290 278 Q160 300 30 278Z" fill="url(#a)"/>'
        f'{pleats}<path d="M130 78 H190 L204 291 Q160 294 116 291Z" fill="url(#b)"/>'
        f'<path d="M39 250 Q160 272 281 250 L287 270 Q160 292 33 270Z" fill="{band}" opacity="0.85"/>'
        f'<path d="M122 206 Q160 210 198 206 L200 238 Q160 242 120 238Z" fill="{band}" opacity="0.85"/>{flowers}'
        f'<rect x="86" y="54" width="148" height="30" rx="6" fill="#f6efe2"/><path d="M234 62 q34 10 40 46 M234 72 q24 16 22 52" '
        f'stroke="#f6efe2" stroke-width="7" fill="none" stroke-linecap="round"/>' + shine(96, 160, 12, 56, 0.3, 16)
    )


def cloak(colour: str) -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{BLUR}</defs>"
        '<path d="M118 96 Q160 40 202 96 Q246 120 272 284 Q160 304 48 284 Q74 120 118 96Z" fill="url(#a)"/>'
        f'<path d="M124 100 Q160 52 196 100 Q190 132 160 138 Q130 132 124 100Z" fill="{dark(colour, 0.45)}"/>'
        '<path d="M118 98 Q124 140 160 146 Q196 140 202 98" fill="none" stroke="#fff8ee" stroke-width="18" '
        'stroke-linecap="round"/><path d="M160 146 V294" stroke="#fff8ee" stroke-width="14"/>'
        f'<path d="M152 150 q-22 14 -12 44 M168 150 q22 14 12 44" stroke="{dark(colour, 0.3)}" stroke-width="5" fill="none"/>'
        f'<path d="M104 150 Q84 210 84 284 M216 150 Q236 210 236 284" stroke="{dark(colour, 0.3)}" stroke-width="4" '
        'fill="none" opacity="0.5"/>' + shine(96, 200, 12, 60, 0.35, 12)
    )


def round_fan(colour: str) -> str:
    return (
        f"<defs>{fill('a', colour)}{fill('b', '#8a5a34')}{BLUR}</defs>"
        '<rect x="152" y="196" width="16" height="96" rx="8" fill="url(#b)"/>'
        '<circle cx="160" cy="124" r="92" fill="url(#b)"/><circle cx="160" cy="124" r="84" fill="url(#a)"/>'
        f'<path d="M104 168 Q150 150 196 76" stroke="#7b5138" stroke-width="6" fill="none" stroke-linecap="round"/>'
        + "".join(
            f'<g transform="translate({x} {y})">'
            + "".join(
                f'<circle cx="{11 * math.cos(k * 1.2566):.1f}" cy="{11 * math.sin(k * 1.2566):.1f}" r="8" fill="#e8718f"/>'
                for k in range(5)
            )
            + '<circle r="5" fill="#ffd27a"/></g>'
            for x, y in ((128, 150), (176, 108), (196, 78))
        )
        + '<path d="M160 292 q-6 8 0 12 q6 -4 0 -12" fill="#c0392b"/>'
        + shine(126, 84, 34, 14, 0.55, -30)
    )


def hairpin(colour: str) -> str:
    drops = "".join(
        f'<path d="M{x} {y} v{n}" stroke="#c9a24a" stroke-width="3"/><circle cx="{x}" cy="{y + n + 7}" r="8" '
        f'fill="{light(colour, 0.3)}"/>'
        for x, y, n in ((66, 126, 62), (94, 138, 84), (122, 138, 56))
    )
    petals = "".join(
        f'<ellipse cx="96" cy="70" rx="17" ry="30" fill="url(#a)" transform="rotate({k * 60} 96 104)"/>'
        for k in range(6)
    )
    return (
        f"<defs>{fill('a', colour)}{fill('g', '#d8ae4e', across=True)}{BLUR}</defs>"
        f'<path d="M100 100 L288 262 Q294 270 284 270 L92 112Z" fill="url(#g)"/>{drops}{petals}'
        '<circle cx="96" cy="104" r="13" fill="#f6d98b"/>' + shine(86, 84, 14, 8, 0.5)
    )


def cloth_shoe(colour: str) -> str:
    """Embroidered cloth shoes with a turned-up toe (绣花鞋)."""

    def one(dx: int, dy: int) -> str:
        return (
            f'<g transform="translate({dx} {dy})"><path d="M34 190 Q22 160 44 160 Q70 176 116 172 Q150 150 196 152 Q244 150 '
            '252 176 Q254 204 236 208 H70 Q40 208 34 190Z" fill="url(#a)"/>'
            f'<path d="M120 172 Q152 152 196 154 Q238 152 246 172 Q200 184 120 172Z" fill="{dark(colour, 0.5)}"/>'
            '<path d="M40 200 Q50 214 78 214 H232 Q248 212 250 198 Q246 206 232 206 H72 Q48 206 40 200Z" fill="#f4ead6"/>'
            '<circle cx="78" cy="186" r="8" fill="#f7c6d2"/><circle cx="92" cy="190" r="6" fill="#ffe08a"/>'
            '<path d="M60 192 q-8 -6 -10 -14 M104 196 q14 2 26 -6" stroke="#7fc69b" stroke-width="4" fill="none"/></g>'
        )

    return f"<defs>{fill('a', colour)}{BLUR}</defs>" + one(42, -44) + one(-4, 30) + shine(176, 200, 40, 7, 0.4)


def pendant(colour: str, warm: str = "#ffe3a1") -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{glow(warm)}{BLUR}</defs>"
        '<ellipse cx="160" cy="236" rx="120" ry="70" fill="url(#glow)"/>'
        '<rect x="128" y="22" width="64" height="14" rx="7" fill="#5a5560"/><path d="M160 36 V104" stroke="#4a4650" '
        'stroke-width="5"/><rect x="144" y="96" width="32" height="26" rx="6" fill="#c9a24a"/>'
        '<path d="M132 118 H188 Q256 140 268 226 H52 Q64 140 132 118Z" fill="url(#a)"/>'
        '<ellipse cx="160" cy="226" rx="108" ry="17" fill="#fff3cf"/><circle cx="160" cy="232" r="20" fill="#fffdf2"/>'
        + shine(112, 168, 14, 36, 0.5, 28)
    )


def chandelier(colour: str, warm: str = "#ffe3a1") -> str:
    arms = "".join(
        f'<path d="M160 176 Q{160 + dx * 0.7:.0f} 240 {160 + dx} 196" stroke="{colour}" stroke-width="7" fill="none"/>'
        f'<circle cx="{160 + dx}" cy="{156 - abs(dx) // 14}" r="34" fill="url(#glow)"/>'
        f'<path d="M{150 + dx} 190 q10 -54 10 -54 q0 0 10 54Z" fill="#fff6dc"/>'
        f'<rect x="{146 + dx}" y="188" width="28" height="12" rx="5" fill="{dark(colour, 0.1)}"/>'
        for dx in (-112, -58, 58, 112)
    )
    beads = "".join(
        f'<circle cx="{x}" cy="{y}" r="6" fill="#d9ecf7" stroke="#a9c9dd" stroke-width="1.5"/>'
        for x, y in (
            (160, 262),
            (148, 250),
            (172, 250),
            (102, 232),
            (218, 232),
            (60, 222),
            (260, 222),
            (160, 280),
        )
    )
    return (
        f"<defs>{fill('a', colour)}{glow(warm)}{BLUR}</defs>"
        '<path d="M160 26 V96" stroke="#8a7a55" stroke-width="5" stroke-dasharray="9 4"/>'
        f'<rect x="132" y="20" width="56" height="14" rx="7" fill="{dark(colour, 0.2)}"/>{arms}'
        '<path d="M148 92 H172 Q188 120 172 150 Q196 190 172 226 Q160 240 148 226 Q124 190 148 150 Q132 120 148 92Z" '
        f'fill="url(#a)"/>{beads}' + shine(150, 150, 6, 50, 0.5)
    )


def desk_lamp(colour: str, warm: str = "#ffe9b5") -> str:
    return (
        f"<defs>{fill('a', colour)}{glow(warm)}{BLUR}</defs>"
        '<ellipse cx="92" cy="190" rx="92" ry="76" fill="url(#glow)"/>'
        '<ellipse cx="206" cy="280" rx="76" ry="18" fill="url(#a)"/>'
        f'<path d="M206 272 L242 172 L164 92" stroke="{dark(colour, 0.15)}" stroke-width="13" fill="none" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        f'<circle cx="242" cy="172" r="13" fill="{dark(colour, 0.4)}"/><circle cx="164" cy="92" r="11" fill="{dark(colour, 0.4)}"/>'
        '<path d="M170 66 Q196 96 176 112 L120 170 Q72 136 58 96 L140 56 Q158 52 170 66Z" fill="url(#a)"/>'
        '<ellipse cx="89" cy="133" rx="51" ry="17" transform="rotate(50 89 133)" fill="#fff6d8"/>'
        + shine(128, 84, 34, 10, 0.5, -24)
    )


def floor_lamp(colour: str, warm: str = "#ffe3a1") -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{glow(warm)}{BLUR}</defs>"
        '<ellipse cx="160" cy="118" rx="130" ry="104" fill="url(#glow)" opacity="0.8"/>'
        '<path d="M160 130 L112 296 M160 130 L208 296 M160 130 V290" stroke="#a9784e" stroke-width="9" stroke-linecap="round"/>'
        '<path d="M122 226 H198" stroke="#8b5f3b" stroke-width="5"/>'
        '<path d="M112 44 H208 L236 142 Q160 158 84 142Z" fill="url(#a)"/>'
        f'<path d="M84 142 Q160 158 236 142 L233 132 Q160 146 87 132Z" fill="{dark(colour, 0.2)}"/>'
        '<ellipse cx="160" cy="44" rx="48" ry="7" fill="#fff6dc"/>' + shine(130, 92, 14, 34, 0.55, 12)
    )


def ceiling_lamp(colour: str, warm: str = "#fff0c4") -> str:
    return (
        f"<defs>{fill('a', colour)}{fill('b', '#fff7e0', strength=0.5)}{glow(warm)}{BLUR}</defs>"
        '<ellipse cx="160" cy="196" rx="150" ry="100" fill="url(#glow)"/>'
        '<rect x="112" y="76" width="96" height="24" rx="10" fill="#8d8a92"/>'
        '<path d="M44 150 A116 34 0 0 1 276 150 V164 A116 40 0 0 1 44 164Z" fill="url(#a)"/>'
        '<ellipse cx="160" cy="164" rx="116" ry="40" fill="url(#a)"/><ellipse cx="160" cy="168" rx="98" ry="31" fill="url(#b)"/>'
        f'<path d="M92 98 H228 Q262 110 274 140 H46 Q58 110 92 98Z" fill="{light(colour, 0.25)}"/>'
        + shine(120, 160, 40, 8, 0.8)
    )


def spotlight(colour: str, warm: str = "#ffeab8") -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{glow(warm)}{BLUR}</defs>"
        f'<rect x="36" y="48" width="248" height="22" rx="6" fill="{dark(colour, 0.35)}"/>'
        f'<rect x="138" y="66" width="26" height="40" rx="5" fill="{dark(colour, 0.15)}"/>'
        '<ellipse cx="112" cy="256" rx="112" ry="60" fill="url(#glow)"/>'
        '<g transform="rotate(28 150 160)"><rect x="112" y="104" width="76" height="116" rx="18" fill="url(#a)"/>'
        f'<path d="M112 130 H188 M112 142 H188 M112 154 H188" stroke="{dark(colour, 0.35)}" stroke-width="4"/>'
        '<ellipse cx="150" cy="220" rx="38" ry="13" fill="#fff8e2"/><ellipse cx="150" cy="220" rx="22" ry="7" fill="#ffd97a"/></g>'
        + shine(134, 150, 8, 34, 0.45, 28)
    )


def strip_reel(warm: str) -> str:
    lights = "".join(
        f'<circle cx="{160 + 96 * math.cos(k * 0.2618):.0f}" cy="{150 + 96 * math.sin(k * 0.2618):.0f}" r="7" fill="#fffdf0"/>'
        for k in range(24)
    )
    tail = "".join(f'<circle cx="{166 + k * 22}" cy="{268 - k * k * 0.6:.0f}" r="6" fill="#fffdf0"/>' for k in range(6))
    return (
        f"<defs>{fill('a', '#f1f2f5')}{glow(warm)}{BLUR}</defs>"
        '<circle cx="160" cy="150" r="150" fill="url(#glow)"/>'
        f'<path d="M150 252 Q230 276 300 246" stroke="{warm}" stroke-width="22" fill="none" stroke-linecap="round"/>{tail}'
        f'<circle cx="160" cy="150" r="110" fill="{warm}"/><circle cx="160" cy="150" r="82" fill="{dark(warm, 0.12)}"/>{lights}'
        '<circle cx="160" cy="150" r="70" fill="url(#a)"/><circle cx="160" cy="150" r="20" fill="#c9ccd4"/>'
        '<path d="M160 92 V122 M160 178 V208 M102 150 H132 M188 150 H218" stroke="#c9ccd4" stroke-width="9" '
        'stroke-linecap="round"/>' + shine(128, 110, 24, 10, 0.7, -35)
    )


def string_lights(colours: list[str]) -> str:
    at = [(40, 108), (88, 158), (142, 182), (196, 178), (244, 146), (284, 98)]
    bulbs = ""
    for (x, y), colour in zip(at, colours * 6, strict=False):
        bulbs += (
            f'<circle cx="{x}" cy="{y + 48}" r="42" fill="{colour}" opacity="0.28" filter="url(#blur)"/>'
            f'<rect x="{x - 10}" y="{y}" width="20" height="22" rx="4" fill="#3f3b46"/>'
            f'<path d="M{x - 13} {y + 20} H{x + 13} Q{x + 26} {y + 44} {x + 14} {y + 64} Q{x} {y + 82} {x - 14} {y + 64} '
            f'Q{x - 26} {y + 44} {x - 13} {y + 20}Z" fill="{colour}"/>'
            f'<ellipse cx="{x - 6}" cy="{y + 42}" rx="5" ry="13" fill="#fff" opacity="0.6"/>'
        )
    return (
        f"<defs>{BLUR}</defs>"
        '<path d="M14 70 Q150 270 306 66" stroke="#3f3b46" stroke-width="6" fill="none" stroke-linecap="round"/>'
        + bulbs
    )


def wall_lamp(colour: str, warm: str = "#ffe3a1") -> str:
    return (
        f"<defs>{fill('a', colour)}{glow(warm)}{fill('b', '#fff1cf', strength=0.6)}{BLUR}</defs>"
        '<circle cx="186" cy="160" r="128" fill="url(#glow)"/>'
        '<rect x="44" y="92" width="34" height="150" rx="15" fill="url(#a)"/>'
        f'<path d="M72 176 H124 Q136 176 136 190 V206" stroke="{dark(colour, 0.1)}" stroke-width="13" fill="none"/>'
        '<circle cx="192" cy="164" r="74" fill="url(#b)"/><rect x="126" y="194" width="44" height="42" rx="9" fill="url(#a)" '
        'transform="rotate(-24 148 216)"/>' + shine(172, 134, 24, 16, 0.9, -30)
    )


def garden_lamp(colour: str, warm: str = "#ffe09a") -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{glow(warm)}{BLUR}</defs>"
        '<circle cx="160" cy="134" r="124" fill="url(#glow)"/>'
        '<path d="M152 186 H168 L164 302 H156Z" fill="#6c6f78"/>'
        '<path d="M116 98 H204 L192 188 H128Z" fill="#fff4d2" opacity="0.95"/>'
        '<path d="M138 98 L142 188 M182 98 L178 188" stroke="#5d5a64" stroke-width="5"/>'
        '<circle cx="160" cy="146" r="17" fill="#ffd978"/>'
        '<path d="M160 40 L228 92 Q230 102 218 102 H102 Q90 102 92 92Z" fill="url(#a)"/>'
        '<path d="M124 84 L160 56 L196 84Z" fill="#2f4d7d"/><path d="M142 70 V84 M160 56 V84 M178 70 V84" stroke="#6f93c9" '
        'stroke-width="2"/><rect x="120" y="184" width="80" height="16" rx="7" fill="url(#a)"/>'
    )


def panel_light(colour: str, warm: str = "#fff5d6") -> str:
    return (
        f"<defs>{fill('a', colour)}{glow(warm)}{BLUR}</defs><circle cx="
        '"160" cy="170" r="150" fill="url(#glow)"/>'
        '<circle cx="160" cy="164" r="106" fill="url(#a)"/><circle cx="160" cy="160" r="90" fill="#fffaf0"/>'
        f'<circle cx="160" cy="160" r="90" fill="none" stroke="{dark(colour, 0.12)}" stroke-width="4"/>'
        '<path d="M44 128 q-18 8 -14 30 l12 -4 M276 128 q18 8 14 30 l-12 -4" stroke="#8f929b" stroke-width="7" fill="none"/>'
        + shine(132, 124, 36, 18, 0.9, -30)
    )


def tumbler(colour: str) -> str:
    return (
        f"<defs>{fill('a', colour, across=True)}{fill('b', '#c5c9d1', across=True)}{BLUR}</defs>"
        '<rect x="112" y="40" width="96" height="44" rx="14" fill="url(#b)"/><rect x="104" y="78" width="112" height="208" '
        'rx="24" fill="url(#a)"/><rect x="104" y="92" width="112" height="12" fill="#e9ebef"/>'
        '<path d="M204 52 q34 4 30 46" stroke="#8f929b" stroke-width="9" fill="none"/>' + shine(130, 180, 9, 70, 0.55)
    )


def building_blocks(colours: list[str]) -> str:
    at = ((60, 196), (132, 196), (204, 196), (96, 130), (168, 130), (132, 64))
    defs, bricks = "", ""
    for number, (x, y) in enumerate(at):
        colour = colours[number % len(colours)]
        defs += fill(f"k{number}", colour)
        bricks += (
            f'<rect x="{x + 9}" y="{y - 12}" width="18" height="14" rx="4" fill="{light(colour, 0.2)}"/>'
            f'<rect x="{x + 37}" y="{y - 12}" width="18" height="14" rx="4" fill="{light(colour, 0.2)}"/>'
            f'<rect x="{x}" y="{y}" width="66" height="58" rx="7" fill="url(#k{number})"/>'
        )
    return f"<defs>{defs}{BLUR}</defs>{bricks}" + shine(160, 92, 20, 8, 0.4)


DRAWINGS: dict[str, Callable[..., str]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        pillow, cushion, folded, bedding, curtain, rug, sock, tights, ruqun, horse_face_skirt, cloak, round_fan,
        hairpin, cloth_shoe, pendant, chandelier, desk_lamp, floor_lamp, ceiling_lamp, spotlight, strip_reel,
        string_lights, wall_lamp, garden_lamp, panel_light, tumbler, building_blocks,
    )
}  # fmt: skip

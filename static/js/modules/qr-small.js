// A QR of version 2, level M, for up to 38 symbols of a code (0-9 A-Z): drawn on the phone, where no server is.
// ISO/IEC 18004: one block of 28 data and 16 check codewords, always mask 0.
const SIDE = 25;
const QUIET = 4;
const DATA = 28;
const CHECKS = 16;
const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const FORMAT = 0x5412; // level M and mask 0, with their check bits

const powers = [1];
for (let i = 1; i < 255; i++) powers.push((powers[i - 1] << 1) ^ (powers[i - 1] & 0x80 ? 0x11d : 0));
const logs = new Map(powers.map((power, exponent) => [power, exponent]));
const times = (a, b) => (a && b ? powers[(logs.get(a) + logs.get(b)) % 255] : 0);

function codewords(text) {
  let bits = `0010${text.length.toString(2).padStart(9, "0")}`;
  for (let i = 0; i < text.length; i += 2) {
    const [one, other] = [SYMBOLS.indexOf(text[i]), SYMBOLS.indexOf(text[i + 1] ?? "0")];
    bits += i + 1 < text.length ? (45 * one + other).toString(2).padStart(11, "0") : one.toString(2).padStart(6, "0");
  }
  bits = `${bits}0000`.slice(0, 8 * DATA);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const words = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let pad = 0xec; words.length < DATA; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

function checks(words) {
  let generator = [1];
  for (let i = 0; i < CHECKS; i++) {
    const longer = [...generator, 0];
    generator.forEach((term, place) => (longer[place + 1] ^= times(term, powers[i])));
    generator = longer;
  }
  const rest = [...words, ...Array(CHECKS).fill(0)];
  for (let i = 0; i < words.length; i++) {
    const factor = rest[i];
    generator.forEach((term, place) => (rest[i + place] ^= times(term, factor)));
  }
  return rest.slice(words.length);
}

function frame() {
  const dark = Array.from({ length: SIDE }, () => Array(SIDE).fill(null));
  const square = (row, column, size, isDark) => {
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (dark[row + y]?.[column + x] !== undefined) dark[row + y][column + x] = isDark(x, y);
  };
  const rings = (size) => (x, y) => Math.max(Math.abs(x - (size - 1) / 2), Math.abs(y - (size - 1) / 2));
  for (const [row, column] of [[-1, -1], [-1, SIDE - 8], [SIDE - 8, -1]]) square(row, column, 9, (x, y) => ![2, 4].includes(rings(9)(x, y)));
  square(16, 16, 5, (x, y) => rings(5)(x, y) !== 1);
  for (let i = 8; i < SIDE - 8; i++) dark[6][i] = dark[i][6] = i % 2 === 0;
  for (let i = 0; i < 15; i++) {
    const isDark = Boolean((FORMAT >> i) & 1);
    const first = i < 6 ? [i, 8] : i < 8 ? [i + 1, 8] : i === 8 ? [8, 7] : [8, 14 - i];
    const second = i < 8 ? [8, SIDE - 1 - i] : [SIDE - 15 + i, 8];
    dark[first[0]][first[1]] = dark[second[0]][second[1]] = isDark;
  }
  dark[SIDE - 8][8] = true;
  return dark;
}

// Rows of modules, true is dark, without a quiet zone.
export function matrixOf(text) {
  const words = codewords(text);
  const bits = [...words, ...checks(words)].map((word) => word.toString(2).padStart(8, "0")).join("");
  const dark = frame();
  let at = 0;
  for (let right = SIDE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < SIDE; i++) {
      const row = up ? SIDE - 1 - i : i;
      for (const column of [right, right - 1]) {
        if (dark[row][column] === null) dark[row][column] = (bits[at++] === "1") !== ((row + column) % 2 === 0);
      }
    }
  }
  return dark;
}

// One path, for a view box of 33 by 33 with the quiet zone in it.
export const pathOf = (text) =>
  matrixOf(text)
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")))
    .join("");

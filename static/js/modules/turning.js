// The turning code as the server makes it (selection_center/membership/turning.py): HMAC-SHA256 of the 30 s under the
// key of their day. Written out here, since browsers lend theirs to encrypted pages alone.
export const STEP = 30;
const STEPS_A_DAY = 2880;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const STEP_SYMBOLS = 6;
const MARK_SYMBOLS = 15;

const primes = [];
for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

function sha256(bytes) {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 4, bytes.length * 8);
  const state = [...START];
  const words = new Int32Array(64);
  for (let block = 0; block < length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = words[i - 15];
      const b = words[i - 2];
      words[i] = (words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + words[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

const joined = (one, other) => Uint8Array.from([...one, ...other]);
const padded = (key, mask) => Uint8Array.from({ length: 64 }, (_, i) => (key[i] ?? 0) ^ mask);
const hmac = (key, text) => sha256(joined(padded(key, 0x5c), sha256(joined(padded(key, 0x36), new TextEncoder().encode(text)))));
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));

function symbols(bits, count) {
  return Array.from({ length: count }, (_, i) => ALPHABET[parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join("");
}

// What the QR holds during this step; null where the key of its day is not here.
export function codeOf({ handle, keys }, step) {
  const key = keys[Math.floor(step / STEPS_A_DAY)];
  if (!key) return null;
  const mark = Array.from(hmac(fromHex(key), String(step)).slice(0, 10), (byte) => byte.toString(2).padStart(8, "0")).join("");
  return `MU${handle}${symbols(step.toString(2).padStart(5 * STEP_SYMBOLS, "0"), STEP_SYMBOLS)}${symbols(mark, MARK_SYMBOLS)}`;
}

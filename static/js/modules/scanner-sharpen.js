// A blurred or dark picture made easier to read: stretched from its darkest to its brightest, its edges steeper.
const RADIUS = 4; // pixels; about one module of a label at arm's length
const STRENGTH = 3;

function greyOf({ data, width, height }) {
  const grey = new Float32Array(width * height);
  let [darkest, brightest] = [255, 0];
  for (let at = 0; at < grey.length; at++) {
    const value = (data[at * 4] * 3 + data[at * 4 + 1] * 6 + data[at * 4 + 2]) / 10;
    grey[at] = value;
    if (value < darkest) darkest = value;
    if (value > brightest) brightest = value;
  }
  const scale = 255 / Math.max(brightest - darkest, 1);
  for (let at = 0; at < grey.length; at++) grey[at] = (grey[at] - darkest) * scale;
  return grey;
}

// The mean of 2 * RADIUS + 1 neighbours along lines of `length` pixels, `step` apart; lines begin `next` apart.
function smoothed(grey, lines, next, length, step) {
  const found = new Float32Array(grey.length);
  const size = 2 * RADIUS + 1;
  for (let line = 0; line < lines; line++) {
    const start = line * next;
    const at = (index) => grey[start + Math.min(Math.max(index, 0), length - 1) * step];
    let sum = 0;
    for (let index = -RADIUS; index <= RADIUS; index++) sum += at(index);
    for (let index = 0; index < length; index++) {
      found[start + index * step] = sum / size;
      sum += at(index + RADIUS + 1) - at(index - RADIUS);
    }
  }
  return found;
}

export function sharpened(picture) {
  const { width, height } = picture;
  const grey = greyOf(picture);
  const across = smoothed(grey, height, width, width, 1);
  const soft = smoothed(across, width, 1, height, width);
  const sharp = new ImageData(width, height);
  for (let at = 0; at < grey.length; at++) {
    sharp.data.fill(grey[at] + STRENGTH * (grey[at] - soft[at]), at * 4, at * 4 + 3);
    sharp.data[at * 4 + 3] = 255;
  }
  return sharp;
}

// Reads codes off pictures, away from the page's own thread. It alone may run WebAssembly (its own policy says so).
import { prepareZXingModule, readBarcodes } from "../../vendor/zxing-wasm/es/reader/index.js";
import { sharpened } from "./scanner-sharpen.js";

const WASM = new URL("../../vendor/zxing-wasm/reader/zxing_reader.wasm?v=3.1.4", import.meta.url).href;
const SETTINGS = {
  formats: ["QRCode", "DataMatrix", "EAN13", "EAN8", "UPCA"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false, // labels are dark on white
  tryDownscale: true,
  maxNumberOfSymbols: 8,
  textMode: "Plain",
};

prepareZXingModule({ overrides: { locateFile: () => WASM } });

const middle = ({ topLeft, topRight, bottomLeft, bottomRight }) => ({
  x: (topLeft.x + topRight.x + bottomLeft.x + bottomRight.x) / 4,
  y: (topLeft.y + topRight.y + bottomLeft.y + bottomRight.y) / 4,
});

async function read(picture, isHard) {
  const found = await readBarcodes(picture, SETTINGS);
  return found.length || !isHard ? found : readBarcodes(sharpened(picture), SETTINGS);
}

// Asked {number, picture: ImageData, isHard: whether a second, slower look is worth it}, answers {number, codes: [{text, distance}]}, the one nearest to the middle first.
self.addEventListener("message", async ({ data: { number, picture, isHard } }) => {
  try {
    const found = await read(picture, isHard);
    const codes = found.map(({ text, position }) => {
      const { x, y } = middle(position);
      return { text, distance: Math.hypot(x - picture.width / 2, y - picture.height / 2) };
    });
    self.postMessage({ number, codes: codes.sort((one, other) => one.distance - other.distance) });
  } catch (error) {
    self.postMessage({ number, codes: [], error: String(error) });
  }
});

// The way to the worker that reads codes: made when it is first needed, kept for the page.
let worker;
let asked = 0;
const waiting = new Map();

function start() {
  worker = new Worker(new URL("./scanner-worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => settle(data.number, (one) => one.resolve(data.codes), data.error));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const number of [...waiting.keys()]) settle(number, () => {}, event.message || "the decoder does not start");
    worker = null;
  });
}

function settle(number, resolve, error) {
  const one = waiting.get(number);
  waiting.delete(number);
  if (error) one?.reject(new Error(error));
  else if (one) resolve(one);
}

// The codes on an ImageData, the one nearest to the middle first. isHard: looks twice, the second time at a sharpened
// picture. Rejects when the decoder cannot run here.
export function decode(picture, isHard = false) {
  if (!worker) start();
  const number = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ number, picture, isHard }, [picture.data.buffer]);
  });
}

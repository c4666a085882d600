// The member's card on its phone: another code every 30 s by the server's clock, also without a network.
import { pathOf } from "./qr-small.js";
import { codeOf, STEP } from "./turning.js";

const BEHIND = 2; // s: a phone never shows a code before the server knows it
const ASK_EVERY = 300_000;

export function mount(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const { stateUrl } = root.dataset;
  let state = newest(JSON.parse(root.dataset.state), JSON.parse(localStorage.getItem(stateUrl) ?? "null"));
  let shown = null;
  let askedAt = 0;

  // Of what the page brought and what this phone heard later; the difference of the clocks is the phone's own.
  function newest(brought, kept) {
    return kept && kept.handle === brought.handle && kept.now > brought.now ? kept : { ...brought, ahead: kept?.ahead ?? 0 };
  }

  async function ask() {
    askedAt = Date.now();
    const answer = await fetch(stateUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    part("offline").hidden = answer !== null;
    if (answer?.status === 404) {
      localStorage.removeItem(stateUrl);
      location.reload(); // the card is on another phone, or ended
    }
    if (!answer?.ok) return;
    const said = await answer.json().catch(() => null);
    if (!said) return;
    state = { ...said, ahead: Date.now() / 1000 - said.now };
    localStorage.setItem(stateUrl, JSON.stringify(state));
    shown = null;
    draw();
  }

  function draw() {
    const seconds = Date.now() / 1000 - state.ahead - BEHIND;
    const step = Math.floor(seconds / STEP);
    part("left").value = STEP - (seconds - step * STEP);
    if (step === shown) return;
    shown = step;
    const code = codeOf(state, step);
    part("ended").hidden = code !== null;
    root.classList.toggle("asleep", code === null);
    if (code) part("code").setAttribute("d", pathOf(code));
    root.dataset.code = code ?? "";
  }

  // The screen stays on while the card is shown.
  const stayOn = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    stayOn();
    draw();
    ask();
  });
  window.addEventListener("online", ask);
  window.addEventListener("offline", () => (part("offline").hidden = false));
  setInterval(() => {
    draw();
    if (!document.hidden && Date.now() - askedAt > ASK_EVERY) ask();
  }, 500);
  part("left").hidden = false;
  keepForLater();
  stayOn();
  draw();
  ask();
}

// What this page is made of, for when there is no network.
async function keepForLater() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js", { scope: "/my-card/" }).catch(() => null);
  const worker = await navigator.serviceWorker.ready;
  const named = [...document.querySelectorAll("link[href], script[src], use[href]")].map((each) => each.getAttribute("href") ?? each.getAttribute("src"));
  const modules = ["my-card", "qr-small", "turning"].map((name) => new URL(`./${name}.js`, import.meta.url).href);
  const parts = [...named, ...modules].map((address) => new URL(address, location.href));
  const ours = parts.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.href.split("#")[0]);
  worker.active?.postMessage({ keep: [...new Set([location.href.split("#")[0], ...ours])] });
}

// The door: what is scanned goes to the server in order; the page that answers lends its parts.
import { queueOf } from "./scan-queue.js";
import { sounds } from "./scan-sounds.js";
import { viewfinder } from "./scanner-viewfinder.js";
import { wedge } from "./scanner-wedge.js";

const SAME_CARD = 4000; // ms for which a card must have been out of the camera's sight to count again
const ALONE = 8000; // ms after which a tablet without anybody waits for the next one
const TURNING = /^MU[0-9A-Z]{32}$/; // of its 34 symbols, the first 13 say whose it is

export function mount(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const field = root.querySelector("#door-scan");
  const token = () => root.querySelector("input[name=csrf_token]").value;
  const kept = `door ${root.dataset.user} ${root.dataset.scansUrl}`;
  const { waiting: words, lost, kiosk, way } = root.dataset;
  const play = sounds(null);
  const seenAt = new Map();
  let asked = 0;
  let alone;

  const queue = queueOf({
    token,
    fieldsOf: ({ text }) => ({ text, way }),
    keep: {
      read: () => JSON.parse(sessionStorage.getItem(kept) ?? "[]"),
      write: (waiting) => sessionStorage.setItem(kept, JSON.stringify(waiting)),
    },
    onAnswer: answered,
    onChange: ({ waiting, state }) => {
      const isLate = state !== "sent" && waiting.length > 0;
      root.dataset.sync = isLate ? state : "sent";
      part("waiting").textContent = isLate ? words.replace("COUNT", waiting.length) : "";
    },
  });

  function scanned(text, how, stays = false) {
    const now = Date.now();
    const card = TURNING.test(text) ? text.slice(0, 13) : text;
    const last = seenAt.get(card) ?? 0;
    seenAt.set(card, now);
    if (stays || (how === "camera" && now - last < SAME_CARD)) return;
    field.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: text }));
    queue.add({ url: root.dataset.scansUrl, text: text.slice(0, 2000) });
  }

  function answered(item, answer, problem) {
    play(problem === null ? answer.outcome : "refused");
    if (problem === null) open(answer.location);
    else trouble(problem || lost);
  }

  function trouble(sentence) {
    const toast = Object.assign(document.createElement("div"), { className: "toast", textContent: sentence });
    toast.setAttribute("role", "alert");
    document.querySelector(".toast")?.remove();
    document.body.append(toast);
    setTimeout(() => toast.remove(), 6000);
  }

  // --- keys and links: the page that answers lends its parts

  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || "scan" in form.dataset || form.matches(".door-kiosk, .lock-key")) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    fields.set("way", way);
    take(fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } }), form);
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link.href);
  });

  const open = (address) => take(fetch(address, { headers: { Accept: "text/html" } }));

  async function take(asking, form = null) {
    const mine = ++asked;
    const answer = await asking.catch(() => null);
    const html = answer ? await answer.text().catch(() => null) : null;
    if (form) delete form.dataset.sent;
    for (const key of root.querySelectorAll("[aria-busy]")) key.removeAttribute("aria-busy");
    if (html === null) return trouble(lost);
    if (mine !== asked) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("#door");
    if (!fresh) return answer.ok ? location.assign(answer.url) : trouble(page.querySelector("#error-page .second")?.textContent ?? lost);
    for (const now of fresh.querySelectorAll("[data-swapped]")) part(now.dataset.part)?.replaceWith(document.adoptNode(now));
    for (const toast of page.querySelectorAll(".toast[role=alert]")) trouble(toast.textContent.trim());
    if (form) play(part("answer").querySelector(".door-band").classList.item(1));
    history.replaceState(null, "", answer.redirected || !form ? answer.url : location.href);
    (part("answer").querySelector("[data-first]") ?? field).focus({ preventScroll: true });
    waitForTheNext();
  }

  function waitForTheNext() {
    clearTimeout(alone);
    if (kiosk && !part("answer").querySelector(".door-band.idle")) alone = setTimeout(() => open(kiosk), ALONE);
  }

  part("camera").hidden = false;
  viewfinder(part("camera").querySelector("[data-camera=root]"), (text, stays) => scanned(text, "camera", stays));
  wedge(field, scanned);
  waitForTheNext();
  queue.start();
  root.dataset.ready = "";
}

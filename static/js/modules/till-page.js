// The till: what is scanned goes to the server in order, and what a key changes comes back as the page's parts.
import { make } from "./scan-parts.js";
import { queueOf } from "./scan-queue.js";
import { sounds } from "./scan-sounds.js";
import { viewfinder } from "./scanner-viewfinder.js";
import { wedge } from "./scanner-wedge.js";

const SAME_CODE = 2000; // ms for which a code must have been out of the camera's sight to count again
const PAYER_CODE = /^(1[0-5]|2[5-9]|30)\d{14,22}$/; // what WeChat and Alipay show to be paid by
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function mount(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const field = root.querySelector("#till-scan");
  const { words } = root.querySelector("[data-words]").dataset;
  const said = JSON.parse(words);
  const kept = `till ${root.dataset.user} ${root.dataset.scansUrl}`;
  const token = () => root.querySelector("input[name=csrf_token]").value;
  const play = sounds(null);
  const seenAt = new Map();
  let asked = 0;
  let asksFor; // a card whose panel is not here yet

  const queue = queueOf({
    token,
    fieldsOf: ({ text, how }) => ({ text, how, ...comparing() }),
    keep: {
      read: () => JSON.parse(sessionStorage.getItem(kept) ?? "[]"),
      write: (waiting) => sessionStorage.setItem(kept, JSON.stringify(waiting)),
    },
    onAnswer: answered,
    onChange: ({ waiting, state }) => {
      const isLate = state !== "sent" && waiting.length > 0;
      root.dataset.sync = isLate ? state : "sent";
      part("waiting").textContent = isLate ? said.waiting.replace("COUNT", waiting.length) : "";
    },
  });

  // The printed card that waits in the panel to be compared: what is scanned or counted meanwhile leaves it there.
  function comparing() {
    const seal = asksFor ?? root.querySelector("#card-check")?.elements.card.value;
    return seal ? { comparing: seal } : {};
  }

  // --- what comes in

  function scanned(text, how, stays = false) {
    const now = Date.now();
    const last = seenAt.get(text) ?? 0;
    seenAt.set(text, now);
    if (stays || (how === "camera" && now - last < SAME_CODE)) return;
    field.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: text }));
    const charge = root.querySelector("#charge");
    if (charge && PAYER_CODE.test(text)) {
      charge.elements.payer_code.value = text;
      charge.requestSubmit();
    } else {
      queue.add({ url: root.dataset.scansUrl, text: text.slice(0, 2000), how });
    }
  }

  function answered(item, answer, problem) {
    if (problem !== null) {
      play("refused");
      return trouble(problem || said.broken);
    }
    play(answer.outcome);
    asksFor = answer.query?.step === "compare" ? answer.query.card : undefined;
    if (answer.location) open(answer.location);
  }

  function trouble(sentence) {
    const line = make("div", "till-change refused");
    line.setAttribute("role", "alert");
    line.append(part("refused-icon").content.cloneNode(true), make("p", "grow strong", sentence));
    part("change").replaceChildren(line);
    sayInDialog();
  }

  // What was changed last, also over the page that the open camera covers.
  function sayInDialog() {
    const line = dialog.open ? part("change").querySelector(".till-change")?.cloneNode(true) : null;
    for (const form of line?.querySelectorAll("form") ?? []) form.remove();
    dialog.querySelector("[data-said]").replaceChildren(...(line ? [line] : []));
  }

  // --- keys and links: the page that answers lends its parts

  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.closest("[data-whole]")) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    if (form.method === "get") return open(`${form.getAttribute("action")}?${fields}`);
    if ("repeats" in form.dataset) fields.set("operation_id", newId());
    else if (form.dataset.sent) return;
    else form.dataset.sent = "yes";
    if (form.closest("[data-part=lines], [data-part=change]")) for (const [name, value] of Object.entries(comparing())) fields.set(name, value);
    event.submitter?.setAttribute("aria-busy", "true");
    take(fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } }), form);
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link.href);
  });

  root.addEventListener("change", (event) => event.target.matches("[data-sends]") && event.target.form.requestSubmit());

  const open = (address) => take(fetch(address, { headers: { Accept: "text/html" } }));

  async function take(asking, form = null) {
    const mine = ++asked;
    const answer = await asking.catch(() => null);
    const html = answer ? await answer.text().catch(() => null) : null;
    if (form) delete form.dataset.sent;
    for (const key of root.querySelectorAll("[aria-busy]")) key.removeAttribute("aria-busy");
    if (html === null) return trouble(said.lost);
    if (mine !== asked && !form) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("#till");
    if (!fresh) return answer.ok ? location.assign(answer.url) : trouble(page.querySelector("#error-page .second")?.textContent ?? said.broken);
    swap(fresh, form);
    toasts(page);
    if (answer.redirected || !form) history.replaceState(null, "", answer.url);
  }

  // What somebody is writing into the panel stays, unless it is what was sent.
  function swap(fresh, form) {
    for (const now of fresh.querySelectorAll("[data-swapped]")) {
      const here = part(now.dataset.part);
      const isWriting = here?.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") && !here.contains(form);
      if (!here || isWriting) continue;
      const top = here.scrollTop;
      here.replaceWith(document.adoptNode(now));
      part(now.dataset.part).scrollTop = top;
    }
    asksFor = undefined;
    root.dispatchEvent(new Event("parts", { bubbles: true }));
    sayInDialog();
    part("lines").querySelector(".touched")?.scrollIntoView({ block: "nearest" });
    (part("panel").querySelector("[data-first]") ?? field).focus({ preventScroll: true });
  }

  function toasts(page) {
    for (const old of document.querySelectorAll(".toast")) old.remove();
    for (const toast of page.querySelectorAll(".toast")) {
      if (toast.getAttribute("role") === "alert") {
        play("refused");
        trouble(toast.textContent.trim());
      } else document.body.append(document.adoptNode(toast));
    }
    document.dispatchEvent(new Event("parts"));
  }

  // --- the camera

  const dialog = root.querySelector("dialog");
  const key = root.querySelector("[data-key=camera]");
  let camera;
  key.hidden = false;
  key.addEventListener("click", () => {
    dialog.showModal();
    camera ??= viewfinder(dialog.querySelector("[data-camera=root]"), (text, stays) => scanned(text, "camera", stays), { remembers: false });
    camera.open();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    camera?.close();
    sayInDialog();
  });

  wedge(field, scanned);
  queue.start();
  root.dataset.ready = "";
}

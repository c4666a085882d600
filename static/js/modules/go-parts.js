// The cart's parts on the page: its forms are sent here, one after the other, and the page that answers lends its parts.
import { make } from "./scan-parts.js";

const PARTS = ["answer", "paid", "cart", "total"];
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const quantities = () => [...part("cart").querySelectorAll("form[data-repeats]")];
// Somebody has written another number that was not sent yet.
const isDirty = ({ elements: { quantity }, dataset }) => quantity.value !== quantity.defaultValue && quantity.value !== dataset.sent;

export function partsOf(words, play) {
  let line = Promise.resolve();
  let asked = 0;

  function answered(answer) {
    play(answer.outcome ?? "done");
    return open(answer.location);
  }

  // Says why not; key: {label, onPress}. What the page shows is taken anew, since something else may have changed it.
  function refused(sentence, key = null, sound = "refused") {
    play(sound);
    const strip = make("div", "go-answer refused");
    strip.setAttribute("role", "alert");
    strip.append(document.querySelector("[data-part=refused-icon]").content.cloneNode(true), make("p", "grow strong", sentence));
    if (key) strip.append(Object.assign(make("button", "btn", key.label), { type: "button", onclick: key.onPress }));
    part("answer").replaceChildren(strip);
    return key ? null : open(location.href, { isAnswer: false });
  }

  async function open(address, { isAnswer = true } = {}) {
    const mine = ++asked;
    const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    const html = response?.ok ? await response.text().catch(() => null) : null;
    if (html === null || mine !== asked) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.getElementById("go")) return location.assign(address); // the desk has it, or the card is gone
    for (const name of PARTS) if (isAnswer || name !== "answer") swap(name, page);
    if (isAnswer) history.replaceState(null, "", address);
    document.getElementById("go-styles")?.scrollIntoView({ block: "nearest" });
  }

  function swap(name, page) {
    const here = part(name);
    if (name === "cart" && quantities().some(isDirty)) return;
    const at = here.contains(document.activeElement) ? document.activeElement : null;
    const [action, place] = [at?.form?.getAttribute("action"), [...(at?.form?.elements ?? [])].indexOf(at)];
    here.replaceChildren(...document.adoptNode(page.querySelector(`[data-part="${name}"]`)).childNodes);
    here.dispatchEvent(new Event("parts", { bubbles: true }));
    if (at) here.querySelector(`form[action="${action}"]`)?.elements[place]?.focus({ preventScroll: true });
  }

  async function send(form, submitter) {
    const fields = new URLSearchParams(new FormData(form, submitter));
    if ("repeats" in form.dataset) {
      fields.set("operation_id", newId());
      form.dataset.sent = form.elements.quantity.value;
    }
    submitter?.setAttribute("aria-busy", "true");
    const response = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } }).catch(() => null);
    const said = await response?.json().catch(() => null);
    submitter?.removeAttribute("aria-busy");
    if (response?.ok && said) return answered(said);
    return refused(response ? (said?.error?.message ?? words.broken) : words.lost);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("inPlace" in form.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    line = line.then(() => send(form, event.submitter));
  });

  return {
    answered,
    refused,
    choose(location) {
      play("wrong");
      return open(location);
    },
    isWriting: () => quantities().some(isDirty),
    settled() {
      for (const form of quantities().filter(isDirty)) form.requestSubmit();
      return line;
    },
  };
}

// A shared tablet goes to its lock page when nobody has touched it for a while. The server decides: it knows what
// was scanned and what other pages did. What stands unsent in a form waits here for its writer, and for nobody else.
import { keep, restore } from "./unsent.js";

const TELL_EVERY = 30_000;

export function mount(key) {
  const { url, page, person } = key.dataset;
  let touched = false;
  let told = Date.now();
  let timer;
  restore(person);

  async function ask(options) {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, ...options }).catch(() => null);
    return answer?.ok ? (await answer.json()).seconds : null;
  }
  // Without network nobody can say: the tablet asks again, and the server holds the line by itself.
  async function look() {
    clearTimeout(timer);
    const left = touched ? await tell() : await ask();
    if (left === 0) return leave();
    clearTimeout(timer);
    timer = setTimeout(look, left === null ? 10_000 : Math.min(left + 1, 60) * 1000);
  }
  function tell() {
    touched = false;
    told = Date.now();
    return ask({ method: "POST", body: new URLSearchParams({ csrf_token: key.form.elements.csrf_token.value }) });
  }
  function leave() {
    keep(person);
    const here = location.pathname + location.search;
    window.dispatchEvent(new Event("leaving"));
    location.assign(`${page}?${new URLSearchParams({ next: here })}`);
    timer = setTimeout(look, 10_000); // should something have kept the page open
  }
  function touch() {
    touched = true;
    if (Date.now() - told > TELL_EVERY) look();
  }
  // Not "scroll": a page that takes its parts anew scrolls by itself.
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove", "scanned"]) {
    document.addEventListener(kind, touch, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => document.hidden || look());
  key.form.addEventListener("submit", () => keep(person));
  look();
}

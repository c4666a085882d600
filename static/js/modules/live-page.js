// A page that others change too: asks every other second whether its version is still the newest, and takes its
// parts anew when it is not; less often once nothing has happened for a while. What somebody is writing, and what they
// have opened, stays as it is.
const EVERY = 1500;
const QUIET_AFTER = 120_000;
const EVERY_QUIET = 5000;

export function mount(element) {
  let tag = `"${element.dataset.version}"`;
  let busyAt = Date.now();
  const { page, versionUrl } = element.dataset;

  async function ask() {
    if (document.hidden || isWriting()) return;
    const answer = await fetch(versionUrl, { headers: { "If-None-Match": tag } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const newest = answer.headers.get("ETag");
    if (newest === tag) return;
    busyAt = Date.now();
    if (await takeAnew()) tag = newest;
  }

  async function takeAnew() {
    const answer = await fetch(page).catch(() => null);
    if (!answer?.ok || answer.redirected || isWriting()) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live-part]")) {
      const now = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
      if (now) replace(part, document.adoptNode(now));
    }
    return true;
  }

  async function forever() {
    await ask();
    setTimeout(forever, Date.now() - busyAt < QUIET_AFTER ? EVERY : EVERY_QUIET);
  }

  for (const kind of ["visibilitychange", "pointerdown", "keydown"]) {
    document.addEventListener(kind, () => (busyAt = Date.now()), { passive: true });
  }
  document.addEventListener("visibilitychange", ask);
  setTimeout(forever, EVERY);
}

// Somebody's cursor stands in a field, or on a quantity's key, of a part that would be replaced.
function isWriting() {
  const at = document.activeElement;
  return Boolean(at?.closest("[data-live-part]") && at.matches("input, textarea, select, .step button"));
}

function replace(part, now) {
  const known = new Set([...part.querySelectorAll("[id]")].map((one) => one.id));
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.closest("[id]")?.id);
  part.replaceChildren(...now.childNodes);
  for (const id of open) document.getElementById(id ?? "")?.querySelector("details")?.setAttribute("open", "");
  for (const line of part.querySelectorAll(".line-row[id]")) if (!known.has(line.id)) line.classList.add("fresh");
  part.dispatchEvent(new Event("parts", { bubbles: true }));
}

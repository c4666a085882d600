// On the tablet's home: what still waits to be sent, of this tab and of others, and the jobs whose page sends it.
import { PLACE as LEFT } from "./scan-left.js";
import { PLACE as KEPT } from "./scan-memory.js";

// By operation id the job that it belongs to: its own tab keeps it in both places.
function waitingOf(person, floor) {
  const waiting = new Map();
  for (const [storage, kind] of [[sessionStorage, KEPT], [localStorage, LEFT]]) {
    for (const name of Object.keys(storage)) {
      const [place, who, url = ""] = name.split(" ");
      if (place !== kind || who !== person || !url.startsWith(floor)) continue;
      for (const item of JSON.parse(storage.getItem(name))?.waiting ?? []) waiting.set(item.id, url);
    }
  }
  return [...waiting.values()];
}

export function mount(banner) {
  const { user, floor, count } = banner.dataset;
  const part = (name, of = banner) => of.querySelector(`[data-part="${name}"]`);

  function show() {
    let urls = [];
    try {
      urls = waitingOf(user, floor);
    } catch {
      // The storage is forbidden, or holds what is not ours.
    }
    banner.hidden = !urls.length;
    part("count").textContent = count.replace("COUNT", urls.length);
    for (const key of banner.querySelectorAll("[data-scans]")) {
      const own = urls.filter((url) => url === key.dataset.scans).length;
      key.hidden = !own;
      part("of-task", key).textContent = own;
    }
  }

  window.addEventListener("storage", show);
  window.addEventListener("pageshow", show);
  show();
}

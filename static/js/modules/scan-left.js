// What a closed tab left unsent goes on from the next page of scan mode that the same person opens at the same site.
// It lies in the browser's storage by person, task and tab; a tab holds a lock for as long as it is open.
export const PLACE = "unsent-scans";
const NOTHING = { left: [], keep() {}, taken() {} };

function tabHere() {
  const tab = sessionStorage.getItem(PLACE) ?? crypto.randomUUID();
  sessionStorage.setItem(PLACE, tab);
  return tab;
}

async function openTabs() {
  const { held, pending } = await navigator.locks.query();
  return new Set([...held, ...pending].map((lock) => lock.name));
}

// left: [{waiting, contexts}] of closed tabs, until taken() says that they are kept elsewhere.
// keep(kept): what this tab must not lose. Without locks, on plain http, what waits lives with its tab alone.
export async function leftOf(person, scansUrl) {
  if (!navigator.locks) return NOTHING;
  try {
    const tab = tabHere();
    const own = [PLACE, person, scansUrl, tab].join(" ");
    const site = [PLACE, person, scansUrl.split("/floor/")[0]].join(" ");
    navigator.locks.request(`${PLACE} ${tab}`, () => new Promise(() => {})).catch(() => {});
    const open = await openTabs();
    const isLeft = (name) => name.startsWith(`${site}/floor/`) && !open.has(`${PLACE} ${name.split(" ").at(-1)}`);
    const names = Object.keys(localStorage).filter((name) => name !== own && isLeft(name));
    return {
      left: names.map((name) => JSON.parse(localStorage.getItem(name))).filter(Boolean),
      keep({ waiting, contexts }) {
        if (waiting.length) localStorage.setItem(own, JSON.stringify({ waiting, contexts }));
        else localStorage.removeItem(own);
      },
      taken: () => names.forEach((name) => localStorage.removeItem(name)),
    };
  } catch {
    return NOTHING; // the storage is forbidden, or holds what is not ours
  }
}

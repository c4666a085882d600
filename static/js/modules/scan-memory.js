// What scan mode keeps for a reload of this tab, for each person and task apart; totals and rows begin anew each day.
// What waits to be sent is kept for longer than the tab (scan-left.js).
export const PLACE = "scan-mode";
const EMPTY = () => ({ waiting: [], contexts: [], rows: [], counts: {}, unknown: [] });
const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

// What a closed tab left goes out first, with what its own matters knew.
function takeUp(kept, { waiting, contexts }) {
  for (const item of kept.waiting) item.matter += contexts.length;
  kept.waiting.unshift(...waiting);
  kept.contexts.unshift(...contexts);
}

// `contexts`: what is sent along, one for each matter that was opened here; an item names its own by number. A reload
// goes on with the last one; what still waits from an earlier matter goes out with what that one knew.
export function memoryOf(name, opened, shelf) {
  const context = Object.fromEntries(Object.entries(opened).map(([key, value]) => [key, String(value)]));
  let kept;
  try {
    kept = { ...EMPTY(), ...JSON.parse(sessionStorage.getItem(name) ?? "{}") };
  } catch {
    kept = EMPTY();
  }
  for (const one of shelf.left) takeUp(kept, one);
  const last = kept.contexts.length - 1;
  if (last < 0 || !same(kept.contexts[last], context)) {
    if (!kept.waiting.length) kept.contexts = [];
    kept.contexts.push({ ...context });
    Object.assign(kept, { rows: [], counts: {}, unknown: [] });
  }
  const today = new Date().toDateString();
  if (kept.day !== today) Object.assign(kept, { day: today, rows: [], counts: {}, unknown: [] });
  const matter = kept.contexts.length - 1;
  if (save()) shelf.taken();

  function save() {
    try {
      sessionStorage.setItem(name, JSON.stringify(kept));
      shelf.keep(kept);
      return true;
    } catch {
      return false; // Full or forbidden: what waits is still kept while the page is open.
    }
  }

  return {
    kept,
    matter,
    save,
    // Merges what an answer says; null removes a name.
    learn(number, said) {
      const known = kept.contexts[number];
      for (const [key, value] of Object.entries(said)) {
        if (value === null) delete known[key];
        else known[key] = String(value);
      }
    },
  };
}

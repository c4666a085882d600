// Scans and keys on their way to the server: one after the other, in order, each until it is answered.
// What waits outlives a reload. An item keeps its operation id and, once tried, its fields: sent twice, done once.
const PATIENCE = 15_000; // ms for one answer
const LONGEST_PAUSE = 15_000;
const BROKEN_TRIES = 3; // a server's own fault is asked about so often, then shown
const FOR_LATER = new Set([429, 502, 503, 504]);
const SIGN_IN_AGAIN = new Set([0, 400, 401, 403]); // 0: sent on to another page

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function ask(item, token) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  const body = new URLSearchParams({ csrf_token: token(), operation_id: item.id, ...item.fields });
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(item.url, { method: "POST", body, headers, redirect: "manual", signal: abort.signal });
    return { status: response.status, said: response.status ? await response.json().catch(() => null) : null };
  } catch {
    return { status: -1, said: null };
  } finally {
    clearTimeout(timer);
  }
}

// The same operation's first try has not been answered yet.
const isInFlight = ({ status, said }) => status === 409 && said?.error?.code === "conflict";
const isShut = ({ status, said }) => SIGN_IN_AGAIN.has(status) || (status === 409 && said?.error?.code === "locked");

// keep: {read(), write(waiting)}. onAnswer(item, answer, error); onChange({waiting, state: "sent", "lost" or "stopped"}).
export function queueOf({ token, fieldsOf, keep, onAnswer, onChange }) {
  const waiting = keep.read();
  let state = "sent";
  let running = false;
  let isReloading = false;
  let wake = () => {};

  const tell = (now) => {
    state = now ?? state;
    keep.write(waiting);
    onChange({ waiting, state });
  };

  async function run() {
    if (running || state === "stopped") return;
    running = true;
    let pause = 1000;
    let broken = 0;
    while (waiting.length) {
      const [item] = waiting;
      item.fields ??= fieldsOf(item);
      keep.write(waiting);
      const answer = await ask(item, token);
      if (waiting[0] !== item) continue; // given up meanwhile
      if (isShut(answer)) {
        tell("stopped");
        break;
      }
      if (answer.status === 500) broken++;
      const isForLater = answer.status === -1 || FOR_LATER.has(answer.status) || isInFlight(answer);
      if (isForLater || (answer.status >= 500 && broken < BROKEN_TRIES)) {
        if (!isInFlight(answer)) tell("lost");
        await Promise.race([sleep(pause), new Promise((resolve) => (wake = resolve))]);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        continue;
      }
      waiting.shift();
      [pause, broken] = [1000, 0];
      if (answer.status === 200) onAnswer(item, answer.said ?? {}, null);
      else onAnswer(item, null, answer.said?.error?.message ?? "");
      tell("sent");
    }
    running = false;
  }

  window.addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  window.addEventListener("beforeunload", (event) => {
    if (waiting.length && state !== "sent" && !isReloading) event.preventDefault();
  });

  window.addEventListener("leaving", () => (isReloading = true)); // for a page of this tab: what waits is kept

  return {
    add(item) {
      waiting.push({ id: newId(), at: Date.now(), ...item });
      tell();
      return run();
    },
    reload() {
      isReloading = true; // what waits is kept
      location.reload();
    },
    giveUp() {
      const dropped = waiting.splice(0);
      tell("sent");
      return dropped;
    },
    start() {
      tell();
      return run();
    },
  };
}

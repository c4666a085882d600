// Scan mode: whatever is scanned goes to the server in order, and its answer onto band and strip.
import { bandOf } from "./scan-band.js";
import { leftOf } from "./scan-left.js";
import { memoryOf, PLACE } from "./scan-memory.js";
import { icon, make, plateOf } from "./scan-parts.js";
import { queueOf } from "./scan-queue.js";
import { sounds } from "./scan-sounds.js";
import { stripOf } from "./scan-strip.js";
import { photo } from "./scanner-photo.js";
import { viewfinder } from "./scanner-viewfinder.js";
import { wedge } from "./scanner-wedge.js";

const SAME_CODE = 2000; // ms for which a code must have been out of sight to count again
const STILL_THERE = 700; // ms after its last look within which a label is still before the camera

export async function mount(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const words = part("words").dataset;
  const token = () => root.querySelector("input[name=csrf_token]").value;
  const shelf = await leftOf(words.user, root.dataset.scansUrl);
  const opened = JSON.parse(root.dataset.context || "{}");
  const memory = memoryOf(`${PLACE} ${words.user} ${root.dataset.scansUrl}`, opened, shelf);
  part("camera").replaceChildren(part("camera-view").content.cloneNode(true));
  part("unknown").replaceChildren(part("unknown-view").content.cloneNode(true));
  const key = (name) => root.querySelector(`[data-key="${name}"]`);

  const seenAt = new Map();
  let asked = 0;
  const play = sounds(key("mute"));
  const show = bandOf(part("band"), words, (pressed) => send(pressed));
  const places = { strip: part("strip"), counts: part("counts"), unknown: part("unknown") };
  const strip = stripOf(places, words, memory.kept, send, (last) => (key("undo").disabled = !last));
  const queue = queueOf({
    token,
    fieldsOf: (item) => ({ text: item.text, ...prefixed(memory.kept.contexts[item.matter]) }),
    keep: { read: () => memory.kept.waiting, write: () => memory.save() },
    onAnswer: answered,
    onChange: changed,
  });

  // --- what comes in

  function scanned(text, how, stays = false) {
    const now = Date.now();
    const last = seenAt.get(text)?.at ?? 0;
    seenAt.set(text, { at: now, how });
    if (stays || (how !== "typed" && now - last < SAME_CODE)) return;
    root.dispatchEvent(new CustomEvent("scanned", { detail: text }));
    queue.add({ kind: "scan", url: root.dataset.scansUrl, text: text.slice(0, 2000), matter: memory.matter });
  }

  function send(pressed, row = null) {
    forget();
    if (row) row.asked = true;
    const { url, fields, label } = pressed;
    queue.add({ kind: "key", url, fields: { ...fields }, label, undoes: row?.id, matter: memory.matter });
  }

  // What was just put right may be scanned again at once, but not by lying before the camera all the while.
  function forget() {
    for (const [text, { at, how }] of seenAt) if (how !== "camera" || Date.now() - at > STILL_THERE) seenAt.delete(text);
  }

  // --- what comes back

  function answered(item, said, problem) {
    const answer = said?.outcome ? said : keyAnswer(item, said, problem);
    if (item.undoes) Object.assign(answer, thingOf(strip.row(item.undoes)));
    if (answer.context) memory.learn(item.matter, answer.context);
    show(answer);
    play(answer.outcome);
    if (item.undoes) strip.undone(item.undoes, problem === null);
    else strip.add(item.id, answer, item.text ?? item.label, item.at, item.kind === "scan" && answer.counts !== false);
    if (item.matter === memory.matter) placeAndProgress(answer);
    if (item.kind === "key") refresh(location.href, ["panel", "progress", "place"]);
    else if (answer.panel) refreshPanel();
  }

  // What was scanned on the page before, and is answered by the page itself; a reload tells it once only.
  function answeredBefore({ id, answer }) {
    show(answer);
    if (!strip.row(id)) strip.add(id, answer, answer.title || answer.code, Date.now(), answer.counts !== false);
    memory.save();
  }

  function keyAnswer(item, said, problem) {
    if (problem !== null) return { outcome: "refused", word: words.refusedWord, reason: problem || words.broken, code: item.text ?? "" };
    return { outcome: "done", word: item.undoes ? words.undone : (item.label ?? words.doneWord), reason: said.message ?? "" };
  }

  // Which thing it is that was taken back.
  function thingOf(row) {
    const { title = "", code = "", href = null, picture = null } = row?.answer ?? {};
    return { title, code, href, picture };
  }

  function placeAndProgress({ place, progress, context }) {
    if (place !== undefined && place !== null) part("place").replaceChildren(...(place ? [plateOf({ address: place })] : []));
    if (progress) showProgress(progress);
    if (context && Object.keys(context).length) {
      const query = new URLSearchParams(memory.kept.contexts[memory.matter]).toString();
      history.replaceState(null, "", query ? `?${query}` : location.pathname);
    }
  }

  function showProgress({ done, total }) {
    const bar = Object.assign(make("progress"), { max: total || 1, value: done });
    bar.setAttribute("aria-label", `${done} / ${total}`);
    const text = make("span", "num");
    text.append(make("b", "", done), ` / ${total}`);
    part("progress").replaceChildren(text, bar, ...(total && done >= total ? [icon("check", "s")] : []));
  }

  const refreshPanel = () => refresh(`${root.dataset.panelUrl}?${new URLSearchParams(memory.kept.contexts[memory.matter])}`, ["panel"]);

  // A key's answer comes from any page of the house: what has changed here is asked of this page anew.
  // Of several that are asked for at once, the last one asked for stands.
  async function refresh(url, names) {
    const mine = ++asked;
    const response = await fetch(url, { redirect: "manual", headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const whole = page.querySelector("#scan-mode");
    for (const name of names) {
      const fresh = whole ? whole.querySelector(`[data-part="${name}"]`) : page.body;
      if (!fresh || part(name).contains(document.activeElement)) continue;
      part(name).replaceChildren(...document.adoptNode(fresh).childNodes);
      part(name).dispatchEvent(new Event("parts", { bubbles: true }));
    }
  }

  function changed({ waiting, state }) {
    const isLate = state !== "sent" && waiting.length > 0;
    part("sync").hidden = !isLate;
    part("sync").dataset.state = state;
    part("sync").querySelector("[data-sync=count]").textContent = words.waiting.replace("COUNT", waiting.length);
    for (const told of part("sync").querySelectorAll("[data-sync~=stopped]")) told.hidden = state !== "stopped";
    strip.wait(isLate ? waiting : []);
    if (isLate) idle(words.waiting.replace("COUNT", waiting.length));
  }

  function giveUp() {
    for (const item of queue.giveUp()) if (item.undoes) strip.undone(item.undoes, false);
  }

  // Without an answer the band is quiet.
  function idle(text, hint = "") {
    const said = make("div", "grow");
    said.append(make("p", "idle", text), ...(hint ? [make("p", "reason", hint)] : []));
    part("band").className = "scan-band";
    part("band").replaceChildren(said);
  }

  // --- keys

  function bindKeys() {
    const photoField = root.querySelector("[data-photo]");
    photo(photoField, root.dataset.picturesUrl, token, {
      onBusy: (busy) => photoField.closest(".btn").setAttribute("aria-busy", String(busy)),
      onTexts: (texts) => (texts.length ? texts.forEach((text) => scanned(text, "typed")) : nothingSeen(words.noCode)),
      onTrouble: (sentence) => nothingSeen(sentence || words.photoLost),
    });
    key("undo").addEventListener("click", () => {
      const row = strip.last();
      if (row) send(row.answer.undo, row);
    });
    key("type").addEventListener("click", () => field.type());
    part("sync").querySelector("[data-sync~=reload]").addEventListener("click", queue.reload);
    part("sync").querySelector("[data-sync~=drop]").addEventListener("click", () => window.confirm(words.dropAsk) && giveUp());
  }

  function nothingSeen(reason) {
    show({ outcome: "unknown", word: words.unknownWord, reason });
    play("unknown");
  }

  const field = wedge(part("wedge").matches("input") ? part("wedge") : part("wedge").querySelector("input[name=text]"), scanned);
  viewfinder(part("camera").querySelector("[data-camera=root]"), (text, stays) => scanned(text, "camera", stays));
  bindKeys();
  root.dispatchEvent(new Event("parts", { bubbles: true }));
  if (root.dataset.answered) answeredBefore(JSON.parse(root.dataset.answered));
  else if (!part("band").textContent.trim()) idle(words.ready, root.dataset.hint);
  queue.start();
  root.dataset.ready = "";
}

const prefixed = (context) => Object.fromEntries(Object.entries(context).map(([name, value]) => [`context-${name}`, value]));

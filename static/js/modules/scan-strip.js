// What was scanned: newest first, fifty kept, the last twenty with undo; counts per outcome; the unknown codes.
import { clock, icon, keyOf, make, OUTCOMES, plateOf, SHAPES } from "./scan-parts.js";

const KEPT = 50;
const WITH_UNDO = 20;

// parts: {strip, counts, unknown}. seen: what a reload left, {rows: [{id, answer, text, at}], counts, unknown: [text]}.
// onDraw(row) is told the newest row that can still be taken back, if any.
export function stripOf({ strip, counts, unknown }, words, seen, onKey, onDraw) {
  let pending = [];

  function rowOf(row, index) {
    const { answer, text, at, undone } = row;
    const line = make("li", `scan-row ${answer.outcome}${undone ? " undone" : ""}`);
    const middle = make("div", "grow");
    const head = make("p", "head");
    head.append(make("span", "strong", undone ? words.undone : answer.word), " ", make("span", "small", answer.reason ?? ""));
    const title = answer.title || answer.code || (answer.plates?.length ? "" : text);
    middle.append(head, make("p", "title", title));
    line.append(icon(SHAPES[answer.outcome], "l"), middle);
    for (const plate of (answer.plates ?? []).slice(-1)) line.append(plateOf(plate));
    if (answer.undo && !undone && index < WITH_UNDO) line.append(undoOf(row));
    line.append(make("time", "small num", clock(at)));
    return line;
  }

  function undoOf(row) {
    const key = keyOf(row.answer.undo, "sm", (undo) => onKey(undo, row));
    key.dataset.undo = "";
    key.disabled = Boolean(row.asked);
    return key;
  }

  function waitingRow({ text, label, at }) {
    const line = make("li", "scan-row waiting");
    line.append(icon("cloud-up", "l"), make("p", "grow title", text ?? label ?? ""), make("time", "small num", clock(at)));
    return line;
  }

  function drawCounts() {
    const total = OUTCOMES.reduce((sum, outcome) => sum + (seen.counts[outcome] ?? 0), 0);
    const told = OUTCOMES.filter((outcome) => seen.counts[outcome]).map((outcome) => {
      const count = make("span", `count-of ${outcome}`);
      count.append(icon(SHAPES[outcome], "s"), make("span", "visually-hidden", words[outcome]), ` ${seen.counts[outcome]}`);
      return count;
    });
    counts.replaceChildren(make("span", "strong", words.scanned.replace("COUNT", total)), ...told);
  }

  function drawUnknown() {
    unknown.hidden = !seen.unknown.length;
    unknown.querySelector("[data-unknown=count]").textContent = seen.unknown.length;
    unknown.querySelector("[data-unknown=list]").replaceChildren(...seen.unknown.map((text) => make("li", "mono break", text)));
    unknown.querySelector("[data-unknown=copy]").dataset.text = seen.unknown.join("\n");
  }

  function draw() {
    strip.replaceChildren(...[...pending].reverse().map(waitingRow), ...seen.rows.map(rowOf));
    drawCounts();
    drawUnknown();
    onDraw(last());
  }

  const rowNamed = (id) => seen.rows.find((one) => one.id === id);
  const last = () => seen.rows.slice(0, WITH_UNDO).find((row) => row.answer.undo && !row.undone && !row.asked);

  draw();
  return {
    // counted: a scan, not the answer to a key.
    add(id, answer, text, at, counted = true) {
      seen.rows.unshift({ id, answer, text, at });
      seen.rows.length = Math.min(seen.rows.length, KEPT);
      if (counted) seen.counts[answer.outcome] = (seen.counts[answer.outcome] ?? 0) + 1;
      if (answer.outcome === "unknown" && text && !seen.unknown.includes(text)) seen.unknown.push(text);
      draw();
    },
    // The row with this id was taken back, or was not.
    undone(id, isUndone) {
      const row = rowNamed(id);
      if (!row) return;
      row.asked = false;
      row.undone = isUndone;
      if (isUndone && seen.counts[row.answer.outcome]) seen.counts[row.answer.outcome]--;
      draw();
    },
    wait(items) {
      pending = items;
      draw();
    },
    row: rowNamed,
    last,
  };
}

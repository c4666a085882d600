// What types like a keyboard but is a scanner, and what a hand types: told apart by their speed.
const BURST_GAP = 50; // ms between two keys; no hand is so fast
const SHORTEST = 6; // symbols
const QUIET = 400; // ms after which a burst without Enter has ended
const LEFT_ALONE = 1500; // ms: what stood there before was given up
const TEXT_FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file], [type=range]), textarea, [contenteditable]";

// Full-width characters of an input method become plain ones; what cannot be seen is dropped.
export const plain = (text) => text.normalize("NFKC").replace(/[\p{Cc}\p{Cf}]/gu, "").trim();

// When the key of an input event was pressed: a busy page hears of it later.
let pressedAt = null;
document.addEventListener("keydown", (event) => (pressedAt = event.timeStamp), true);
function timeOf(event) {
  const at = pressedAt ?? event.timeStamp;
  pressedAt = null;
  return at;
}

// How a field grew: `start` is where the burst began that may be going on, `idle` the ms of rest before it.
function pace() {
  let last = -Infinity;
  let length = 0;
  const burst = { start: 0, idle: Infinity, grown: 0 };
  return {
    burst,
    note(value, at) {
      if (at - last > BURST_GAP) Object.assign(burst, { start: length, idle: at - last });
      [last, length] = [at, value.length];
      burst.grown = length - burst.start;
    },
    // What stands there already is no part of a burst.
    begin: (value) => ([length, burst.start, burst.grown] = [value.length, value.length, 0]),
    isFresh: () => last === -Infinity,
    isBurst: () => burst.grown >= SHORTEST,
  };
}

// The scanner's own field. onScan(text, "wedge" or "typed"). It stays focused, without a screen keyboard until tapped.
export function wedge(input, onScan) {
  const own = pace();
  let timer;
  let endsByEnter = false;

  function take() {
    clearTimeout(timer);
    const { start, idle, grown } = own.burst;
    const text = plain(grown >= SHORTEST && idle > LEFT_ALONE ? input.value.slice(start) : input.value);
    const how = own.isBurst() ? "wedge" : "typed";
    input.value = "";
    own.begin("");
    if (text) onScan(text, how);
  }

  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(() => own.isBurst() && take(), QUIET);
  };

  input.addEventListener("input", (event) => {
    own.note(input.value, timeOf(event));
    if (!event.isComposing) rest();
  });
  input.addEventListener("compositionend", () => {
    if (endsByEnter && own.isBurst()) setTimeout(take);
    else rest();
    endsByEnter = false;
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) endsByEnter = event.code === "Enter" || event.code === "NumpadEnter";
    else if (event.key === "Enter" || (event.key === "Tab" && own.isBurst())) {
      event.preventDefault();
      take();
    } else if (event.key === "Escape") {
      input.value = "";
      own.begin("");
    }
  });
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });

  const silent = () => (input.inputMode = "none");
  const focus = () => input.focus({ preventScroll: true });
  silent();
  input.addEventListener("pointerdown", () => (input.inputMode = "text"));
  input.addEventListener("blur", silent);
  catchElsewhere(input, onScan, focus);
  silent();
  focus();
  return {
    // Shows the screen's keyboard, too.
    type() {
      input.blur();
      input.inputMode = "text";
      input.focus();
    },
  };
}

// Scanners type wherever the focus is: on a key their first symbol goes to the field, in another field the burst is
// taken out again at its Enter.
function catchElsewhere(input, onScan, focus) {
  let other = pace();
  let before = "";

  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest?.(TEXT_FIELD);
    if (event.target === input || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!inField && event.key.length === 1 && event.key !== " ") return focus();
    if (!inField && (event.key === "Process" || event.keyCode === 229)) return focus();
    if (!inField?.matches("input") || !["Enter", "Tab"].includes(event.key) || event.isComposing || !other.isBurst()) return;
    event.preventDefault();
    const text = plain(inField.value.slice(before.length));
    inField.value = before;
    other = pace();
    onScan(text, "wedge");
  }, true);
  document.addEventListener("focusin", () => (other = pace()));
  document.addEventListener("beforeinput", ({ target }) => {
    if (target !== input && target.matches?.("input") && other.isFresh()) other.begin(target.value);
  });
  document.addEventListener("input", (event) => {
    if (event.target === input || !event.target.matches?.("input")) return;
    other.note(event.target.value, timeOf(event));
    before = event.target.value.slice(0, other.burst.start);
  });
  // A tap on a key leaves the field ready for the scanner.
  document.addEventListener("click", (event) => {
    const key = event.target.closest("button, summary");
    if (key && event.detail > 0 && !key.closest("dialog")) setTimeout(() => document.activeElement?.matches(TEXT_FIELD) || focus());
  });
}

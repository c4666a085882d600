// The change, told while what was given is typed.
const fenOf = (text) => {
  const found = /^\s*¥?\s*(\d{1,9})(?:\.(\d{0,2}))?\s*$/.exec(text.normalize("NFKC").replace(/,/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};
const shown = (fen) => `¥${Math.floor(fen / 100).toLocaleString("en-US")}.${String(fen % 100).padStart(2, "0")}`;

export function mount(form) {
  const due = Number(form.dataset.due);
  const line = form.querySelector("[data-part=cash-said]");
  const show = () => {
    const fen = fenOf(form.elements.tendered.value);
    const words = fen === null ? "" : fen < due ? line.dataset.short.replace("SUM", shown(due - fen)) : line.dataset.change.replace("SUM", shown(fen - due));
    line.textContent = words;
  };
  form.elements.tendered.addEventListener("input", show);
  show();
}

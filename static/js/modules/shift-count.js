// Adds up what is counted while it is typed; Enter goes to the next note, so that nobody sends half a count.
function yuan(fen) {
  return `¥${(fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export function mount(form) {
  const fields = [...form.querySelectorAll("[data-fen]")];
  const total = form.querySelector("[data-part=total]");

  function add() {
    let cash = 0;
    for (const field of fields) {
      const number = Math.max(0, Math.trunc(Number(field.value) || 0));
      const fen = number * Number(field.dataset.fen);
      field.parentElement.querySelector("[data-part=sum]").textContent = number ? yuan(fen) : "";
      cash += fen;
    }
    total.textContent = yuan(cash);
  }

  form.addEventListener("input", add);
  form.addEventListener("keydown", (event) => {
    const here = fields.indexOf(event.target);
    if (event.key !== "Enter" || here < 0) return;
    event.preventDefault();
    (fields[here + 1] ?? form.elements.wechat).focus();
  });
  form.querySelector("[data-part=cash]").hidden = false;
  add();
}

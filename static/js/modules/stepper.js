// The − and + keys beside a quantity: steps of one lot, never below the minimum, never correcting what was typed.
export function mount(element) {
  const input = element.querySelector("input");
  const step = Number(input.step) || 1;
  const [less, more] = element.querySelectorAll("button");

  function show() {
    less.disabled = Number(input.value) - step < Number(input.min || 1);
  }

  function change(direction) {
    const value = Number(input.value) || 0;
    const next = direction > 0 ? Math.floor(value / step) * step + step : Math.ceil(value / step) * step - step;
    input.value = Math.max(Number(input.min || 1), next);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  }

  less.addEventListener("click", () => change(-1));
  more.addEventListener("click", () => change(1));
  input.addEventListener("input", show);
  less.hidden = more.hidden = false;
  show();
}

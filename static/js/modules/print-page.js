// A key that opens the browser's own printing.
export function mount(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copies a text; where the browser has no clipboard, selects it.
export function mount(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.text);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = said), 2000);
    } catch {
      window.prompt(said, button.dataset.text);
    }
  });
}

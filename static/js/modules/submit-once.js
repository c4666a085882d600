// A form that was sent says so and is not sent again by a second tap. The server holds the same line by itself.
export function mount(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
    button?.setAttribute("aria-busy", "true");
    if (button?.dataset.busy) {
      button.style.minWidth = `${button.offsetWidth}px`;
      button.textContent = button.dataset.busy;
    }
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  });
}

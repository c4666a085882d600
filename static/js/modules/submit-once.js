// A form that was sent says so and is not sent again by a second tap. The server holds the same line by itself.
// What came back with something wrong in it is shown there, not at the head of the page.
const WRONG = ".field.wrong input:not([type=hidden]), .field.wrong select, .field.wrong textarea";

export function mount(form) {
  form.querySelector(WRONG)?.focus();
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

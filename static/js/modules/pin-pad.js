// Big keys for the PIN, beside the keyboard. What comes faster than fingers is a scanner, and is not taken.
const SCANNER_MS = 40;
const SCANNER_KEYS = 3;

export function mount(form) {
  const field = form.querySelector("#pin");
  const error = form.querySelector("#pin-error");
  const sentence = error.querySelector("[data-part=sentence]");
  const pad = form.querySelector("[data-part=pad]");
  pad.hidden = false;
  field.inputMode = "none"; // these keys are enough: no other pad slides over them
  form.querySelector("[data-part=plain]").hidden = true;

  let last = 0;
  let quick = 0;
  field.addEventListener("keydown", (event) => {
    const now = event.timeStamp;
    quick = now - last < SCANNER_MS ? quick + 1 : 0;
    last = now;
    if (quick < SCANNER_KEYS) return;
    event.preventDefault();
    field.value = "";
    sentence.textContent = sentence.dataset.scanner;
    error.hidden = false;
  });
  field.addEventListener("input", () => {
    field.value = field.value.replace(/\D/g, "");
  });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    quick = 0; // a finger
    if (key?.dataset.digit) field.value += key.dataset.digit;
    if (key?.dataset.part === "back") field.value = field.value.slice(0, -1);
  });
  form.addEventListener("submit", (event) => {
    if (field.value && quick < SCANNER_KEYS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
  });
}

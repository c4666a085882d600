// A field that a scanner types into: focused again after each answer; what the screen keyboard needs comes by a tap.
export function mount(input) {
  input.addEventListener("pointerdown", () => (input.inputMode = "text"));
  input.addEventListener("blur", () => (input.inputMode = "none"));
  input.inputMode = "none";
  input.focus({ preventScroll: true });
}

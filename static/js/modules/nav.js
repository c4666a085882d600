// The navigation stands open on a desk and folds away on a tablet, there by Esc too.
export function mount(details) {
  const desk = window.matchMedia("(min-width: 1200px)");
  desk.addEventListener("change", () => (details.open = desk.matches));
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || desk.matches || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  if (desk.matches) details.open = true; // on a tablet it stays as somebody may have left it before this ran
}

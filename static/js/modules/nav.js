// The navigation stands open on a desk and folds away on a tablet, there by Esc too.
export function mount(details) {
  const desk = window.matchMedia("(min-width: 1200px)");
  const show = () => (details.open = desk.matches);
  desk.addEventListener("change", show);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || desk.matches || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  show();
}

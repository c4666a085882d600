// The navigation stands open on a desk and folds away on a tablet.
export function mount(details) {
  const desk = window.matchMedia("(min-width: 1200px)");
  const show = () => (details.open = desk.matches);
  desk.addEventListener("change", show);
  show();
}

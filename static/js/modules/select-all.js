// One checkbox that ticks the others of its form, and shows when only some are ticked.
export function mount(box) {
  const all = () => [...box.form.querySelectorAll(`input[type=checkbox][name="${box.dataset.name}"]`)];
  const show = () => {
    const ticked = all().filter((one) => one.checked).length;
    box.checked = ticked > 0 && ticked === all().length;
    box.indeterminate = ticked > 0 && ticked < all().length;
  };
  box.addEventListener("change", () => {
    for (const one of all()) one.checked = box.checked;
    box.form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.form.addEventListener("change", (event) => event.target !== box && show());
  show();
}

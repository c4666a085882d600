// One checkbox that ticks the others of its form, and shows when only some are ticked.
export function mount(box) {
  // By the form's own list: boxes may stand outside of it and name it.
  const all = () => [...box.form.elements].filter((one) => one.type === "checkbox" && one.name === box.dataset.name);
  const show = () => {
    const ticked = all().filter((one) => one.checked).length;
    box.checked = ticked > 0 && ticked === all().length;
    box.indeterminate = ticked > 0 && ticked < all().length;
  };
  const tick = () => {
    for (const one of all()) one.checked = box.checked;
    all()[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  };
  box.addEventListener("change", tick);
  document.addEventListener("change", (event) => event.target !== box && event.target.form === box.form && show());
  if (box.checked) tick(); // somebody was faster than this module
  else show();
}

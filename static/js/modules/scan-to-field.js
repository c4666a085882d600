// A key beside a field: opens the camera in a dialog and puts what it reads into the field.
import { missing } from "./scanner-camera.js";
import { viewfinder } from "./scanner-viewfinder.js";

export function mount(key) {
  if (missing()) return; // the field itself takes hand scanners and typing
  const dialog = key.nextElementSibling;
  const field = document.getElementById(key.dataset.field);
  let camera;

  function fill(text) {
    if (!dialog.open) return;
    dialog.close();
    field.value = text;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.focus();
    if ("submit" in key.dataset) field.form.requestSubmit(document.getElementById(key.dataset.submit));
  }

  key.hidden = false;
  key.addEventListener("click", () => {
    dialog.showModal();
    camera ??= viewfinder(dialog.querySelector("[data-camera=root]"), fill, { remembers: false });
    camera.open();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => camera.close());
}

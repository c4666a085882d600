// What somebody has written into the forms of this page and not sent, kept in this tab until they are back.
const PLACE = "unsent";
const KEPT_KINDS = "input:not([type=hidden], [type=password], [type=file]), textarea, select";

const formsHere = () => [...document.querySelectorAll("form[method=post]")];
const fieldsOf = (form) => [...form.querySelectorAll(KEPT_KINDS)].filter((field) => field.name);
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const isTouched = (field) =>
  isTicked(field)
    ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT"
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.value !== field.defaultValue;

export function keep(person) {
  const values = formsHere().flatMap((form) =>
    fieldsOf(form)
      .map((field, place) => ({ form: form.getAttribute("action"), place, name: field.name, value: isTicked(field) ? field.checked : field.value, touched: isTouched(field) }))
      .filter((field) => field.touched),
  );
  if (values.length) sessionStorage.setItem(PLACE, JSON.stringify({ person, page: location.pathname, values }));
}

export function restore(person) {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  if (!kept) return;
  if (kept.person === person && kept.page !== location.pathname) return;
  sessionStorage.removeItem(PLACE);
  if (kept.person !== person) return;
  // Into the form of that address alone: meanwhile others may have put lines before it, or taken its own away.
  for (const { form, place, name, value } of kept.values) {
    const own = formsHere().find((one) => one.getAttribute("action") === form);
    const field = own && fieldsOf(own)[place];
    if (field?.name !== name) continue;
    if (isTicked(field)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

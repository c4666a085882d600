// A search form that searches while one types or chooses: sent with GET, so the address can be kept and shared.
export function mount(form) {
  let timer;
  const send = () => form.requestSubmit();
  form.addEventListener("input", (event) => {
    if (event.isComposing || event.target.matches("select, [type=checkbox]")) return;
    clearTimeout(timer);
    timer = setTimeout(send, 450);
  });
  form.addEventListener("change", (event) => event.target.matches("select, [type=checkbox]") && send());
  const field = form.querySelector("input[type=search]");
  if (field?.value) {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

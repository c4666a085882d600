// A small form that sends itself when its field has changed (quantities on the list).
export function mount(form) {
  let timer;
  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), 500);
  });
  form.querySelector("[data-without-script]")?.setAttribute("hidden", "");
}

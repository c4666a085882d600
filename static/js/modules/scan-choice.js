// A choice in scan mode's panel goes the way of what is scanned. Without scripts it is a form of its own.
export function mount(form) {
  form.addEventListener("submit", (event) => {
    const field = document.querySelector('#scan-mode [data-part="wedge"] input[name=text]');
    if (!field || !event.submitter) return;
    event.preventDefault();
    field.value = event.submitter.value;
    field.form.requestSubmit();
    field.focus({ preventScroll: true }); // by the keyboard, too: a panel that has the focus is not drawn anew
  });
}

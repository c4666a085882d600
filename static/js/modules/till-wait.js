// A charge whose payer still types a password: the till looks again every other second, as long as it is shown.
const EVERY = 2000;

export function mount(form) {
  const timer = setInterval(() => {
    if (!form.isConnected) return clearInterval(timer);
    if (!document.hidden && !form.dataset.sent) form.requestSubmit();
  }, EVERY);
}

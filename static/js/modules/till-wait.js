// A charge whose payer still types a password: the page is asked for anew every other second, as long as it is shown.
const EVERY = 1500;

export function mount(link) {
  const timer = setInterval(() => {
    if (!link.isConnected) return clearInterval(timer);
    if (!document.hidden) link.click();
  }, EVERY);
}

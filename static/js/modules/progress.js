// A job's progress, asked for until it has ended; then the page is loaded again and shows what came of it.
const QUICK = 1000;
const SLOW = 5000;

export function mount(element) {
  let pause = QUICK;
  element.querySelector("[data-without-script]")?.remove();

  async function ask() {
    if (!element.isConnected) return;
    if (!document.hidden) {
      const response = await fetch(element.dataset.url).catch(() => null);
      if (response && (response.redirected || (response.status >= 400 && response.status < 500))) return;
      if (response?.ok) show(await response.text());
    }
    pause = Math.min(pause + 100, SLOW);
    setTimeout(ask, pause);
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part=job]");
    if (!fresh) return;
    element.querySelector("[data-part=job]").replaceWith(document.adoptNode(fresh));
    if ("ended" in fresh.dataset) location.reload();
  }

  document.addEventListener("visibilitychange", () => (pause = QUICK));
  setTimeout(ask, pause);
}

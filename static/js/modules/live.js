// A part of the page that follows the server: asked for every few seconds, replaced when it has changed.
export function mount(element) {
  let tag = null;
  async function ask() {
    if (document.hidden || element.contains(document.activeElement)) return;
    const response = await fetch(element.dataset.url, { headers: tag ? { "If-None-Match": tag } : {} }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    tag = response.headers.get("ETag");
    const html = await response.text();
    if (html.trim() === element.dataset.last) return;
    element.dataset.last = html.trim();
    element.innerHTML = html;
    element.dispatchEvent(new Event("parts", { bubbles: true }));
  }
  setInterval(ask, Number(element.dataset.seconds || 4) * 1000);
  document.addEventListener("visibilitychange", ask);
}

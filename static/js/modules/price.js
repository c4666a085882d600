// The price at the chosen style and quantity, counted by the server, put in without a new page.
export function mount(form) {
  let timer;
  let newest = 0;

  async function ask() {
    const asked = ++newest;
    const query = new URLSearchParams({ sku: form.elements.sku.value, quantity: form.elements.quantity.value });
    for (const sum of document.querySelectorAll("[data-sum]")) sum.classList.add("muted");
    const response = await fetch(`${form.dataset.priceUrl}?${query}`).catch(() => null);
    if (!response?.ok || asked !== newest) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of page.querySelectorAll("[data-part]")) {
      const here = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (here) here.replaceWith(document.adoptNode(part));
    }
    document.dispatchEvent(new Event("parts"));
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  }

  form.addEventListener("input", later);
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-quantity]");
    if (!key) return;
    event.preventDefault();
    form.elements.quantity.value = key.dataset.quantity;
    ask();
  });
  form.querySelector("[data-without-script]")?.remove();
}

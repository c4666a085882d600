// The drawing of a sheet follows what is ticked and where one starts; another paper is drawn by the server.
export function mount(form) {
  const map = form.querySelector(".sheet-map");
  const owned = () => [...form.elements];
  const ticked = () => owned().filter((one) => one.type === "checkbox" && one.dataset.cell !== undefined && one.checked);
  const whole = owned().find((one) => one.name === "all");

  function draw() {
    const cells = map ? [...map.querySelectorAll("label")] : [];
    const first = cells.findIndex((cell) => cell.querySelector("input").checked);
    const names = ticked().map((one) => one.dataset.cell);
    const count = whole?.checked ? Number(whole.dataset.total) : names.length;
    cells.forEach((cell, index) => {
      const number = index - Math.max(first, 0);
      const full = number >= 0 && number < count;
      cell.className = number < 0 ? "used" : full ? "full" : "free";
      cell.querySelector("span").textContent = full ? (names[number] ?? "").slice(0, 9) || "•" : index + 1;
    });
    tell(count, Math.max(first, 0), Number(form.dataset.cells));
  }

  function tell(count, first, cells) {
    for (const place of form.querySelectorAll("[data-count]")) place.textContent = count;
    const pages = count ? Math.ceil((count + first) / cells) : 0;
    form.querySelector("[data-page-count]").textContent =
      pages === 1 ? form.dataset.page : form.dataset.pages.replace("PAGES", pages);
  }

  form.querySelector("[data-without-script]")?.setAttribute("hidden", "");
  form.querySelector("[data-redraw]")?.addEventListener("change", () => form.requestSubmit(form.querySelector("[data-show]")));
  document.addEventListener("change", (event) => event.target.form === form && draw());
  draw();
}

// The drawing of a sheet follows what is ticked and which cells are gone; another paper is drawn by the server.
export function mount(form) {
  const map = form.querySelector(".sheet-map");
  const cells = map ? [...map.querySelectorAll("label")] : [];
  const gone = (cell) => cell.querySelector("input").checked;
  const owned = () => [...form.elements];
  const ticked = () => owned().filter((one) => one.type === "checkbox" && one.dataset.cell !== undefined && one.checked);
  const whole = owned().find((one) => one.name === "all");
  let last = -1;

  function draw() {
    const names = ticked().map((one) => one.dataset.cell);
    const count = whole?.checked ? Number(whole.dataset.total) : names.length;
    let number = 0;
    for (const [index, cell] of cells.entries()) {
      const full = !gone(cell) && number < count;
      cell.className = gone(cell) ? "used" : full ? "full" : "free";
      cell.querySelector("span").textContent = full ? (names[number] ?? "").slice(0, 9) || "•" : index + 1;
      if (full) number += 1;
    }
    tell(count, cells.length ? cells.filter((cell) => !gone(cell)).length : Number(form.dataset.cells));
  }

  function tell(count, free) {
    for (const place of form.querySelectorAll("[data-count]")) place.textContent = count;
    const pages = count ? 1 + Math.max(0, Math.ceil((count - free) / Number(form.dataset.cells))) : 0;
    form.querySelector("[data-page-count]").textContent =
      pages === 1 ? form.dataset.page : form.dataset.pages.replace("PAGES", pages);
  }

  // With Shift all cells since the last one that was tapped become as this one.
  map?.addEventListener("click", (event) => {
    const index = cells.findIndex((cell) => cell.contains(event.target));
    if (event.target.localName !== "input") {
      map.dataset.range = event.shiftKey ? "1" : "";
      return;
    }
    if ((event.shiftKey || map.dataset.range) && index >= 0) {
      const [from, to] = last < index ? [last + 1, index] : [index, last - 1];
      for (const cell of cells.slice(from, to)) {
        const box = cell.querySelector("input");
        if (!box.disabled) box.checked = event.target.checked;
      }
    }
    map.dataset.range = "";
    last = index;
  });

  form.querySelector("[data-without-script]")?.setAttribute("hidden", "");
  for (const choice of form.querySelectorAll("[data-redraw]"))
    choice.addEventListener("change", () => form.requestSubmit(form.querySelector("[data-show]")));
  document.addEventListener("change", (event) => event.target.form === form && draw());
  draw();
}

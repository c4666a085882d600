// Page and cells to scale while their measures are typed; what leaves the page is marked.

export function mount(form) {
  const drawing = document.querySelector(".medium-drawing");
  const read = (name) => Number(form.elements[name].value.replace(",", ".")) || 0;

  function cell(x, y, width, height, page) {
    const rect = document.createElementNS(drawing.namespaceURI, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height, rx: 1 })) rect.setAttribute(name, value);
    if (x + width > page[0] + 0.005 || y + height > page[1] + 0.005) rect.classList.add("over");
    return rect;
  }

  function draw() {
    const page = [read("page_width"), read("page_height")];
    const [columns, rows] = [Math.min(read("columns"), 20), Math.min(read("rows"), 60)];
    if (!page[0] || !page[1]) return;
    drawing.setAttribute("viewBox", `0 0 ${page[0]} ${page[1]}`);
    drawing.querySelector(".page").setAttribute("width", page[0]);
    drawing.querySelector(".page").setAttribute("height", page[1]);
    const cells = [];
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
        const [x, y] = [read("left") + column * read("pitch_x"), read("top") + row * read("pitch_y")];
        cells.push(cell(x, y, read("width"), read("height"), page));
      }
    drawing.querySelector("g").replaceChildren(...cells);
  }

  form.addEventListener("input", draw);
  draw();
}

// Below the plan stands what the cell under the finger, the pointer or the keyboard is; arrows go from cell to cell.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function mount(frame) {
  const cells = [...frame.querySelectorAll("a[data-address]")];
  const [plate, told] = [frame.querySelector("[data-plate]"), frame.querySelector("[data-told]")];

  const tell = (event) => {
    const cell = event.target.closest("a[data-address]");
    if (!cell) return;
    plate.hidden = false;
    plate.textContent = cell.dataset.address;
    told.textContent = cell.dataset.words;
  };
  for (const name of ["pointerover", "focusin"]) frame.addEventListener(name, tell);

  frame.addEventListener("keydown", (event) => {
    const [from, way] = [event.target.closest("a[data-address]"), ARROWS[event.key]];
    if (!from || !way) return;
    event.preventDefault();
    nearest(from, way, cells)?.focus();
  });
}

// The cell that lies that way, near before straight: as an eye would go on.
function nearest(from, [dx, dy], cells) {
  const middle = (cell) => {
    const box = cell.querySelector("rect").getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const cell of cells) {
    const [toX, toY] = middle(cell);
    const ahead = (toX - x) * dx + (toY - y) * dy;
    const aside = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
    if (cell !== from && ahead > 0.5 && ahead + 3 * aside < least) [best, least] = [cell, ahead + 3 * aside];
  }
  return best;
}

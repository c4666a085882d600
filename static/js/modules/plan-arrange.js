// Bays are dragged over the plan, or moved by arrow keys, in whole decimetres; the form keeps what is to be saved.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NAMES = ["x", "y", "width", "height"];

export function mount(form) {
  const svg = form.querySelector("svg.drawing");
  const farthest = Number(svg.dataset.farthest);
  const told = form.querySelector("[data-told]");
  const [undoKey, saveKey, count] = ["[data-undo]", "[data-save]", "[data-count]"].map((name) => form.querySelector(name));
  const racks = [...svg.querySelectorAll(".rack")].map((group) => rackOf(form, group));
  const undone = [];
  let sent = false;

  function put(rack, spot) {
    const within = (value, least) => Math.min(Math.max(Math.round(value), least), farthest);
    rack.spot = { x: within(spot.x, 0), y: within(spot.y, 0), width: within(spot.width, 1), height: within(spot.height, 1) };
    draw(rack);
  }

  function tell(rack) {
    const metres = (value) => (value / 10).toFixed(1);
    const { x, y, width, height } = rack.spot;
    const facts = { BAY: rack.address, LEFT: metres(x), TOP: metres(y), WIDTH: metres(width), HEIGHT: metres(height) };
    const other = racks.find((one) => one !== rack && overlap(one.spot, rack.spot));
    const warning = other ? `${fill(told.dataset.overlap, { BAY: rack.address, OTHER: other.address })} · ` : "";
    told.textContent = warning + fill(told.dataset.spot, facts);
  }

  function refresh(rack) {
    for (const one of racks) {
      one.field.value = written(one.spot);
      one.group.classList.toggle("moved", one.field.value !== one.was);
      one.group.classList.toggle("overlapping", racks.some((other) => other !== one && overlap(other.spot, one.spot)));
    }
    const moved = racks.filter((one) => one.field.value !== one.was).length;
    count.textContent = moved || "";
    saveKey.disabled = !moved;
    undoKey.disabled = !undone.length;
    if (rack) tell(rack);
  }

  function keep(rack, before) {
    if (written(before) !== written(rack.spot)) undone.push({ rack, before });
    refresh(rack);
  }

  function undo() {
    const last = undone.pop();
    if (!last) return;
    put(last.rack, last.before);
    refresh(last.rack);
    last.rack.group.focus();
  }

  for (const rack of racks) {
    rack.group.addEventListener("pointerdown", (event) => drag(svg, rack, event, put, tell, keep));
    rack.group.addEventListener("focus", () => tell(rack));
    rack.group.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      const before = rack.spot;
      const [x, y] = event.shiftKey ? ["width", "height"] : ["x", "y"];
      put(rack, { ...before, [x]: before[x] + step[0], [y]: before[y] + step[1] });
      keep(rack, before);
    });
  }
  undoKey.addEventListener("click", undo);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    undo();
  });
  form.addEventListener("submit", () => (sent = true));
  window.addEventListener("beforeunload", (event) => !sent && undone.length && event.preventDefault());
  refresh();
}

// A bay as it is drawn: its group, where it stood when the page was made, and the field that is sent.
function rackOf(form, group) {
  const [was, field] = [`was-${group.dataset.bay}`, `bay-${group.dataset.bay}`].map((name) => form.elements[name]);
  const [x, y, width, height] = field.value.split(" ").map(Number);
  return { group, field, was: was.value, address: group.dataset.address, spot: { x, y, width, height } };
}

function drag(svg, rack, event, put, tell, keep) {
  if (event.button !== 0) return;
  event.preventDefault();
  rack.group.focus({ preventScroll: true });
  rack.group.setPointerCapture(event.pointerId);
  const before = rack.spot;
  const sizes = event.target.classList.contains("grip");
  const start = onFloor(svg, event);
  const move = (now) => {
    const { x, y } = onFloor(svg, now);
    const [dx, dy] = [x - start.x, y - start.y];
    put(rack, sizes ? { ...before, width: before.width + dx, height: before.height + dy } : { ...before, x: before.x + dx, y: before.y + dy });
    tell(rack);
  };
  const end = (now) => {
    if (now.type === "pointercancel") put(rack, before);
    rack.group.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) rack.group.removeEventListener(name, end);
    keep(rack, before);
  };
  rack.group.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) rack.group.addEventListener(name, end);
}

function onFloor(svg, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function draw({ group, spot }) {
  const [body, grip] = [group.querySelector(".body"), group.querySelector(".grip")];
  for (const name of NAMES) body.setAttribute(name, spot[name]);
  const text = group.querySelector("text");
  text.setAttribute("x", spot.x + spot.width / 2);
  text.setAttribute("y", spot.y + spot.height / 2);
  grip.setAttribute("x", spot.x + spot.width - 3);
  grip.setAttribute("y", spot.y + spot.height - 3);
}

const written = (spot) => NAMES.map((name) => spot[name]).join(" ");
const fill = (sentence, facts) => sentence.replace(/\b[A-Z]{3,}\b/g, (name) => facts[name] ?? name);
const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

// A signature on the glass, by finger, pen or mouse: strokes as an SVG path in a box of 600 x 200, kept in a field.
const WIDTH = 600;
const HEIGHT = 200;
const STEP = 3; // units between two kept points
const LONGEST = 19000;

export function mount(box) {
  const svg = box.querySelector("svg");
  const path = svg.querySelector("path");
  const field = document.getElementById(box.dataset.field);
  let drawn = field.value;
  let stroke = [];

  const written = () => (stroke.length > 1 ? stroke.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("") : "");
  const show = () => path.setAttribute("d", drawn + written());
  const point = (event) => {
    const frame = svg.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most - 1, Math.round(value)));
    return [
      within(((event.clientX - frame.left) * WIDTH) / frame.width, WIDTH),
      within(((event.clientY - frame.top) * HEIGHT) / frame.height, HEIGHT),
    ];
  };

  svg.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    stroke = [point(event)];
  });
  svg.addEventListener("pointermove", (event) => {
    if (!stroke.length || !event.isPrimary) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = point(part);
      const last = stroke.at(-1);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) >= STEP) stroke.push(next);
    }
    show();
  });
  const end = () => {
    const more = written();
    if (drawn.length + more.length < LONGEST) drawn += more;
    stroke = [];
    field.value = drawn;
    show();
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  box.querySelector("[data-part=clear]").addEventListener("click", () => {
    drawn = "";
    end();
  });
  box.hidden = false;
  document.querySelector(":focus")?.scrollIntoView({ block: "center" }); // the glass has pushed it down
  show();
}

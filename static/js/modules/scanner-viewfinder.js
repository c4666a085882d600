// The camera's part of the page: its keys, what it sees, and plain words where there is none.
import { allowed, cameraOf, missing } from "./scanner-camera.js";

const LAST = "scanner-open";

// remembers: once opened, the camera is open on each page with a viewfinder.
export function viewfinder(root, onCode, { remembers = true } = {}) {
  const part = (name) => root.querySelector(`[data-camera="${name}"]`);
  const choice = part("choice");
  const torch = part("torch");
  const camera = cameraOf(part("video"), { onCode: seen, onChange: show });

  function seen(text, stays) {
    part("frame").classList.add("seen");
    clearTimeout(seen.timer);
    seen.timer = setTimeout(() => part("frame").classList.remove("seen"), 250);
    onCode(text, stays);
  }

  function show({ state, problem, torch: hasTorch, cameras, chosen }) {
    root.dataset.state = state;
    part("view").hidden = state === "closed";
    part("open").hidden = state !== "closed" || ["insecure", "none"].includes(problem);
    part("close").hidden = state === "closed";
    for (const words of root.querySelectorAll("[data-problem]")) words.hidden = words.dataset.problem !== problem;
    if (state !== "open") return (torch.hidden = choice.hidden = true);
    torch.hidden = !hasTorch;
    torch.setAttribute("aria-pressed", "false");
    choice.hidden = cameras.length < 2;
    choice.replaceChildren(...cameras.map(({ id, name }, index) => new Option(name || `${index + 1}`, id, false, id === chosen)));
  }

  part("open").addEventListener("click", () => {
    if (remembers) localStorage.setItem(LAST, "yes");
    camera.open();
  });
  part("close").addEventListener("click", () => {
    if (remembers) localStorage.removeItem(LAST);
    camera.close();
  });
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    torch.setAttribute("aria-pressed", String(on));
    camera.light(on);
  });
  choice.addEventListener("change", () => camera.choose(choice.value));

  show({ state: "closed", problem: missing() });
  if (remembers && !missing() && localStorage.getItem(LAST)) allowed().then((may) => may && camera.open());
  return camera;
}

// A message that leaves by itself after four seconds, unless somebody is on it.
export function mount(element) {
  let timer = setTimeout(leave, 4000);
  function leave() {
    element.classList.add("gone");
    setTimeout(() => element.remove(), 400);
  }
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(leave, 2000)));
}

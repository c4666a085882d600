// Small pieces that band and strip are made of. Texts only ever go in as text.
export const SHAPES = { done: "circle-check", already: "copy-check", wrong: "direction-sign", unknown: "help-square", refused: "refused" };
export const OUTCOMES = Object.keys(SHAPES);

export function make(name, css = "", text = null) {
  const element = document.createElement(name);
  if (css) element.className = css;
  if (text !== null) element.textContent = text;
  return element;
}

// A symbol of the page's own set (templates/components/scanner.html); size is "", "s" or "l".
export function icon(name, size = "") {
  const symbol = document.querySelector("template[data-part=icons]").content.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
  symbol.classList.remove("s", "l");
  if (size) symbol.classList.add(size);
  return symbol;
}

export function plateOf({ address, kind }, size = "") {
  return make("span", `plate ${size} ${kind === "seen" ? "on" : ""}`, address);
}

// A key of an answer: a way to a page, or something to be sent by onKey(key, button).
export function keyOf(key, css, onKey) {
  if (key.method === "get") {
    const query = new URLSearchParams(key.fields).toString();
    return Object.assign(make("a", `btn ${css}`, key.label), { href: query ? `${key.url}?${query}` : key.url });
  }
  const button = Object.assign(make("button", `btn ${css}`, key.label), { type: "button" });
  button.addEventListener("click", () => {
    button.disabled = true;
    onKey(key, button);
  });
  return button;
}

export const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);

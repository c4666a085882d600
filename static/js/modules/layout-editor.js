// The picture of a layout follows what is ticked, typed and moved; the server draws it.
const WAIT = 350;

export function mount(form) {
  const look = document.querySelector("#look");
  const part = (name) => look.querySelector(`[data-${name}]`);
  let timer;
  let last = 0;

  function say(name, words) {
    part(name).hidden = !words;
    part(name).querySelector("span").textContent = words;
  }

  async function draw() {
    const number = (last += 1);
    const said = new FormData(form);
    said.delete("logo_file");
    const answer = await fetch(look.dataset.preview, { method: "POST", body: said });
    if (!answer.ok || number !== last) return;
    const seen = await answer.json();
    if (seen.picture) part("picture").src = seen.picture;
    part("size").textContent = seen.size;
    say("refusal", seen.refusal);
    say("warning", seen.warning);
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  }

  const pieces = () => [...form.querySelectorAll("[data-piece]")];

  function number() {
    for (const [index, piece] of pieces().entries()) {
      piece.querySelector("[name^=place-]").value = index + 1;
      piece.classList.toggle("off", !piece.querySelector("[name=show]").checked);
    }
  }

  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-move]");
    if (!key) return;
    const piece = key.closest("[data-piece]");
    const up = key.dataset.move === "-1";
    const other = up ? piece.previousElementSibling : piece.nextElementSibling;
    if (!other) return;
    if (up) other.before(piece);
    else other.after(piece);
    key.focus();
    number();
    soon();
  });

  for (const key of form.querySelectorAll("[data-move]")) key.hidden = false;
  for (const place of form.querySelectorAll("[data-without-script]")) place.hidden = true;
  document.addEventListener("input", (event) => event.target.form === form && !event.isComposing && soon());
  document.addEventListener("change", (event) => {
    if (event.target.form !== form) return;
    number();
    soon();
  });
  number();
}

// The band: one answer, loud enough for two metres. The server draws the same one (templates/floor/_band.html).
import { icon, keyOf, make, plateOf, SHAPES } from "./scan-parts.js";

// band: the live region, which stays; words: its texts; onKey(key) when one of the answer's keys is pressed.
export function bandOf(band, words, onKey) {
  function plates(answer) {
    if (!answer.plates?.length) return null;
    const line = make("p", "plates");
    answer.plates.forEach((plate, index) => {
      if (index) line.append(icon("arrow-right"));
      if (plate.kind === "seen") line.append(make("span", "", words.seen), " ");
      line.append(plateOf(plate, "lg"));
      if (plate.kind === "belongs") line.append(" ", make("span", "", words.belongs));
    });
    return line;
  }

  function what(answer) {
    const name = answer.title || answer.code;
    if (!name) return null;
    const line = make("p", "what");
    const title = answer.href ? Object.assign(make("a", "", name), { href: answer.href }) : make("span", "", name);
    line.append(title, " ", make("span", "mono", answer.title ? answer.code : ""));
    return line;
  }

  return function show(answer) {
    const middle = make("div", "grow");
    middle.append(...[make("p", "word", answer.word), plates(answer), answer.reason && make("p", "reason", answer.reason), what(answer)].filter(Boolean));
    const keys = make("div", "keys");
    (answer.keys ?? []).slice(0, 2).forEach((key, index) => keys.append(keyOf(key, index ? "" : "act", onKey)));
    const parts = [icon(SHAPES[answer.outcome], "l"), middle];
    if (answer.picture) parts.push(Object.assign(make("img", "thumb l"), { src: answer.picture, alt: "" }));
    if (keys.childElementCount) parts.push(keys);
    band.className = `scan-band ${answer.outcome}`;
    band.replaceChildren(...parts);
  };
}

// Scan and go: what is scanned goes to the server in order, and every answer brings the cart's parts anew.
import { partsOf } from "./go-parts.js";
import { queueOf } from "./scan-queue.js";
import { sounds } from "./scan-sounds.js";
import { photo } from "./scanner-photo.js";
import { viewfinder } from "./scanner-viewfinder.js";

const SAME_CODE = 2000; // ms for which a code must have been out of the camera's sight to count again

export function mount(root) {
  const words = JSON.parse(root.dataset.words);
  const kept = `go ${root.dataset.card} ${root.dataset.scansUrl}`;
  const token = () => root.querySelector("input[name=csrf_token]").value;
  const mute = root.querySelector("[data-key=mute]");
  const waitingLine = document.querySelector("[data-part=waiting]");
  const seenAt = new Map();
  const parts = partsOf(words, sounds(mute));
  let unsent = [];

  const queue = queueOf({
    token,
    fieldsOf: ({ text }) => ({ text }),
    keep: {
      read: () => JSON.parse(sessionStorage.getItem(kept) ?? "[]"),
      write: (waiting) => sessionStorage.setItem(kept, JSON.stringify(waiting)),
    },
    onAnswer: (_item, answer, problem) => (problem === null ? parts.answered(answer) : parts.refused(problem || words.broken)),
    onChange: ({ waiting, state }) => {
      unsent = waiting;
      waitingLine.hidden = state === "sent" || !waiting.length;
      waitingLine.textContent = words.waiting.replace("COUNT", waiting.length);
      if (state === "stopped") parts.refused(words.reload, { label: words.again, onPress: queue.reload });
    },
  });

  function scanned(text, how, stays = false) {
    const now = Date.now();
    const last = seenAt.get(text) ?? 0;
    seenAt.set(text, now);
    if (!stays && (how !== "camera" || now - last >= SAME_CODE)) queue.add({ url: root.dataset.scansUrl, text: text.slice(0, 2000) });
  }

  // --- the three ways to scan

  const typed = root.querySelector("#go-typed");
  typed.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = typed.elements.text.value.trim();
    if (text) scanned(text, "typed");
    typed.elements.text.value = "";
  });

  const photos = root.querySelector("#go-photo");
  photos.querySelector("[data-without-script]").hidden = true;
  photo(photos.elements.picture, photos.action, token, {
    onBusy: (busy) => photos.querySelector(".btn").setAttribute("aria-busy", String(busy)),
    onTexts: (texts, location) => (location ? parts.choose(location) : texts.forEach((text) => scanned(text, "photo"))),
    onTrouble: (sentence) => parts.refused(sentence || words.photo, null, "unknown"),
  });

  viewfinder(root.querySelector("[data-camera=root]"), (text, stays) => scanned(text, "camera", stays));

  // --- the way to the exit: nothing that was scanned or counted is left behind

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "go-to-exit" || !(unsent.length || parts.isWriting())) return;
    event.preventDefault();
    event.stopPropagation();
    if (unsent.length) parts.refused(words.first);
    else parts.settled().then(() => document.getElementById("go-to-exit")?.requestSubmit());
  }, true);

  mute.hidden = false;
  queue.start();
  root.dataset.ready = "";
}

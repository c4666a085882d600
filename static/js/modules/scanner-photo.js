// A photo of a label, read on the server: the way where a camera is refused or the page is not encrypted.
import { smaller } from "./smaller-photo.js";

const LONGEST_SIDE = 2000; // pixels; more only takes longer to send

// onTexts(texts, location) with what stands in the picture, or where to choose among it; onTrouble(sentence) with "" where nothing could be sent.
export function photo(input, url, token, { onBusy, onTexts, onTrouble }) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    onBusy(true);
    const body = new FormData();
    body.set("csrf_token", token());
    body.set("operation_id", crypto.getRandomValues(new Uint32Array(4)).join("-"));
    body.set("picture", await smaller(file, LONGEST_SIDE).catch(() => file), "label.jpg");
    try {
      const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await response.json();
      if (response.ok) onTexts(said.texts, said.location);
      else onTrouble(said.error?.message ?? "");
    } catch {
      onTrouble("");
    } finally {
      input.value = "";
      onBusy(false);
    }
  });
}

// A photo of a label, read on the server: the way where a camera is refused or the page is not encrypted.
const LONGEST_SIDE = 2000; // pixels; more only takes longer to send

async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.9));
  } catch {
    return file; // a kind of picture that this browser cannot draw
  }
}

// onTexts(texts) with what stands in the picture; onTrouble(sentence) with "" where nothing could be sent.
export function photo(input, url, token, { onBusy, onTexts, onTrouble }) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    onBusy(true);
    const body = new FormData();
    body.set("csrf_token", token());
    body.set("operation_id", crypto.getRandomValues(new Uint32Array(4)).join("-"));
    body.set("picture", await smaller(file), "label.jpg");
    try {
      const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await response.json();
      if (response.ok) onTexts(said.texts);
      else onTrouble(said.error?.message ?? "");
    } catch {
      onTrouble("");
    } finally {
      input.value = "";
      onBusy(false);
    }
  });
}

// A photo from the tablet's camera is made smaller before it is sent, so that several fit into one form.
const EDGE = 1600;
const QUALITY = 0.85;

export async function smaller(file, edge = EDGE) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, edge / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((keep) => canvas.toBlob(keep, "image/jpeg", QUALITY));
  return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
}

export function mount(input) {
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const made = await smaller(file).catch(() => file); // what is no picture is for the server to refuse
    if (made === file || input.files[0] !== file) return;
    const files = new DataTransfer();
    files.items.add(made);
    input.files = files.files;
  });
}

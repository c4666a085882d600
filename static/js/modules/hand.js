// On which side the camera and the keys of scan mode stand, kept on this tablet.
export function mount(select) {
  select.value = localStorage.getItem("hand") ?? "";
  select.closest("[hidden]")?.removeAttribute("hidden");
  select.addEventListener("change", () => {
    localStorage.setItem("hand", select.value);
    if (select.value) document.documentElement.dataset.hand = select.value;
    else delete document.documentElement.dataset.hand;
  });
}

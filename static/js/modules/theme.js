// Light, dark or as the device says, kept on this device.
export function mount(select) {
  select.value = localStorage.getItem("theme") ?? "";
  select.addEventListener("change", () => {
    localStorage.setItem("theme", select.value);
    if (select.value) document.documentElement.dataset.theme = select.value;
    else delete document.documentElement.dataset.theme;
  });
}

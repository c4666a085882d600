// Before the first paint: the theme and the hand that were chosen on this device.
(() => {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("hand") === "right") document.documentElement.dataset.hand = "right";
})();

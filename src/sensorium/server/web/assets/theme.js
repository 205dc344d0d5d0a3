// Runs before anything is painted, so that a chosen theme never flashes. Classic on purpose: modules run later.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem("sensorium-theme");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // storage is forbidden here: the system's theme it is
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();

// The whole window takes files.
import { h } from "./dom.js";
import { icon } from "./icons.js";

export function dropzone(ondrop, label) {
  const text = h("strong");
  const veil = h("div", { class: "veil", hidden: true, "aria-hidden": "true" }, h("div", null, icon("upload", 40), text));
  document.body.append(veil);
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const hide = () => {
    depth = 0;
    veil.hidden = true;
  };
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth += 1;
    text.textContent = label();
    veil.hidden = false;
  });
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) hide();
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    hide();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    ondrop([...event.dataTransfer.files], entries);
  });
}

// Light, dark, or as the system has it.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "auto", light: "sun", dark: "moon" };

export function themeButton() {
  let theme = document.documentElement.dataset.theme ?? "auto";
  const button = h("button", { type: "button", class: "tool", onclick: () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("sensorium-theme", theme);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // storage is forbidden: the choice lasts as long as the page
    }
    paint();
    dispatchEvent(new Event("themechange"));
  } });
  const paint = () => {
    fill(button, icon(ICONS[theme]));
    button.setAttribute("aria-label", t(`theme.${theme}`));
    button.title = t(`theme.${theme}`);
  };
  paint();
  return button;
}

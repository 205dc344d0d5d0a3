// What the keys do.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

const KEYS = [["/", "help.slash"], ["Enter", "help.enter"], ["Shift Enter", "help.part"], ["← ↑ → ↓", "help.arrows"], ["Space", "help.space"], ["m", "help.m"], ["n", "help.n"], ["o", "help.o"], ["c", "help.c"], ["Delete", "help.delete"], ["Esc", "help.escape"], ["?", "help.help"]];

export function help() {
  const dialog = h("dialog", { class: "help", "aria-labelledby": "help-title", onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close() },
    h("div", { class: "dialog-body" },
      h("div", { class: "dialog-head" }, h("h2", { id: "help-title" }, t("help.title")), h("button", { type: "button", class: "plain", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
      h("dl", { class: "keys" }, KEYS.map(([keys, name]) => h("div", null, h("dt", null, keys.split(" ").map((key) => h("kbd", null, key))), h("dd", null, t(name))))),
      h("p", { class: "hint" }, t("help.more"))));
  document.body.append(dialog);
  dialog.showModal();
}

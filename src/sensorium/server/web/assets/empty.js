// What is said where there is nothing to show: why, and what to do next.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

export const notice = (name, title, text, ...actions) => h("div", { class: "notice" }, h("span", { class: "notice-icon" }, icon(name, 30)), h("h2", null, title), text && h("p", null, text), actions.length > 0 && h("div", { class: "actions" }, actions));

export const failed = (error, again) => notice("warn", t("error.title"), error.message, again && h("button", { type: "button", class: "button", onclick: again }, icon("retry", 16), t("error.again")));

export function emptyResult(query) {
  const isNarrowed = query.modalities.length || query.where.length || query.band || query.farthest !== null;
  return notice("search", t("results.none"), isNarrowed ? t("results.none.narrowed") : query.wordsOnly ? t("results.none.words") : t("results.none.empty"));
}

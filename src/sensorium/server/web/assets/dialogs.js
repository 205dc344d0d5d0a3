// Questions that stop everything else: is it sure, and what shall a new index be like.
import { createIndex } from "./api.js";
import { h } from "./dom.js";
import { t } from "./strings.js";

function ask(title, ...content) {
  const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" }, h("div", { class: "dialog-body" }, h("h2", { id: "ask-title" }, title), content));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}

/** True when somebody says so. */
export function confirm(title, text, action) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = ask(title, h("p", null, text), h("div", { class: "dialog-actions" },
      h("button", { type: "button", class: "button", autofocus: true, onclick: () => dialog.close() }, t("cancel")),
      h("button", { type: "button", class: "button is-bad", onclick: () => { answer = true; dialog.close(); } }, action)));
    dialog.addEventListener("close", () => resolve(answer));
  });
}

/** The index that was made, or null. */
export function newIndex(models) {
  return new Promise((resolve) => {
    let made = null;
    const name = h("input", { type: "text", required: true, maxlength: "127", placeholder: "photos", spellcheck: "false" });
    const model = h("select", { onchange: () => sizes() }, models.map((one) => h("option", { value: one.id }, one.id)));
    const dim = h("select");
    const metric = h("select", null, ["cosine", "euclidean"].map((one) => h("option", { value: one }, t(`metric.${one}`))));
    const sizes = () => {
      const chosen = models.find((one) => one.id === model.value);
      const offered = [...new Set([...(chosen?.dims ?? []), chosen?.dim].filter(Boolean))].sort((one, other) => other - one);
      dim.replaceChildren(...offered.map((one) => h("option", { value: String(one), selected: one === chosen.dim }, String(one))));
    };
    sizes();
    const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    const form = h("form", { onsubmit: async (event) => {
      event.preventDefault();
      try {
        made = await createIndex({ name: name.value.trim(), model: model.value, dim: Number(dim.value), metric: metric.value });
        dialog.close();
      } catch (error) {
        if (!("status" in error)) throw error;
        trouble.textContent = error.message;
        trouble.hidden = false;
      }
    } }, row("new.name", name), row("new.model", model), row("new.dim", dim), row("new.metric", metric), trouble,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("cancel")), h("button", { class: "button is-primary" }, t("new.go"))));
    const dialog = ask(t("new.title"), form);
    dialog.addEventListener("close", () => resolve(made));
    name.focus();
  });
}

const row = (name, control) => h("label", { class: "stack" }, h("span", null, t(name)), control);

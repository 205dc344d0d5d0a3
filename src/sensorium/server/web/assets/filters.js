// What narrows a search: modalities, nearness, metadata; and how it is made.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { MODALITIES } from "./query.js";
import { t } from "./strings.js";
import { conditionRow, newCondition } from "./conditions.js";

const COUNTS = [20, 50, 100, 500, 1000, 10000];

export class Filters {
  /** `onchange(changes)` gets the members of the query that change. */
  constructor(onchange) {
    this.onchange = onchange;
    this.kinds = h("div", { class: "kinds", role: "group", "aria-label": t("filters.modalities") });
    this.cut = h("div", { class: "segments", role: "radiogroup", "aria-label": t("filters.cut") });
    this.more = h("button", { type: "button", class: "tool with-text", "aria-expanded": "false", "aria-controls": "panel", onclick: () => this.#toggle() }, icon("tune"), h("span", null, t("filters.more")), (this.count = h("span", { class: "count" })));
    this.panel = h("div", { class: "panel", id: "panel", role: "group", "aria-label": t("filters.more"), hidden: true });
    this.element = h("div", { class: "filters" }, h("div", { class: "filterline" }, this.kinds, h("span", { class: "spring" }), this.cut, this.more), this.panel);
  }

  show(query, index, models) {
    const state = JSON.stringify([query, index?.state, index?.name, models?.length]);
    if (state === this.state) return;
    this.state = state;
    this.#kinds(query, index);
    this.#cut(query, index);
    const set = query.where.length + (query.hybrid || query.wordsOnly ? 1 : 0) + (query.farthest !== null ? 1 : 0) + (query.model ? 1 : 0);
    this.count.textContent = set ? String(set) : "";
    this.count.hidden = !set;
    const had = this.panel.contains(document.activeElement) ? document.activeElement.dataset.field : null;
    fill(this.panel, this.#where(query, index), this.#way(query, index, models));
    if (had) this.panel.querySelector(`[data-field="${CSS.escape(had)}"]`)?.focus();
  }

  #toggle() {
    this.panel.hidden = !this.panel.hidden;
    this.more.setAttribute("aria-expanded", String(!this.panel.hidden));
  }

  #kinds(query, index) {
    const flip = (name) => {
      const kept = query.modalities.includes(name) ? query.modalities.filter((one) => one !== name) : [...query.modalities, name];
      this.onchange({ modalities: kept.length === MODALITIES.length ? [] : MODALITIES.filter((one) => kept.includes(one)) });
    };
    const had = this.kinds.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    fill(this.kinds, MODALITIES.map((name) => {
      const count = index?.counts?.[name];
      return h("button", { type: "button", class: `kind-toggle is-${name}`, "data-name": name, "aria-pressed": String(query.modalities.includes(name)), onclick: () => flip(name) },
        icon(name, 16), h("span", null, t(`modality.${name}.other`)), count !== undefined && h("small", null, count.toLocaleString()));
    }));
    if (had) this.kinds.querySelector(`[data-name="${had}"]`)?.focus();
  }

  #cut(query, index) {
    const has = Boolean(index?.bands?.length);
    this.cut.hidden = !has;
    if (!has) return;
    const choices = [null, "related", "close", "very close"];
    const had = this.cut.contains(document.activeElement);
    fill(this.cut, choices.map((band) => h("label", { class: "segment", title: band ? t("filters.cut.to", { band: t(`band.${band}`) }) : t("filters.cut.none") },
      h("input", { type: "radio", name: "band", value: band || "", checked: query.band === band, onchange: () => this.onchange({ band }) }),
      h("span", null, band ? t(`cut.${band}`) : t("cut.any")))));
    if (had) this.cut.querySelector("input:checked")?.focus();
  }

  #where(query, index) {
    const keys = (index?.metadata || []).filter((one) => one.key !== "modality");
    const change = (where) => this.onchange({ where });
    const rows = query.where.map((one, at) => conditionRow(one, keys, at, (changed) => change(changed ? query.where.map((old, other) => (other === at ? changed : old)) : query.where.filter((_, other) => other !== at))));
    const adder = h("select", { "aria-label": t("filters.add"), "data-field": "add", onchange: () => change([...query.where, newCondition(keys.find((one) => one.key === adder.value))]) },
      h("option", { value: "" }, t("filters.add")),
      [false, true].map((standard) => {
        const some = keys.filter((one) => Boolean(one.standard) === standard);
        return some.length > 0 && h("optgroup", { label: t(standard ? "filters.standard" : "filters.own") }, some.map((one) => h("option", { value: one.key }, one.key)));
      }));
    return h("section", { class: "where" }, h("h2", null, t("filters.metadata")), rows, keys.length ? h("div", { class: "row" }, adder) : h("p", { class: "hint" }, t("filters.nokeys")));
  }

  #way(query, index, models) {
    const k = h("select", { "data-field": "k", onchange: () => this.onchange({ k: Number(k.value) }) },
      [...new Set([...COUNTS, query.k])].sort((a, b) => a - b).map((count) => h("option", { value: String(count), selected: count === query.k }, count.toLocaleString())));
    const farthest = h("input", { type: "number", min: "0", max: "2", step: "0.01", inputmode: "decimal", "data-field": "max", value: query.farthest === null ? "" : String(query.farthest), placeholder: t("filters.any"), onchange: () => this.onchange({ farthest: farthest.value === "" ? null : Number(farthest.value) }) });
    const way = h("select", { "data-field": "way", onchange: () => this.onchange({ hybrid: way.value === "hybrid", wordsOnly: way.value === "words" }) },
      ["meaning", "hybrid", "words"].map((one) => h("option", { value: one, selected: one === (query.wordsOnly ? "words" : query.hybrid ? "hybrid" : "meaning"), disabled: one !== "meaning" && index && !index.text_search }, t(`filters.way.${one}`))));
    const model = models && !index?.model && h("select", { "data-field": "model", onchange: () => this.onchange({ model: model.value || null }) },
      h("option", { value: "" }, t("filters.model.choose")), models.map((one) => h("option", { value: one.id, selected: one.id === query.model }, one.id)));
    return h("section", { class: "way" }, h("h2", null, t("filters.ranking")),
      field(t("filters.way"), way), field(t("filters.k"), k), field(t("filters.farthest"), farthest),
      model ? field(t("filters.model"), model) : index?.model && h("p", { class: "hint" }, t("filters.model.is", { model: index.model, dim: index.dim, metric: index.metric })));
  }
}

const field = (label, control) => h("label", { class: "row" }, h("span", null, label), control);

// The map: records as points in a plane, by the two directions in which they differ most.
import * as api from "./api.js";
import { css, fill, h } from "./dom.js";
import { notice } from "./empty.js";
import { icon } from "./icons.js";
import { MapCanvas } from "./mapcanvas.js";
import { coloured } from "./mapcolours.js";
import { t } from "./strings.js";
import { told } from "./toast.js";

export class View {
  constructor(app) {
    this.app = app;
    this.hidden = new Set();
    this.hits = [];
    this.text = h("p", { class: "hint" });
    this.colour = h("select", { onchange: () => this.app.go({ color: this.colour.value || null }, { isReplaced: true }) });
    this.legend = h("div", { class: "legend", role: "group", "aria-label": t("map.legend") });
    this.card = h("div", { class: "map-card", hidden: true, "aria-hidden": "true" });
    this.wait = h("div", { class: "map-wait", role: "status" }, h("span", { class: "spinner" }), t("map.computing"));
    this.canvas = new MapCanvas({ onhover: (at, place) => this.#hover(at, place), onopen: (at) => this.app.go({ open: this.found.key[at] }), describe: (at) => [this.found.title[at], t(`modality.${this.found.modality[at]}.one`), this.found.color?.[at]].filter(Boolean).join(", ") });
    const zoom = (name, label, act) => h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick: act }, icon(name, 16));
    this.box = h("div", { class: "map-box" }, this.canvas.element, this.card, this.wait,
      h("div", { class: "map-zoom" }, zoom("plus", t("map.in"), () => this.canvas.zoom(1.6)), zoom("minus", t("map.out"), () => this.canvas.zoom(1 / 1.6)), zoom("grid", t("map.all"), () => this.canvas.reset())));
    this.message = h("div", { hidden: true });
    this.element = h("div", { class: "view map-view" }, h("div", { class: "view-head" }, h("div", null, h("h1", null, t("map.title")), this.text)),
      (this.tools = h("div", { class: "map-tools" }, h("label", null, t("map.colour"), this.colour), this.legend)), this.message, this.box);
  }

  async show(query) {
    document.title = `${t("map.title")} · Sensorium`;
    const index = this.app.found;
    if (!this.app.indexes) return;
    const isEmpty = !index || (!index.remote && index.records < 3);
    this.box.hidden = this.tools.hidden = isEmpty;
    this.message.hidden = !isEmpty;
    if (isEmpty) return void fill(this.message, notice("map", t("map.none"), t("map.none.text")));
    const keys = (index.metadata ?? []).filter((one) => one.key !== "modality");
    fill(this.colour, h("option", { value: "" }, t("map.modality")), keys.map((one) => h("option", { value: one.key, selected: one.key === query.color }, one.key)));
    const name = JSON.stringify([index.name, index.state, query.color]);
    if (name === this.name) return void this.canvas.resize();
    this.name = name;
    this.hidden.clear();
    await this.#load(index, query.color, name);
  }

  hide() {
    this.aborter?.abort();
    this.card.hidden = true;
  }

  drop(files) {
    this.app.go({ view: "search" });
    this.app.views.search.drop(files);
  }

  async #load(index, color, name) {
    this.aborter?.abort();
    const { signal } = (this.aborter = new AbortController());
    this.wait.hidden = false;
    try {
      for (;;) {
        const found = await api.map({ index: index.name, limit: 5000, ...(color ? { color } : {}) }, signal);
        if (this.name !== name) return;
        if (!found.isPending) return this.#paint(found, Boolean(color));
        await new Promise((resolve) => setTimeout(resolve, 700));
        if (signal.aborted || this.name !== name) return;
      }
    } catch (error) {
      if (error.name === "AbortError") {
        this.name = null;
        return;
      }
      this.wait.hidden = true;
      this.name = null;
      told(error);
    }
  }

  #paint(found, isByKey) {
    this.wait.hidden = true;
    this.found = found;
    const explained = Math.round(found.explained.reduce((sum, one) => sum + one, 0) * 100);
    this.text.textContent = [t("map.text", { explained }), found.total > found.key.length && t("map.part", { shown: found.key.length, total: found.total })].filter(Boolean).join(" ");
    this.groups = coloured(found, isByKey);
    fill(this.legend, this.groups.names.map((name, at) => h("button", { type: "button", "aria-pressed": "true", onclick: (event) => this.#flip(at, event.currentTarget) }, css(h("i"), { background: this.groups.colours[at] }), h("span", null, name))));
    this.canvas.show(found, this.groups);
  }

  #flip(at, button) {
    if (this.hidden.has(at)) this.hidden.delete(at);
    else this.hidden.add(at);
    button.setAttribute("aria-pressed", String(!this.hidden.has(at)));
    this.canvas.hide(this.hidden);
  }

  #hover(at, place) {
    this.card.hidden = at < 0;
    if (at < 0) return void (this.shownAt = -1);
    if (this.shownAt !== at) {
      this.shownAt = at;
      const { title, modality, thumbnail, color } = this.found;
      fill(this.card, thumbnail[at] && h("img", { src: api.sized(thumbnail[at], 320), alt: "" }), h("strong", null, title[at]),
        h("span", { class: `is-${modality[at]}` }, icon(modality[at], 14), [t(`modality.${modality[at]}.one`), color?.[at]].filter((one) => one !== null && one !== undefined).join(" · ")));
    }
    const { clientWidth: width, clientHeight: height } = this.box;
    const left = place.x + 210 > width ? place.x - 204 : place.x + 14;
    const top = Math.max(8, Math.min(height - this.card.offsetHeight - 8, place.y - 40));
    css(this.card, { transform: `translate(${Math.max(8, left)}px, ${top}px)` });
  }
}

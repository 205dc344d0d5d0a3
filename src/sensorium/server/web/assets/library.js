// The library: indexes, what is being added, and what is in them.
import * as api from "./api.js";
import { Adding } from "./adding.js";
import { Browse } from "./browse.js";
import { confirm, newIndex } from "./dialogs.js";
import { css, fill, h } from "./dom.js";
import { notice } from "./empty.js";
import { bytes } from "./format.js";
import { icon } from "./icons.js";
import { Jobs } from "./jobs.js";
import { MODALITIES } from "./query.js";
import { silence } from "./sound.js";
import { Sources } from "./sources.js";
import { t } from "./strings.js";
import { toast, told } from "./toast.js";

export class View {
  constructor(app) {
    this.app = app;
    this.dropLabel = null;
    this.jobs = new Jobs(() => this.#changed());
    this.adding = new Adding(app, this.jobs);
    this.browse = new Browse(app);
    this.sources = new Sources(app, () => this.#changed());
    this.cards = h("ul", { class: "cards", role: "list", "aria-label": t("library.indexes") });
    this.head = h("div", { class: "index-head" });
    this.tabs = { browse: this.browse, sources: this.sources };
    this.tab = "browse";
    this.tablist = h("div", { class: "segments", role: "tablist", "aria-label": t("library.content") }, Object.keys(this.tabs).map((name) => h("button", { type: "button", class: "tab", role: "tab", id: `tab-${name}`, "aria-controls": "tabpanel", "data-tab": name, onclick: () => this.#choose(name), onkeydown: (event) => this.#arrow(event) }, t(`library.tab.${name}`))));
    this.body = h("div", { role: "tabpanel", id: "tabpanel" });
    this.inside = h("section", { class: "inside", "aria-label": t("library.index") }, this.head, this.adding.element, this.jobs.element, this.tablist, this.body);
    this.element = h("div", { class: "view library-view" },
      h("div", { class: "view-head" }, h("h1", null, t("library.title")), h("button", { type: "button", class: "button", onclick: () => this.#create() }, icon("plus", 16), t("library.new"))),
      this.cards, this.inside);
  }

  get hits() {
    return this.browse.grid.items;
  }

  get grid() {
    return this.browse.grid;
  }

  async show() {
    document.title = `${t("library.title")} · Sensorium`;
    const { indexes, index, found } = this.app;
    if (!indexes) return;
    this.dropLabel = t("drop.library", { index: index ?? "default" });
    fill(this.cards, indexes.map((one) => this.#card(one, one.name === index)));
    this.#head(found);
    this.adding.show(index ?? "default", found);
    this.tablist.hidden = !found;
    if (this.shown !== index) {
      this.shown = index;
      this.jobs.show(index);
    }
    this.#choose(this.tab);
  }

  hide() {
    silence();
    this.jobs.hide();
    this.shown = undefined;
  }

  drop(files, entries) {
    this.adding.drop(files, entries);
  }

  #choose(name) {
    this.tab = name;
    for (const tab of this.tablist.children) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
      tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
    }
    this.body.setAttribute("aria-labelledby", `tab-${name}`);
    const { found } = this.app;
    if (!found) return fill(this.body, notice("upload", t("library.start"), t("library.start.text")));
    if (this.body.firstChild !== this.tabs[name].element) fill(this.body, this.tabs[name].element);
    return this.tabs[name].show(found);
  }

  #arrow(event) {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const other = this.tab === "browse" ? "sources" : "browse";
    this.#choose(other);
    this.tablist.querySelector(`[data-tab="${other}"]`).focus();
  }

  #card(index, isCurrent) {
    const total = Math.max(1, index.records ?? 1);
    const bar = h("span", { class: "bar", "aria-hidden": "true" }, MODALITIES.filter((name) => index.counts?.[name]).map((name) => css(h("i", { class: `is-${name}` }), { width: `${(index.counts[name] / total) * 100}%` })));
    return h("li", null, h("button", { type: "button", class: "card", "aria-current": isCurrent ? "true" : null, onclick: () => this.app.go({ index: index.name, open: null, where: [] }) },
      h("strong", null, index.name),
      h("span", { class: "hint" }, [t("library.records", { count: index.records ?? 0 }), index.bytes !== null && bytes(index.bytes), index.remote && t("library.remote")].filter(Boolean).join(" · ")),
      bar));
  }

  #head(index) {
    if (!index) return fill(this.head);
    const facts = [index.model ? t("library.model", { model: index.model }) : t("library.nomodel"), t("library.dim", { dim: index.dim, metric: index.metric })];
    fill(this.head,
      h("div", null, h("h2", null, index.name), h("p", { class: "hint" }, facts.join(" · ")),
        h("p", { class: "counts" }, MODALITIES.filter((name) => index.counts?.[name]).map((name) => h("span", { class: `is-${name}` }, icon(name, 15), t(`count.${name}`, { count: index.counts[name] }))))),
      h("button", { type: "button", class: "button is-small is-bad", onclick: () => this.#remove(index) }, icon("trash", 15), t("library.remove")));
  }

  async #create() {
    const made = await newIndex(this.app.models ?? []);
    if (!made) return;
    this.app.go({ index: made.name });
    await this.app.refresh();
  }

  async #remove(index) {
    const isSure = await confirm(t("library.remove.title", { name: index.name }), t("library.remove.text", { count: index.records ?? 0 }), t("library.remove.go"));
    if (!isSure) return;
    try {
      await api.dropIndex(index.name);
      toast(t("library.removed", { name: index.name }));
      this.app.go({ index: null, open: null });
      await this.app.refresh();
    } catch (error) {
      told(error);
    }
  }

  async #changed() {
    this.browse.forget();
    this.sources.forget();
    await this.app.refresh();
  }
}

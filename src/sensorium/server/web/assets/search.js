// The search view: the box, what narrows it, and what it found.
import { actionsOn } from "./actions.js";
import { h } from "./dom.js";
import { Filters } from "./filters.js";
import { icon, mark } from "./icons.js";
import { isEmpty, MODALITIES } from "./query.js";
import { Results } from "./results.js";
import { SearchBox } from "./searchbox.js";
import { t } from "./strings.js";
import { silence } from "./sound.js";
import { notice } from "./empty.js";

export class SearchView {
  constructor(app) {
    this.app = app;
    this.box = new SearchBox((changes, isSliding) => app.go({ ...changes, open: null }, { isReplaced: isSliding }));
    this.filters = new Filters((changes) => app.go({ ...changes, open: null }));
    this.actions = actionsOn(app, () => this.results);
    this.results = new Results(this.actions);
    this.welcome = h("div", { class: "welcome" });
    this.element = h("div", { class: "view search-view" },
      h("div", { class: "hero" }, mark(54), h("h1", null, t("welcome.title")), h("p", null, t("welcome.text"))),
      h("div", { class: "sticky" }, this.box.element, this.filters.element),
      this.welcome, this.results.element);
    this.results.element.hidden = true;
  }

  get hits() {
    return this.results.hits;
  }

  show(query) {
    const index = this.app.found;
    const isIdle = isEmpty(query);
    this.element.classList.toggle("is-idle", isIdle);
    if (this.app.indexes) this.box.show({ ...query, index: this.app.index });
    else this.box.words.value = query.words;
    this.filters.show(query, index, this.app.models);
    this.filters.element.hidden = !index;
    this.results.element.hidden = isIdle;
    this.welcome.hidden = !isIdle;
    document.title = query.words ? `${query.words} · Sensorium` : "Sensorium";
    if (!this.app.indexes) return Promise.resolve(); // it is soon known which index is meant
    if (isIdle) {
      this.results.hide();
      this.#welcome(index);
      return Promise.resolve();
    }
    return this.results.show({ ...query, index: this.app.index }, index);
  }

  hide() {
    silence();
    this.results.leave();
  }

  focus() {
    this.box.focus();
  }

  drop(files) {
    this.box.addFiles(files);
  }

  #welcome(index) {
    const library = (label) => h("button", { type: "button", class: "button is-primary", onclick: () => this.app.go({ view: "library" }) }, icon("folder", 16), label);
    if (!this.app.indexes.length) this.welcome.replaceChildren(notice("folder", t("welcome.noindex"), t("welcome.noindex.text"), library(t("welcome.library"))));
    else if (index && !index.records && !index.remote) this.welcome.replaceChildren(notice("folder", t("welcome.norecords", { name: index.name }), t("welcome.norecords.text"), library(t("welcome.library"))));
    else if (index) this.welcome.replaceChildren(h("p", { class: "tally" }, t("welcome.tally", { records: index.records ?? 0, name: index.name }), h("span", { class: "tally-kinds" }, MODALITIES.filter((name) => index.counts?.[name]).map((name) => h("span", { class: `is-${name}` }, icon(name, 15), t(`count.${name}`, { count: index.counts[name] }))))));
  }
}

// All records of an index, in the order of their keys.
import * as api from "./api.js";
import { actionsOn } from "./actions.js";
import { fill, h } from "./dom.js";
import { notice } from "./empty.js";
import { Grid } from "./grid.js";
import { icon } from "./icons.js";
import { MODALITIES } from "./query.js";
import { t } from "./strings.js";
import { tile } from "./tile.js";
import { told } from "./toast.js";

const PAGE = 100;

export class Browse {
  constructor(app) {
    this.app = app;
    this.modality = null;
    const actions = actionsOn(app, () => this);
    this.grid = new Grid({ label: t("library.records.label"), tile: (hit) => tile(hit, actions), near: () => this.#more(), onopen: (hit) => actions.open(hit), onkey: (key, hit) => actions.key(key, hit) });
    this.kinds = h("div", { class: "kinds", role: "group", "aria-label": t("filters.modalities") });
    this.message = h("div", { hidden: true });
    this.element = h("div", { class: "browse" }, this.kinds, this.message, this.grid.element);
  }

  forget() {
    this.name = null;
  }

  async show(index) {
    const name = `${index.name} ${index.state} ${this.modality}`;
    if (name === this.name) return this.grid.relayout();
    this.name = name;
    this.index = index;
    this.items = [];
    this.next = undefined;
    fill(this.kinds, MODALITIES.filter((one) => !index.counts || index.counts[one]).map((one) => h("button", { type: "button", class: `kind-toggle is-${one}`, "aria-pressed": String(this.modality === one), onclick: () => { this.modality = this.modality === one ? null : one; this.show(index); } }, icon(one, 16), t(`modality.${one}.other`), index.counts && h("small", null, index.counts[one].toLocaleString()))));
    await this.#more();
    this.message.hidden = this.items.length > 0 || this.next !== null;
    if (!this.message.hidden) fill(this.message, notice("upload", t("library.empty"), t("library.start.text")));
  }

  async #more() {
    if (this.loading === this.name || this.next === null) return;
    const name = (this.loading = this.name);
    try {
      const query = { index: this.index.name, limit: PAGE };
      if (this.modality) query.modality = this.modality;
      if (this.next) query.after = this.next;
      const found = await api.browse(query);
      if (this.name !== name) return;
      const isFirst = !this.items.length;
      this.items.push(...found.records);
      this.next = found.next;
      const all = this.modality ? this.index.counts?.[this.modality] : this.index.records;
      const expected = found.next === null ? this.items.length : Math.max(this.items.length + 1, all ?? 0);
      if (isFirst) this.grid.set(this.items, expected);
      else this.grid.grown(expected);
    } catch (error) {
      told(error);
    } finally {
      if (this.loading === name) this.loading = null;
    }
    if (this.name === name && this.items.length === 0 && this.next) await this.#more(); // a page may hold fewer than asked for
  }

  without(keys) {
    const before = [...this.items];
    this.items = this.items.filter((hit) => !keys.includes(hit.key));
    this.grid.set(this.items);
    return () => {
      this.items = before;
      this.grid.set(before);
    };
  }
}

// The files behind an index: how many records each has, and what could not be read.
import * as api from "./api.js";
import { fill, h } from "./dom.js";
import { notice } from "./empty.js";
import { bytes, source } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { toast, told } from "./toast.js";

const PAGE = 100;

export class Sources {
  constructor(app, onchange) {
    this.app = app;
    this.onchange = onchange;
    this.search = h("input", { type: "search", placeholder: t("sources.search"), "aria-label": t("sources.search"), oninput: () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.#load(), 200); } });
    this.total = h("span", { class: "hint", role: "status" });
    this.failed = h("div");
    this.list = h("ul", { class: "sources", role: "list", "aria-label": t("sources.label") });
    this.more = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.#load(this.next) }, t("sources.more"));
    this.element = h("div", { class: "sources-view" }, h("div", { class: "sources-head" }, this.search, this.total), this.failed, this.list, this.more);
  }

  forget() {
    this.name = null;
  }

  async show(index) {
    const name = `${index.name} ${index.state}`;
    if (name === this.name) return;
    this.name = name;
    this.index = index;
    await Promise.all([this.#load(), this.#failures()]);
  }

  async #load(after) {
    try {
      const query = { index: this.index.name, limit: PAGE };
      if (after) query.after = after;
      if (this.search.value.trim()) query.contains = this.search.value.trim();
      const found = await api.sources(query);
      const rows = found.sources.map((one) => this.#row(one));
      if (after) this.list.append(...rows);
      else fill(this.list, rows);
      this.next = found.next;
      this.more.hidden = !found.next;
      this.total.textContent = t("sources.total", { count: found.total ?? this.list.childElementCount });
      if (!this.list.childElementCount) fill(this.list, h("li", null, notice("folder", t("sources.none"), t("sources.none.text"))));
    } catch (error) {
      told(error);
    }
  }

  async #failures() {
    const { failures } = this.index.failures ? await api.failures(this.index.name) : { failures: [] };
    fill(this.failed, failures.length > 0 && h("details", { class: "failed", open: true }, h("summary", null, t("sources.failures", { count: failures.length })), h("ul", { class: "failures" }, failures.map((one) => h("li", null, h("strong", null, one.title), h("span", null, one.reason))))));
  }

  #row(one) {
    const row = h("li", { class: "source" }, h("span", { class: `kind is-${one.modality}` }, icon(one.modality in KNOWN ? one.modality : "document", 18)),
      h("span", { class: "source-name" }, h("strong", { dir: "auto" }, one.title), h("span", { class: "hint", dir: "auto" }, source(one.source))),
      one.missing && h("span", { class: "tag" }, t("hit.missing")),
      h("span", { class: "hint source-numbers" }, [t("library.records", { count: one.records }), typeof one.bytes === "number" && bytes(one.bytes)].filter(Boolean).join(" · ")),
      h("button", { type: "button", class: "plain", "aria-label": t("sources.remove", { title: one.title }), title: t("hit.remove"), onclick: () => this.#remove(one, row) }, icon("trash", 16)));
    return row;
  }

  async #remove(one, row) {
    try {
      const done = await api.remove({ index: this.index.name, source: one.source });
      row.remove();
      this.onchange();
      toast(t("sources.removed", { title: one.title, count: done.removed }), { action: t("undo"), onaction: () => api.undo(done.undo).then(() => this.onchange(), told) });
    } catch (error) {
      told(error);
    }
  }
}

const KNOWN = { text: 1, document: 1, image: 1, audio: 1, video: 1 };

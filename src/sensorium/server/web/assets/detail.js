// One hit in full: large, playable, with all that is known of it.
import { record } from "./api.js";
import { list } from "./actions.js";
import { fill, h } from "./dom.js";
import { number, source, span } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { nearness } from "./tile.js";
import { silence } from "./sound.js";
import { told } from "./toast.js";
import { stage } from "./stage.js";

export class Detail {
  constructor(app) {
    this.app = app;
    this.key = null;
    this.stage = h("div", { class: "stage" });
    this.facts = h("div", { class: "detail-facts" });
    this.previous = h("button", { type: "button", class: "step is-left", "aria-label": t("detail.previous"), onclick: () => this.#step(-1) }, icon("left", 22));
    this.next = h("button", { type: "button", class: "step is-right", "aria-label": t("detail.next"), onclick: () => this.#step(1) }, icon("right", 22));
    this.close = h("button", { type: "button", class: "plain detail-close", "aria-label": t("close"), onclick: () => this.dialog.close() }, icon("close"));
    this.dialog = h("dialog", { class: "detail", "aria-labelledby": "detail-title", onclose: () => this.#closed(), onclick: (event) => event.target === this.dialog && this.dialog.close(), onkeydown: (event) => this.#key(event) },
      h("div", { class: "detail-grid" }, h("div", { class: "stage-box" }, this.stage, this.previous, this.next), this.facts, this.close));
    document.body.append(this.dialog);
  }

  async show(key) {
    if (key === this.key) return;
    this.key = key;
    silence();
    if (!key) return void (this.dialog.open && this.dialog.close());
    const hits = this.app.view.hits ?? [];
    const at = hits.findIndex((hit) => hit.key === key);
    this.previous.disabled = at <= 0;
    this.next.disabled = at < 0 || at >= hits.length - 1;
    if (at >= 0) this.#paint(hits[at], null);
    else fill(this.facts, h("h2", { id: "detail-title" }, "…"), h("span", { class: "spinner" }));
    if (!this.dialog.open) this.dialog.showModal();
    try {
      const whole = await record(this.app.index, key);
      if (this.key !== key) return;
      const found = at >= 0 ? hits[at] : null;
      this.#paint(found ? { ...whole, distance: found.distance, band: found.band, scores: found.scores } : whole, found, whole.vector);
    } catch (error) {
      told(error);
      if (this.key === key && at < 0) this.dialog.close();
    }
  }

  /** `passage`: the hit as it was found, whose text and matches lie somewhere in the whole text. */
  #paint(hit, passage, vector) {
    if (!vector || hit.modality === "text" || !this.stage.childElementCount || this.painted !== hit.key) fill(this.stage, stage(hit, passage));
    this.painted = hit.key;
    const about = [
      [t("detail.modality"), t(`modality.${hit.modality}.one`)],
      hit.span && [t("detail.span"), span(hit.span)],
      [t("detail.source"), source(hit.source)],
      hit.media_type && [t("detail.type"), hit.media_type],
      hit.width && [t("detail.size"), `${number(hit.width)} × ${number(hit.height)}`],
      [t("detail.key"), hit.key],
      hit.scores && [t("detail.scores"), scores(hit.scores)],
      vector && [t("detail.vector"), t("detail.vector.is", { dim: vector.dim, norm: vector.norm.toFixed(2), first: vector.first.map((one) => one.toFixed(3)).join(", ") })],
    ].filter(Boolean);
    const own = Object.entries(hit.metadata || {}).filter(([name]) => name !== "media_type");
    const actions = this.app.views.search.actions;
    fill(this.facts,
      h("h2", { id: "detail-title", dir: "auto" }, hit.title),
      h("p", { class: "detail-near" }, nearness(hit)),
      hit.missing && h("p", { class: "banner" }, icon("lost", 16), t("hit.missing.long")),
      hit.catalogued === false && h("p", { class: "banner" }, icon("warn", 16), t("hit.elsewhere")),
      h("div", { class: "detail-actions" }, list(actions, hit).map(([name, label, act]) => h("button", { type: "button", class: name === "trash" ? "button is-small is-bad" : "button is-small", onclick: () => { if (name === "trash") this.dialog.close(); act(hit); } }, icon(name, 15), label))),
      pairs(about),
      own.length > 0 && [h("h3", null, t("detail.metadata")), pairs(own.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)]))]);
  }

  #step(by) {
    const hits = this.app.view.hits ?? [];
    const hit = hits[hits.findIndex((one) => one.key === this.key) + by];
    if (hit) this.app.go({ open: hit.key }, { isReplaced: true });
  }

  #key(event) {
    if (event.target.matches("input, video, audio")) return;
    if (event.key === "ArrowLeft") this.#step(-1);
    else if (event.key === "ArrowRight") this.#step(1);
  }

  #closed() {
    silence();
    for (const element of this.stage.querySelectorAll("video, audio")) element.removeAttribute("src");
    fill(this.stage);
    const key = this.key;
    this.key = null;
    this.painted = null;
    if (this.app.query.open) this.app.go({ open: null });
    const grid = this.app.view.grid ?? this.app.view.results?.grid;
    const at = grid?.items.findIndex((hit) => hit.key === key) ?? -1;
    if (at >= 0) grid.focus(at);
  }
}

const pairs = (rows) => h("dl", { class: "pairs" }, rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", { dir: "auto" }, value))));

const scores = (found) => [found.fused !== undefined && found.fused !== null && t("detail.fused", { score: found.fused.toFixed(4) }), ...Object.entries(found.bm25 || {}).map(([name, score]) => `${name}: ${score.toFixed(2)}`)].filter(Boolean).join(", ");

// The hits of one query: the first page at once, the rest as it is scrolled to; kept for Back.
import { search } from "./api.js";
import { fill, h } from "./dom.js";
import { Grid } from "./grid.js";
import { identity, body } from "./query.js";
import { t } from "./strings.js";
import { tile } from "./tile.js";
import { told } from "./toast.js";
import { emptyResult, failed } from "./empty.js";

const FIRST = 60;
const PAGE = 500;
const KEPT = 12;

export class Results {
  constructor(actions) {
    this.kept = new Map();
    this.status = h("p", { class: "status", role: "status" });
    this.notes = h("ul", { class: "notes", hidden: true });
    this.message = h("div", { class: "message", hidden: true });
    this.grid = new Grid({ label: t("results.label"), tile: (hit) => tile(hit, actions), near: () => this.#more(), onopen: (hit) => actions.open(hit), onkey: (key, hit, at) => actions.key(key, hit, at) });
    this.element = h("section", { class: "results", "aria-label": t("results.label") }, h("div", { class: "statusline" }, this.status), this.notes, this.message, this.grid.element);
    this.found = null;
  }

  get hits() {
    return this.found?.hits ?? [];
  }

  /** Shows the hits of a query; those that are there or on their way already are left alone. */
  async show(query, index) {
    const name = identity(query);
    const isStale = this.wasLeft && index && this.found && this.found.state !== index.state;
    this.wasLeft = false;
    if (this.name === name && !isStale) return;
    this.name = name;
    this.query = query;
    this.#rest();
    const kept = this.kept.get(name);
    if (kept && (!index || kept.state === index.state)) return this.#paint(kept);
    const aborter = (this.aborter = new AbortController());
    this.element.classList.add("is-waiting");
    this.element.setAttribute("aria-busy", "true");
    try {
      const found = await search({ ...body(query), limit: Math.min(FIRST, query.k) }, aborter.signal);
      if (this.aborter !== aborter) return;
      this.#keep(name, found);
      this.#paint(found);
    } catch (error) {
      if (this.aborter !== aborter || error.name === "AbortError") return;
      this.found = null;
      this.grid.set([]);
      this.status.textContent = "";
      this.notes.hidden = true;
      this.message.hidden = false;
      fill(this.message, failed(error, () => {
        this.name = null;
        this.show(query, index);
      }));
    } finally {
      if (this.aborter === aborter) this.#rest();
    }
  }

  /** The view is left: what is written meanwhile counts when it is seen again. */
  leave() {
    this.wasLeft = true;
  }

  hide() {
    this.#rest();
    this.name = null;
    this.found = null;
    this.grid.set([]);
  }

  /** Nothing is on its way any more. */
  #rest() {
    this.aborter?.abort();
    this.aborter = null;
    this.element.classList.remove("is-waiting");
    this.element.removeAttribute("aria-busy");
  }

  #keep(name, found) {
    this.kept.delete(name);
    this.kept.set(name, found);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
  }

  #paint(found) {
    this.found = found;
    this.status.textContent = found.total ? `${t("results.count", { count: found.total })} · ${t("results.took", { ms: Math.max(1, Math.round(found.took_ms)) })}` : "";
    this.notes.hidden = !found.notes.length;
    fill(this.notes, found.notes.map((note) => h("li", null, typeof note === "string" ? note : note.note)));
    this.message.hidden = found.total > 0;
    if (!found.total) fill(this.message, emptyResult(this.query));
    this.grid.set(found.hits, found.total);
  }

  async #more() {
    const found = this.found;
    if (this.loading || !found || found.next === null) return;
    this.loading = true;
    try {
      const page = await search({ ...body(this.query), offset: found.next, limit: PAGE });
      if (this.found !== found) return;
      found.hits.push(...page.hits);
      found.next = page.next;
      this.grid.grown(page.next === null ? found.hits.length : Math.max(found.total, found.hits.length));
    } catch (error) {
      told(error);
    } finally {
      this.loading = false;
    }
    if (this.found && this.found !== found) this.grid.update();
  }

  /** Takes hits away that were deleted; returns what puts them back. */
  without(keys) {
    const found = this.found;
    if (!found) return () => {};
    const before = [...found.hits];
    found.hits = found.hits.filter((hit) => !keys.includes(hit.key));
    found.total -= before.length - found.hits.length;
    this.#paint(found);
    return () => {
      found.total += before.length - found.hits.length;
      found.hits = before;
      if (this.found === found) this.#paint(found);
    };
  }
}

// A justified grid of any length, of which only what is near the window exists.
import { css, h } from "./dom.js";
import { between, justify } from "./justify.js";
import { shape } from "./tile.js";

const MOST = 280;
const OVERSCAN = 0.75; // windows above and below

export class Grid {
  /** `tile(hit, at)` makes an element with `.settle()` and `.release()`; `near()` is called when the end comes near. */
  constructor({ tile, near, label, onopen, onkey }) {
    this.items = [];
    this.expected = 0;
    this.current = 0;
    this.shown = new Map();
    this.make = tile;
    this.near = near;
    this.element = h("ul", { class: "grid", role: "list", "aria-label": label, onkeydown: (event) => this.#key(event, onopen, onkey), onfocusin: (event) => this.#focused(event) });
    this.place = { rows: [], total: 0 };
    this.onscroll = () => this.#schedule();
    this.observer = new ResizeObserver(() => this.element.clientWidth !== this.width && this.relayout());
    this.observer.observe(this.element);
    addEventListener("scroll", this.onscroll, { passive: true });
  }

  /** All hits so far, and how many there will be; the scroll bar knows of those that are still to come. */
  set(items, expected = items.length) {
    this.clear();
    this.items = items;
    this.expected = expected;
    this.current = 0;
    this.relayout();
  }

  /** More were appended to the same array. */
  grown(expected) {
    this.expected = expected;
    this.relayout(true);
  }

  clear() {
    for (const tile of this.shown.values()) this.#drop(tile);
    this.shown.clear();
  }

  relayout(isGrowth = false) {
    this.width = this.element.clientWidth;
    if (!this.width) return;
    const isSmall = this.width < 560;
    const target = isSmall ? 132 : this.width < 1100 ? 176 : 204;
    this.place = justify(this.items.map(shape), { width: this.width, target, gap: isSmall ? 10 : 16, caption: 46 });
    const missing = this.expected - this.items.length;
    const perRow = this.items.length / Math.max(1, this.place.rows.length);
    const rest = missing > 0 && perRow ? Math.ceil(missing / perRow) * (target + 62) : 0;
    css(this.element, { height: `${Math.ceil(this.place.total + rest)}px` });
    if (!isGrowth) for (const [at, tile] of this.shown) this.#position(tile, at);
    else this.#moveShown();
    this.update();
  }

  #moveShown() {
    for (const [at, tile] of this.shown) this.#position(tile, at);
  }

  #schedule() {
    if (this.scheduled) return;
    this.scheduled = requestAnimationFrame(() => {
      this.scheduled = 0;
      this.update();
    });
  }

  update() {
    if (!this.element.isConnected || !this.width) return;
    const box = this.element.getBoundingClientRect();
    const isFast = Math.abs(box.top - (this.lastTop ?? box.top)) > innerHeight * 1.5;
    this.lastTop = box.top;
    const from = -box.top - innerHeight * OVERSCAN;
    const to = -box.top + innerHeight * (1 + OVERSCAN);
    const found = between(this.place.rows, from, to);
    const first = found ? this.place.rows[found[0]].first : 0;
    const last = found ? Math.min(this.place.rows[found[1]].last, first + MOST) : -1;
    for (const [at, tile] of this.shown) {
      if ((at < first || at > last) && !(at === this.current && tile.contains(document.activeElement))) {
        this.shown.delete(at);
        this.#drop(tile);
      }
    }
    const added = document.createDocumentFragment();
    for (let at = first; at <= last; at += 1) {
      if (!this.shown.has(at)) added.append(this.#add(at));
    }
    if (added.childNodes.length) this.element.append(added);
    // Pictures that fly by are not asked for; those that stay are.
    clearTimeout(this.settling);
    if (isFast) this.settling = setTimeout(() => this.#settle(), 120);
    else this.#settle();
    if (this.items.length < this.expected && this.near && to > this.place.total - innerHeight) this.near();
  }

  #settle() {
    for (const tile of this.shown.values()) tile.settle?.();
  }

  #add(at) {
    const tile = this.make(this.items[at], at);
    tile.setAttribute("aria-setsize", String(this.expected));
    tile.setAttribute("aria-posinset", String(at + 1));
    tile.dataset.at = String(at);
    tile.main.tabIndex = at === this.current ? 0 : -1;
    this.#position(tile, at);
    this.shown.set(at, tile);
    return tile;
  }

  #position(tile, at) {
    const { x, y, width, height } = this.place;
    css(tile, { transform: `translate(${x[at]}px, ${y[at]}px)`, width: `${width[at]}px`, "--picture": `${height[at]}px` });
    tile.resized?.(width[at], height[at]);
  }

  #drop(tile) {
    tile.release?.();
    tile.remove();
  }

  /** Brings a hit into the window and focuses it. */
  focus(at) {
    at = Math.max(0, Math.min(this.items.length - 1, at));
    if (!this.items.length) return;
    const before = this.shown.get(this.current);
    if (before) before.main.tabIndex = -1;
    this.current = at;
    const top = this.element.getBoundingClientRect().top + scrollY;
    const edge = (document.querySelector(".sticky")?.getBoundingClientRect().bottom ?? 0) + 12;
    const [upper, lower] = [top + this.place.y[at], top + this.place.y[at] + this.place.height[at] + 60];
    if (upper < scrollY + edge) scrollTo({ top: upper - edge, behavior: "instant" });
    else if (lower > scrollY + innerHeight) scrollTo({ top: lower - innerHeight, behavior: "instant" });
    this.update();
    const tile = this.shown.get(at);
    if (tile) {
      tile.main.tabIndex = 0;
      tile.main.focus({ preventScroll: true });
    }
  }

  #focused(event) {
    const tile = event.target.closest("[data-at]");
    if (!tile) return;
    const at = Number(tile.dataset.at);
    if (at === this.current) return;
    const before = this.shown.get(this.current);
    if (before) before.main.tabIndex = -1;
    this.current = at;
    tile.main.tabIndex = 0;
  }

  #key(event, onopen, onkey) {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.classList.contains("tile-open")) return;
    const at = this.current;
    const steps = { ArrowRight: () => at + 1, ArrowLeft: () => at - 1, ArrowDown: () => this.#beside(at, 1), ArrowUp: () => this.#beside(at, -1), Home: () => 0, End: () => this.items.length - 1 };
    if (steps[event.key]) {
      event.preventDefault();
      this.focus(steps[event.key]());
    } else if (event.key === "Enter") {
      event.preventDefault();
      onopen(this.items[at], at);
    } else if (onkey?.(event.key, this.items[at], at)) event.preventDefault();
  }

  /** The tile of the next row whose middle is nearest. */
  #beside(at, step) {
    const row = this.place.rows[this.place.row[at] + step];
    if (!row) return at;
    const middle = this.place.x[at] + this.place.width[at] / 2;
    let best = row.first;
    for (let other = row.first; other <= row.last; other += 1) {
      const off = (which) => Math.abs(this.place.x[which] + this.place.width[which] / 2 - middle);
      if (off(other) < off(best)) best = other;
    }
    return best;
  }

  close() {
    removeEventListener("scroll", this.onscroll);
    this.observer.disconnect();
    this.clear();
  }
}

// Points on a canvas: zoom, pan, hover; and from point to point by the arrow keys.
import { announce, h } from "./dom.js";
import { t } from "./strings.js";

const FARTHEST = 40;

export class MapCanvas {
  /** `onhover(at, {x, y})` (-1 for none), `onopen(at)`, `describe(at)` for those who hear the map. */
  constructor({ onhover, onopen, describe }) {
    Object.assign(this, { onhover, onopen, describe });
    this.scale = 1;
    this.shift = [0, 0];
    this.at = -1;
    this.pointers = new Map();
    this.element = h("canvas", { tabindex: "0", role: "application", onkeydown: (event) => this.#key(event), onblur: () => this.#select(-1) });
    this.pen = this.element.getContext("2d");
    this.element.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), [event.offsetX, event.offsetY]);
    }, { passive: false });
    for (const [name, react] of [["pointerdown", this.#down], ["pointermove", this.#move], ["pointerup", this.#up], ["pointercancel", this.#up], ["pointerleave", this.#leave]]) this.element.addEventListener(name, react.bind(this));
    new ResizeObserver(() => this.resize()).observe(this.element);
    addEventListener("themechange", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  show(found, groups) {
    Object.assign(this, { x: found.x, y: found.y, groups });
    this.gone = new Set();
    this.at = -1;
    this.element.setAttribute("aria-label", t("map.canvas", { count: found.x.length }));
    this.reset();
  }

  hide(groups) {
    this.gone = new Set(groups);
    this.draw();
  }

  reset() {
    this.scale = 1;
    this.shift = [0, 0];
    this.draw();
  }

  resize() {
    const { clientWidth, clientHeight } = this.element;
    const ratio = devicePixelRatio || 1;
    if (!clientWidth) return;
    this.size = [clientWidth, clientHeight];
    this.element.width = clientWidth * ratio;
    this.element.height = clientHeight * ratio;
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.draw(true);
  }

  /** Zooms about a place (the middle, where none is given). */
  zoom(by, [x, y] = this.size.map((side) => side / 2)) {
    const scale = Math.min(FARTHEST, Math.max(0.6, this.scale * by));
    const ratio = scale / this.scale;
    const [centre, middle] = this.size.map((side) => side / 2);
    this.shift = [x - centre - (x - centre - this.shift[0]) * ratio, y - middle - (y - middle - this.shift[1]) * ratio];
    this.scale = scale;
    this.draw();
  }

  place(at) {
    const [width, height] = this.size;
    const unit = [(width / 2 - 34) * this.scale, (height / 2 - 34) * this.scale];
    return [width / 2 + this.x[at] * unit[0] + this.shift[0], height / 2 - this.y[at] * unit[1] + this.shift[1]];
  }

  draw(isNow = false) {
    if (isNow) return this.#paint();
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#paint();
    });
  }

  #paint() {
    if (!this.x || !this.size) return;
    const { pen } = this;
    pen.clearRect(0, 0, ...this.size);
    const count = this.x.length;
    const radius = Math.min(9, (count > 2000 ? 2.6 : count > 500 ? 3.6 : 5.5) * Math.sqrt(Math.sqrt(this.scale)));
    pen.globalAlpha = count > 1000 ? 0.72 : 0.86;
    for (let group = 0; group < this.groups.names.length; group += 1) {
      if (this.gone.has(group)) continue;
      pen.fillStyle = this.groups.colours[group];
      pen.beginPath();
      for (let at = 0; at < count; at += 1) {
        if (this.groups.group[at] !== group) continue;
        const [x, y] = this.place(at);
        if (x < -10 || y < -10 || x > this.size[0] + 10 || y > this.size[1] + 10) continue;
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, Math.PI * 2);
      }
      pen.fill();
    }
    pen.globalAlpha = 1;
    if (this.at < 0) return;
    const [x, y] = this.place(this.at);
    pen.lineWidth = 2.5;
    pen.strokeStyle = getComputedStyle(this.element).color;
    pen.beginPath();
    pen.arc(x, y, radius + 4, 0, Math.PI * 2);
    pen.stroke();
  }

  #nearest(x, y, reach) {
    let best = -1;
    let least = reach * reach;
    for (let at = 0; at < (this.x?.length ?? 0); at += 1) {
      if (this.gone.has(this.groups.group[at])) continue;
      const [left, top] = this.place(at);
      const off = (left - x) ** 2 + (top - y) ** 2;
      if (off < least) [best, least] = [at, off];
    }
    return best;
  }

  #select(at, isSpoken = false) {
    if (at === this.at && at < 0) return;
    this.at = at;
    this.element.classList.toggle("is-over", at >= 0);
    this.draw();
    if (at < 0) return this.onhover(-1);
    const [x, y] = this.place(at);
    this.onhover(at, { x, y });
    if (isSpoken) announce(this.describe(at));
  }

  #down(event) {
    this.element.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.moved = 0;
  }

  #move(event) {
    const before = this.pointers.get(event.pointerId);
    const now = [event.offsetX, event.offsetY];
    if (!before) return this.#select(this.#nearest(...now, event.pointerType === "touch" ? 24 : 14));
    this.pointers.set(event.pointerId, now);
    if (this.pointers.size === 2) {
      const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const apart = (one) => Math.hypot(one[0] - other[0], one[1] - other[1]) || 1;
      this.zoom(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
      this.moved = 99;
      return;
    }
    this.moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    this.shift = [this.shift[0] + now[0] - before[0], this.shift[1] + now[1] - before[1]];
    this.element.classList.toggle("is-dragged", this.moved > 5);
    this.draw();
    if (this.moved > 5) this.#select(-1);
  }

  #up(event) {
    this.pointers.delete(event.pointerId);
    this.element.classList.remove("is-dragged");
    if (this.moved > 5 || event.type === "pointercancel") return;
    const at = this.#nearest(event.offsetX, event.offsetY, event.pointerType === "touch" ? 24 : 14);
    const isKnown = at === this.at;
    this.#select(at);
    if (at >= 0 && (event.pointerType !== "touch" || isKnown)) this.onopen(at);
  }

  #leave() {
    if (!this.pointers.size && document.activeElement !== this.element) this.#select(-1);
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) this.#walk(way);
    else if (event.key === "Enter" && this.at >= 0) this.onopen(this.at);
    else if (event.key === "+" || event.key === "=") this.zoom(1.5);
    else if (event.key === "-") this.zoom(1 / 1.5);
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }

  /** The next point in a direction: near, and not far aside. */
  #walk([right, down]) {
    const from = this.at < 0 ? this.size.map((side) => side / 2) : this.place(this.at);
    let best = -1;
    let least = Infinity;
    for (let at = 0; at < this.x.length; at += 1) {
      if (at === this.at || this.gone.has(this.groups.group[at])) continue;
      const [x, y] = this.place(at);
      const along = (x - from[0]) * right + (y - from[1]) * down;
      const aside = Math.abs((x - from[0]) * down) + Math.abs((y - from[1]) * right);
      if (along <= 0.5 && this.at >= 0) continue;
      const cost = Math.abs(along) + 2.2 * aside;
      if (cost < least) [best, least] = [at, cost];
    }
    if (best < 0) return;
    const [x, y] = this.place(best);
    const [width, height] = this.size;
    if (x < 0 || y < 0 || x > width || y > height) this.shift = [this.shift[0] + width / 2 - x, this.shift[1] + height / 2 - y];
    this.#select(best, true);
  }
}

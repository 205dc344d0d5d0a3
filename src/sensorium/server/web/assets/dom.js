// Elements without markup: every text becomes a text node, so nothing that a file or its metadata says can run.

const SVG = "http://www.w3.org/2000/svg";

/** `h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", child, [children], null)` */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "muted" || name === "disabled") element[name] = value;
    else if (name === "style") throw new Error("style attributes are forbidden: use css()");
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets CSS properties by script, which the page's policy allows. */
export function css(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
  return element;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A text whose parts between `ranges` (half-open) are marked. */
export function marked(text, ranges) {
  const parts = [];
  let at = 0;
  for (const [start, end] of ranges || []) {
    if (start < at || end > text.length) continue;
    parts.push(text.slice(at, start), h("mark", null, text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}

let live = null;
/** Tells a screen reader, and nobody else. */
export function announce(message) {
  if (!live) {
    live = h("div", { class: "sr-only", role: "status", "aria-live": "polite" });
    document.body.append(live);
  }
  live.textContent = message;
}

export const isMotionReduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

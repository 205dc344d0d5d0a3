// The parts of a query beside the words in the box: files and records as chips, each with a weight.
import { record, sized, uploaded, upload } from "./api.js";
import { css, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { told } from "./toast.js";

const known = new Map();

/** Remembers how a file or record is called and what it looks like: {label, thumbnail, modality}. */
export const learn = (kind, value, facts) => known.set(`${kind}:${value}`, facts);

async function facts(input, index) {
  const name = `${input.kind}:${input.value}`;
  if (input.kind === "text") return { label: input.value, thumbnail: null, modality: "text" };
  if (!known.has(name)) {
    if (input.kind === "upload") {
      const found = await uploaded(input.value);
      known.set(name, { label: found.name, thumbnail: found.media.thumbnail, modality: found.modality });
    } else {
      const found = await record(index, input.value);
      known.set(name, { label: found.title, thumbnail: found.media.thumbnail, modality: found.modality });
    }
  }
  return known.get(name);
}

export class Parts {
  /** `onchange(inputs, isSliding)` hears of every change. */
  constructor(onchange) {
    this.onchange = onchange;
    this.inputs = [];
    this.waiting = 0;
    this.element = h("ul", { class: "chips", role: "list", "aria-label": t("parts.label"), hidden: true });
  }

  show(inputs, index) {
    const same = JSON.stringify(inputs) === JSON.stringify(this.inputs) && this.element.childElementCount === inputs.length + this.waiting;
    this.inputs = inputs;
    if (same) return;
    fill(this.element, inputs.map((input, at) => this.#chip(input, at, index)));
    this.#hide();
  }

  async addFiles(files) {
    const added = await Promise.all(Array.from(files).slice(0, 16).map((file) => this.#send(file)));
    const fresh = added.filter(Boolean).map((id) => ({ kind: "upload", weight: 1, value: id }));
    if (fresh.length) this.onchange([...this.inputs, ...fresh]);
  }

  async #send(file) {
    const chip = h("li", { class: "chip is-waiting" }, h("span", { class: "spinner" }), h("span", { class: "name" }, file.name));
    this.waiting += 1;
    this.element.append(chip);
    this.#hide();
    try {
      const found = await upload(file, file.name || "file");
      learn("upload", found.id, { label: found.name, thumbnail: found.media.thumbnail, modality: found.modality });
      return found.id;
    } catch (error) {
      told(error);
      return null;
    } finally {
      this.waiting -= 1;
      chip.remove();
      this.#hide();
    }
  }

  #hide() {
    this.element.hidden = this.element.childElementCount === 0;
  }

  #chip(input, at, index) {
    const picture = h("span", { class: "chip-picture" }, icon(input.kind === "text" ? "text" : "search", 16));
    const name = h("span", { class: "name" }, input.kind === "text" ? input.value : "…");
    const output = h("output", null, weight(input.weight));
    const slider = h("input", { type: "range", min: "-2", max: "2", step: "0.25", value: String(input.weight), oninput: () => this.#slide(chip, slider, output, at) });
    const close = h("button", { type: "button", class: "plain", onclick: () => this.onchange(this.inputs.filter((_, other) => other !== at)) }, icon("close", 13));
    const chip = h("li", { class: "chip" }, picture, h("span", { class: "chip-text" }, name, h("span", { class: "chip-weight" }, slider, output)), close);
    const named = (label) => {
      slider.setAttribute("aria-label", t("parts.weight", { label }));
      close.setAttribute("aria-label", t("parts.remove", { label }));
      chip.title = label;
    };
    named(input.value);
    this.#paint(chip, slider, input.weight);
    facts(input, index).then((found) => {
      name.textContent = found.label;
      named(found.label);
      fill(picture, found.thumbnail ? h("img", { src: sized(found.thumbnail, 160), alt: "" }) : icon(found.modality || "text", 16));
    }, (error) => {
      name.textContent = t("parts.lost");
      chip.classList.add("is-lost");
      chip.title = error.message;
    });
    return chip;
  }

  #slide(chip, slider, output, at) {
    let value = Number(slider.value);
    if (value === 0) value = this.inputs[at].weight > 0 ? -0.25 : 0.25; // a weight of nothing asks nothing
    slider.value = String(value);
    output.textContent = weight(value);
    this.#paint(chip, slider, value);
    this.inputs = this.inputs.map((input, other) => (other === at ? { ...input, weight: value } : input));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onchange(this.inputs, true), 250);
  }

  #paint(chip, slider, value) {
    chip.classList.toggle("is-negative", value < 0);
    const at = ((value + 2) / 4) * 100;
    css(slider, { "--from": `${Math.min(50, at)}%`, "--to": `${Math.max(50, at)}%` });
    slider.setAttribute("aria-valuetext", weight(value));
  }
}

const weight = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value)}`;

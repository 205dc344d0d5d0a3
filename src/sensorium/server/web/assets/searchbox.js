// One box for words, files and recordings.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Parts } from "./parts.js";
import { recorder } from "./recorder.js";
import { t } from "./strings.js";

export class SearchBox {
  /** `onask({words, inputs}, isSliding)`: what is in the box is to be searched for. */
  constructor(onask) {
    this.ask = onask;
    this.parts = new Parts((inputs, isSliding) => onask({ words: this.words.value, inputs }, isSliding));
    this.words = h("input", { type: "search", name: "q", class: "words", autocomplete: "off", spellcheck: "false", enterkeyhint: "search", "aria-label": t("box.words"), placeholder: t("box.placeholder"), onkeydown: (event) => this.#key(event), oninput: () => this.#typed() });
    const chooser = h("input", { type: "file", multiple: true, hidden: true, "aria-hidden": "true", tabindex: "-1", onchange: () => { this.addFiles(chooser.files); chooser.value = ""; } });
    this.chooser = chooser;
    this.split = h("button", { type: "button", class: "tool", "aria-label": t("box.part"), title: t("box.part"), hidden: true, onclick: () => this.#part() }, icon("plus"));
    this.element = h("form", { class: "box", role: "search", "aria-label": t("box.label"), onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.parts.element,
      h("div", { class: "line" },
        h("span", { class: "lens" }, icon("search", 20)),
        this.words,
        this.split,
        h("button", { type: "button", class: "tool", "aria-label": t("box.file"), title: t("box.file"), onclick: () => chooser.click() }, icon("clip")),
        recorder((file) => this.addFiles([file])),
        chooser,
        h("button", { class: "go", "aria-label": t("box.go"), title: t("box.go") }, icon("arrow"))));
    document.addEventListener("paste", (event) => {
      if (this.element.isConnected && event.clipboardData?.files.length) {
        event.preventDefault();
        this.addFiles(event.clipboardData.files);
      }
    });
  }

  show(query) {
    if (this.words.value !== query.words) this.words.value = query.words;
    this.parts.show(query.inputs, query.index);
    this.#typed();
  }

  submit() {
    this.ask({ words: this.words.value, inputs: this.parts.inputs });
  }

  addFiles(files) {
    return this.parts.addFiles(files);
  }

  focus() {
    this.words.focus();
    this.words.select();
  }

  #typed() {
    this.split.hidden = !this.words.value.trim();
  }

  #part() {
    const words = this.words.value.trim();
    if (!words) return;
    this.words.value = "";
    this.ask({ words: "", inputs: [...this.parts.inputs, { kind: "text", weight: 1, value: words }] });
    this.words.focus();
  }

  #key(event) {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      this.#part();
    } else if (event.key === "Backspace" && !this.words.value && this.parts.inputs.length) {
      event.preventDefault();
      this.ask({ words: "", inputs: this.parts.inputs.slice(0, -1) });
    }
  }
}

// Adding to an index: a folder of the server's machine by its path, or files from this one.
import * as api from "./api.js";
import { fill, h } from "./dom.js";
import { bytes } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { toast, told } from "./toast.js";

const AT_ONCE = 3;

export class Adding {
  constructor(app, jobs) {
    this.app = app;
    this.jobs = jobs;
    const pick = (attributes) => {
      const box = h("input", { type: "file", multiple: true, hidden: true, "aria-hidden": "true", tabindex: "-1", ...attributes, onchange: () => {
        this.send([...box.files].map((file) => [file.webkitRelativePath || file.name, file]));
        box.value = "";
      } });
      return box;
    };
    this.files = pick({ "data-pick": "files" });
    this.folder = pick({ webkitdirectory: true, "data-pick": "folder" });
    this.path = h("input", { type: "text", class: "path", placeholder: t("add.path.example"), "aria-label": t("add.path"), spellcheck: "false", autocomplete: "off" });
    this.paths = h("form", { class: "path-form", onsubmit: (event) => this.#addPath(event) }, h("span", { class: "lens" }, icon("folder")), this.path, h("button", { class: "button is-primary" }, t("add.path.go")));
    this.progress = h("p", { class: "sending", role: "status", hidden: true });
    this.element = h("div", { class: "adding" },
      h("div", { class: "adding-drop" }, icon("upload", 26), h("p", null, h("strong", null, t("add.drop")), h("span", { class: "hint" }, t("add.drop.text"))),
        h("button", { type: "button", class: "button", onclick: () => this.files.click() }, t("add.files")),
        h("button", { type: "button", class: "button", onclick: () => this.folder.click() }, t("add.folder")), this.files, this.folder),
      this.paths, this.progress);
  }

  show(index, found) {
    this.index = index;
    this.isNew = !found;
    this.element.hidden = Boolean(found?.remote);
    this.paths.hidden = !this.app.session?.add_paths;
  }

  async drop(files, entries) {
    try {
      const found = [];
      for (const entry of entries) await walk(entry, found);
      await this.send(found.length ? found : files.map((file) => [file.name, file]));
    } catch (error) {
      told(error);
    }
  }

  async #addPath(event) {
    event.preventDefault();
    const path = this.path.value.trim();
    if (!path) return this.path.focus();
    try {
      const job = await api.createJob({ index: this.index, paths: [path], ...this.#create() });
      this.path.value = "";
      this.jobs.add(job);
    } catch (error) {
      told(error);
    }
  }

  #create() {
    return this.isNew ? { create: {} } : {};
  }

  /** Sends [name, file] pairs as one job. What does not arrive is told by name; the rest is indexed. */
  async send(pairs) {
    if (!pairs.length) return;
    try {
      const job = await api.createJob({ index: this.index, upload: true, ...this.#create() });
      const total = pairs.reduce((sum, [, file]) => sum + file.size, 0);
      let sent = 0;
      let count = 0;
      let failed = 0;
      const waiting = [...pairs];
      const tell = () => fill(this.progress, h("span", { class: "spinner" }), t("add.sending", { done: count, total: pairs.length, bytes: bytes(sent), all: bytes(total) }));
      this.progress.hidden = false;
      tell();
      const worker = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          try {
            await api.sendFile(job.id, next[0], next[1]);
            count += 1;
          } catch (error) {
            failed += 1;
            toast(`${next[0]}: ${error.message}`, { isError: true });
          }
          sent += next[1].size;
          tell();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      this.jobs.add(await api.tellJob(job.id, failed === pairs.length ? "cancel" : "start"));
    } catch (error) {
      told(error);
    } finally {
      this.progress.hidden = true;
    }
  }
}

/** Files of a dropped folder, with the folders in their names. */
async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push([entry.fullPath.replace(/^\//, ""), file]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const one of part) await walk(one, found);
  }
}

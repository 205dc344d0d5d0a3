// The frame around the views, and the one place that reads and writes the address.
import * as api from "./api.js";
import { fill, h } from "./dom.js";
import { dropzone } from "./drop.js";
import { icon, mark } from "./icons.js";
import { nothing, read, write } from "./query.js";
import { SearchView } from "./search.js";
import { t } from "./strings.js";
import { themeButton } from "./themebutton.js";
import { told } from "./toast.js";

history.scrollRestoration = "manual";

class App {
  constructor() {
    this.query = read(location.search);
    this.views = { search: new SearchView(this) };
    this.session = null;
    this.indexes = null;
    this.models = null;
    this.#frame();
    addEventListener("popstate", (event) => this.#arrive(event.state?.y ?? 0));
    addEventListener("scroll", () => this.#remember(), { passive: true });
    addEventListener("keydown", (event) => this.#key(event));
    dropzone((files, items) => this.view.drop(files, items), () => this.view.dropLabel ?? t("drop.search"));
    api.signInWith(() => this.#signIn());
  }

  async start() {
    this.#show();
    try {
      const session = api.session();
      await this.refresh(); // asks to sign in where that is needed
      this.session ??= await session;
      this.#show();
      this.models = (await api.models()).models;
      this.#show();
    } catch (error) {
      told(error);
    }
  }

  /** The name of the index that is asked. */
  get index() {
    return this.query.index ?? this.indexes?.[0]?.name ?? null;
  }

  /** What is known of it. */
  get found() {
    return this.indexes?.find((one) => one.name === this.index) ?? null;
  }

  get view() {
    return this.views[this.query.view] ?? this.views.search;
  }

  /** Reads again what the indexes hold. */
  async refresh() {
    try {
      const { indexes } = await api.indexes();
      indexes.sort((one, other) => Number(other.name === "default") - Number(one.name === "default"));
      this.indexes = indexes;
      this.#chooser();
      this.#show();
    } catch (error) {
      told(error);
    }
  }

  /** Goes to the query with these changes. */
  go(changes, { isReplaced = false } = {}) {
    const next = { ...this.query, ...changes };
    const address = write(next);
    const isSame = address === write(this.query);
    const isOther = next.view !== this.query.view || next.words !== this.query.words;
    this.#remember(true);
    this.query = next;
    if (isReplaced) history.replaceState({ y: scrollY }, "", address);
    else if (!isSame) history.pushState({ y: 0 }, "", address);
    this.#show();
    if (isOther && !isReplaced) scrollTo({ top: 0 });
  }

  #remember(isNow = false) {
    clearTimeout(this.remembering);
    const write_ = () => history.replaceState({ ...history.state, y: scrollY }, "");
    if (isNow) write_();
    else this.remembering = setTimeout(write_, 200);
  }

  async #arrive(y) {
    clearTimeout(this.remembering);
    this.query = read(location.search);
    await this.#show();
    scrollTo({ top: y });
  }

  async #show() {
    const name = this.query.view;
    try {
      if (!this.views[name]) {
        const loaded = name === "library" ? await import("./library.js") : await import("./map.js");
        this.views[name] ??= new loaded.View(this);
        if (this.query.view !== name) return;
      }
      const view = this.views[name];
      if (this.shown !== view) {
        this.shown?.hide?.();
        fill(this.main, view.element);
        this.shown = view;
      }
      document.body.dataset.view = name;
      for (const link of this.nav.children) link.toggleAttribute("aria-current", link.dataset.view === name);
      for (const link of this.nav.children) if (link.dataset.view === name) link.setAttribute("aria-current", "page");
      this.#chooser();
      this.leaving.hidden = !this.session?.user;
      await Promise.all([view.show(this.query), this.#detail()]);
    } catch (error) {
      told(error);
    }
  }

  async #detail() {
    if (!this.indexes || (!this.query.open && !this.detail)) return;
    this.detail ??= import("./detail.js").then(({ Detail }) => new Detail(this));
    (await this.detail).show(this.query.open);
  }

  async #signIn() {
    this.signing ??= import("./signin.js").then(({ signIn }) => signIn(this.session)).finally(() => (this.signing = null));
    this.session = await this.signing;
  }

  #frame() {
    const link = (view, name) => h("a", { href: view === "search" ? "/" : `/?view=${view}`, "data-view": view, onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      if (view === "search" && this.query.view === "search") this.go({ ...nothing(), index: this.query.index });
      else this.go({ view, open: null });
    } }, icon(name, 17), h("span", null, t(`nav.${view}`)));
    this.nav = h("nav", { "aria-label": t("nav.label") }, link("search", "search"), link("library", "folder"), link("map", "map"));
    this.choice = h("div", { class: "index-choice" });
    this.leaving = h("button", { type: "button", class: "tool", hidden: true, "aria-label": t("signout"), title: t("signout"), onclick: () => api.signOut().then(() => location.reload(), told) }, icon("leave"));
    this.main = h("main", { id: "main", tabindex: "-1" });
    document.body.append(
      h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } }, t("skip")),
      h("header", { class: "top" },
        h("a", { class: "brand", href: "/", "aria-label": t("nav.home"), onclick: (event) => { event.preventDefault(); this.go({ ...nothing(), index: this.query.index }); } }, mark(26), h("span", null, "Sensorium")),
        this.nav, h("span", { class: "spring" }), this.choice, themeButton(), this.leaving,
        h("button", { type: "button", class: "tool", "aria-label": t("help.title"), title: t("help.title"), onclick: () => this.#help() }, icon("help"))),
      this.main);
  }

  #chooser() {
    const names = (this.indexes ?? []).map((one) => one.name);
    if (this.index && !names.includes(this.index)) names.push(this.index);
    const state = JSON.stringify([names, this.index]);
    if (state === this.choiceState) return;
    this.choiceState = state;
    const choose = h("select", { "aria-label": t("nav.index"), onchange: () => this.go({ index: choose.value, open: null, where: [], inputs: this.query.inputs.filter((one) => one.kind !== "record") }) },
      names.map((name) => h("option", { value: name, selected: name === this.index }, name)));
    fill(this.choice, names.length > 0 && choose);
  }

  async #help() {
    (await import("./help.js")).help();
  }

  #key(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const isTyping = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && isTyping && this.query.view === "search") event.target.blur();
    if (isTyping) {
      if (event.key === "ArrowDown" && event.target.classList.contains("words") && this.views.search.hits.length) {
        event.preventDefault();
        this.views.search.results.grid.focus(0);
      }
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      if (this.query.view !== "search") this.go({ view: "search" });
      this.views.search.focus();
    } else if (event.key === "?") {
      event.preventDefault();
      this.#help();
    } else if (event.key === "Escape") this.views.search.focus();
  }
}

const app = new App();
app.start();

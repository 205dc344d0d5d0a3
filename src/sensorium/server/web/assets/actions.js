// What can be done with a hit: in its tile, in the dialog and from the keyboard.
import { remove, undo } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { learn } from "./parts.js";
import { t } from "./strings.js";
import { toast, told } from "./toast.js";

/** `app` has query, go(changes) and index (its name); `results()` takes hits away and puts them back. */
export function actionsOn(app, results) {
  const teach = (hit) => learn("record", hit.key, { label: hit.title, thumbnail: hit.media.thumbnail, modality: hit.modality });
  const actions = {
    open: (hit) => app.go({ open: hit.key }),
    more(hit) {
      teach(hit);
      app.go({ view: "search", words: "", inputs: [{ kind: "record", weight: 1, value: hit.key }], open: null });
      scrollTo({ top: 0 });
    },
    less(hit) {
      teach(hit);
      const kept = app.query.inputs.filter((input) => !(input.kind === "record" && input.value === hit.key));
      app.go({ view: "search", inputs: [...kept, { kind: "record", weight: -0.5, value: hit.key }], open: null });
      scrollTo({ top: 0 });
    },
    original(hit) {
      if (hit.media.original && !hit.missing) window.open(hit.media.original, "_blank", "noopener");
      else toast(hit.catalogued ? t("hit.missing.long") : t("hit.elsewhere"), { isError: true });
    },
    async copy(hit) {
      try {
        await navigator.clipboard.writeText(hit.key);
        toast(t("hit.copied", { key: hit.key }));
      } catch (error) {
        if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
        toast(t("hit.notcopied", { key: hit.key })); // the clipboard is not ours here: the key can be read, at least
      }
    },
    async remove(hit) {
      try {
        const done = await remove({ index: app.index, keys: [hit.key] });
        const restore = results().without([hit.key]);
        app.refresh();
        toast(t("hit.removed", { title: hit.title }), {
          action: t("undo"),
          onaction: async () => {
            try {
              await undo(done.undo);
              restore();
              app.refresh();
            } catch (error) {
              told(error);
            }
          },
        });
      } catch (error) {
        told(error);
      }
    },
    key(key, hit) {
      const done = { m: actions.more, n: actions.less, o: actions.original, c: actions.copy, Delete: actions.remove }[key];
      if (done) done(hit);
      else if (key === " ") return playTile(hit);
      return Boolean(done);
    },
    bar: (hit) => h("div", { class: "tile-bar" }, list(actions, hit).map(([name, label, act]) => h("button", { type: "button", class: "tile-action", "aria-label": `${label}: ${hit.title}`, title: label, tabindex: "-1", onclick: () => act(hit) }, icon(name, 15)))),
  };
  return actions;
}

const playTile = () => {
  const control = document.activeElement?.closest(".tile")?.querySelector(".tile-play");
  control?.click();
  return Boolean(control);
};

/** [icon, label, act] of all that this hit allows. */
export function list(actions, hit) {
  return [
    ["more", t("hit.more"), actions.more],
    ["less", t("hit.less"), actions.less],
    hit.media.original && !hit.missing && ["open", t("hit.original"), actions.original],
    ["copy", t("hit.copy"), actions.copy],
    ["trash", t("hit.remove"), actions.remove],
  ].filter(Boolean);
}

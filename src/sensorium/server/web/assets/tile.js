// One hit among many: a thumbnail of its modality, what it is called, how near it is.
import { sized } from "./api.js";
import { h, isMotionReduced, marked } from "./dom.js";
import { distance, span } from "./format.js";
import { icon } from "./icons.js";
import { play, waveform } from "./sound.js";
import { t } from "./strings.js";

const LEVELS = { "very close": 4, close: 3, related: 2, unrelated: 1 };

/** How near, as dots, a word and a number. */
export function nearness(hit) {
  if (hit.distance === null || hit.distance === undefined) {
    const score = hit.scores?.bm25 && Math.max(...Object.values(hit.scores.bm25));
    return score ? h("span", { class: "near" }, t("hit.bm25", { score: score.toFixed(2) })) : null;
  }
  return h("span", { class: "near" },
    hit.band && h("span", { class: "level", "data-level": LEVELS[hit.band], "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")),
    hit.band && h("span", { class: "band" }, t(`band.${hit.band}`)),
    h("span", { class: "sr-only" }, t("hit.distance")),
    h("span", { class: "number" }, distance(hit.distance)));
}

/** Width / height to lay a hit out with: a page that is shown as words needs no page's shape. */
export const shape = (hit) => (hit.modality === "document" && !hit.media.thumbnail ? 1.25 : hit.aspect);

/** A `li` with `.main` (its button), `.settle()` (load pictures now) and `.release()`. */
export function tile(hit, actions) {
  const box = h("div", { class: `picture is-${hit.modality}` });
  const parts = PARTS[hit.modality]?.(hit, box) ?? still(hit, box);
  const main = h("button", { type: "button", class: "tile-open", onclick: () => actions.open(hit, element) },
    box,
    h("div", { class: "caption" },
      h("span", { class: "title" }, h("span", { class: "kind", title: t(`modality.${hit.modality}.one`) }, icon(hit.modality, 14)), h("span", { class: "name" }, hit.title), h("span", { class: "sr-only" }, `, ${t(`modality.${hit.modality}.one`)}`)),
      h("span", { class: "facts" }, nearness(hit), hit.span && hit.span.start_char === undefined && h("span", { class: "where" }, span(hit.span)))));
  const element = h("li", { class: "tile" }, main);
  if (hit.missing) box.append(h("span", { class: "badge is-missing" }, icon("lost", 13), t("hit.missing")));
  element.main = main;
  element.settle = () => parts.settle?.();
  element.release = () => {
    parts.release?.();
    for (const picture of element.querySelectorAll("img")) picture.removeAttribute("src");
  };
  if (parts.control) element.append(parts.control);
  const bar = () => {
    if (!element.bar) element.append((element.bar = actions.bar(hit, element)));
  };
  element.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") {
      bar();
      parts.hover?.();
    }
  });
  element.addEventListener("pointerleave", () => parts.leave?.());
  element.addEventListener("focusin", bar);
  return element;
}

const PARTS = {
  text: passage,
  audio: sound,
  video: clip,
};

/** A photograph, a page or a frame; a placeholder that says why where there is none. */
function still(hit, box) {
  const none = (reason) => box.append(h("span", { class: "placeholder" }, icon(hit.missing ? "lost" : hit.modality, 28), h("span", null, reason)));
  if (hit.media.thumbnail) {
    const picture = h("img", { alt: "", decoding: "async", draggable: "false" });
    picture.addEventListener("load", () => picture.classList.add("is-loaded"));
    picture.addEventListener("error", () => {
      if (!picture.getAttribute("src")) return;
      picture.remove();
      none(hit.missing ? t("hit.missing.long") : t("hit.nopicture"));
    });
    box.append(picture);
    if (hit.modality === "document" && hit.span?.page) box.append(h("span", { class: "badge" }, t("span.page", { page: hit.span.page })));
    return { settle: () => picture.isConnected && !picture.src && (picture.src = sized(hit.media.thumbnail, box.clientHeight * devicePixelRatio > 330 ? 640 : 320)) };
  }
  if (hit.text) return passage(hit, box);
  none(hit.missing ? t("hit.missing.long") : hit.catalogued ? t("hit.nopicture") : t("hit.elsewhere"));
  return {};
}

function passage(hit, box) {
  box.classList.add("is-passage");
  box.append(hit.text ? h("p", { class: "passage", dir: "auto" }, marked(hit.text.slice(0, 420), hit.matches?.filter(([, end]) => end <= 420))) : h("span", { class: "placeholder" }, icon(hit.modality, 28), h("span", null, hit.catalogued ? t("hit.notext") : t("hit.elsewhere"))));
  return {};
}

function control(label, onclick) {
  return h("button", { type: "button", class: "tile-play", "aria-label": label, tabindex: "-1", onclick }, icon("play", 16));
}

function sound(hit, box) {
  if (!hit.media.waveform) return still(hit, box);
  const wave = waveform(hit, 72);
  box.append(wave);
  let player = null;
  const audio = new Audio();
  const toggle = () => {
    if (player) return player.stop();
    button.replaceChildren(icon("pause", 16));
    button.classList.add("is-playing");
    player = play(hit, audio, {
      ontime: wave.at,
      onerror: (message) => (button.title = message),
      onend: () => {
        player = null;
        wave.at(null);
        button.replaceChildren(icon("play", 16));
        button.classList.remove("is-playing");
      },
    });
  };
  const button = control(t("media.play", { title: hit.title }), toggle);
  const failed = (error) => {
    wave.remove();
    box.append(h("span", { class: "placeholder" }, icon(hit.missing ? "lost" : "audio", 28), h("span", null, error.message)));
  };
  return { control: button, toggle, settle: () => wave.load()?.catch(failed), release: () => player?.stop() };
}

function clip(hit, box) {
  const below = still(hit, box);
  if (!hit.media.clip && !hit.media.clip_made) return below;
  let player = null;
  let timer = 0;
  const start = (isMuted) => {
    if (player) return;
    const film = h("video", { class: "film", playsinline: true, preload: "auto", muted: isMuted, tabindex: "-1", "aria-hidden": "true" });
    film.muted = isMuted;
    film.addEventListener("playing", () => film.classList.add("is-playing"));
    box.append(film);
    button.classList.add("is-playing");
    player = play(hit, film, { loops: true, onend: () => { film.remove(); player = null; button.classList.remove("is-playing"); }, onerror: (message) => (button.title = message) });
  };
  const button = control(t("media.play", { title: hit.title }), () => (player ? player.stop() : start(false)));
  return {
    ...below,
    control: button,
    hover: () => { if (!isMotionReduced()) timer = setTimeout(() => start(true), 220); },
    leave: () => { clearTimeout(timer); player?.stop(); },
    release: () => { clearTimeout(timer); player?.stop(); },
  };
}

// A hit as large as the window allows, by its modality.
import { h, marked } from "./dom.js";
import { icon } from "./icons.js";
import { play, silence, waveform } from "./sound.js";
import { t } from "./strings.js";

export function stage(hit, passage) {
  if (hit.missing && !hit.text) return nothing(hit, t("hit.missing.long"));
  if (hit.modality === "text") return words(hit, passage);
  if (hit.modality === "audio") return hit.media.waveform ? sound(hit) : nothing(hit, t("hit.elsewhere"));
  if (hit.modality === "video" && (hit.media.clip || hit.media.clip_made)) return film(hit);
  if (hit.media.picture) return picture(hit);
  return hit.text ? words(hit, passage) : nothing(hit, hit.catalogued ? t("hit.nopicture") : t("hit.elsewhere"));
}

const nothing = (hit, reason) => h("div", { class: "stage-none" }, icon(hit.missing ? "lost" : hit.modality, 44), h("p", null, reason));

function picture(hit) {
  const image = h("img", { src: hit.media.picture, alt: t("detail.picture", { title: hit.title }), width: hit.width, height: hit.height });
  image.addEventListener("error", () => image.replaceWith(nothing(hit, t("hit.nopicture"))));
  return image;
}

/** The whole text, with the words of the query marked where the passage lies in it. */
function words(hit, passage) {
  if (!hit.text) return nothing(hit, t("hit.notext"));
  const from = passage?.text ? hit.text.indexOf(passage.text) : -1;
  const ranges = from >= 0 ? passage.matches.map(([start, end]) => [start + from, end + from]) : (passage?.matches ?? hit.matches ?? []);
  return h("div", { class: "stage-text", tabindex: "0", role: "region", "aria-label": hit.title }, h("p", { dir: "auto" }, marked(hit.text, from >= 0 || !passage ? ranges : [])));
}

function sound(hit) {
  const wave = waveform(hit, 220);
  const trouble = h("p", { class: "trouble", hidden: true });
  const tell = (message) => {
    trouble.textContent = message;
    trouble.hidden = false;
  };
  wave.load()?.catch((error) => tell(error.message));
  const audio = new Audio();
  let player = null;
  const button = h("button", { type: "button", class: "button is-primary", onclick: () => {
    if (player) return player.stop();
    whole.pause();
    button.replaceChildren(icon("pause", 16), t("media.stop"));
    player = play(hit, audio, { ontime: wave.at, onerror: tell, onend: () => {
      player = null;
      wave.at(null);
      button.replaceChildren(icon("play", 16), t("media.match"));
    } });
  } }, icon("play", 16), t("media.match"));
  const whole = h("audio", { controls: true, preload: "none", src: hit.media.original && hit.media.original.split("#")[0], "aria-label": t("media.whole"), onplay: () => silence() });
  whole.addEventListener("timeupdate", () => !player && wave.at(whole.currentTime));
  return h("div", { class: "stage-sound is-audio" }, wave, h("div", { class: "stage-controls" }, button, whole), trouble);
}

function film(hit) {
  const video = h("video", { controls: true, playsinline: true, preload: "metadata", poster: hit.media.picture, src: hit.media.clip || hit.media.clip_made, "aria-label": t("detail.film", { title: hit.title }) });
  let isMade = !hit.media.clip;
  video.addEventListener("error", () => {
    if (!video.getAttribute("src")) return;
    if (isMade || !hit.media.clip_made) return video.replaceWith(nothing(hit, t("media.unplayable")));
    isMade = true;
    video.src = hit.media.clip_made;
  });
  return video;
}

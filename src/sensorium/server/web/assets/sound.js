// Waveforms, and the one player: of everything on the page only one thing sounds at a time.
import { fetched } from "./api.js";
import { h, svg } from "./dom.js";
import { t } from "./strings.js";

const HEIGHT = 100;
let playing = null;

/** Bars of an audio file; the matched seconds stand out. Loads when `load()` is called. */
export function waveform(hit, bars) {
  const inside = svg("path", { class: "wave-match" });
  const outside = svg("path", { class: "wave-rest" });
  const band = svg("rect", { class: "wave-band", y: 0, height: HEIGHT, width: 0 });
  const head = svg("line", { class: "wave-head", y1: 0, y2: HEIGHT, x1: -5, x2: -5 });
  const picture = svg("svg", { class: "wave", viewBox: `0 0 ${bars * 4} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, band, outside, inside, head);
  const element = h("div", { class: "wave-box" });
  element.append(picture);
  let times = null;
  element.load = async () => {
    element.load = () => {};
    const found = await fetched(hit.media.waveform, { n: bars });
    times = [found.window_start_s, found.window_end_s];
    const length = times[1] - times[0] || 1;
    const [from, to] = [found.start_s, found.end_s].map((at) => at === null || at === undefined ? null : ((at - times[0]) / length) * bars);
    const isWhole = from === null || to - from > bars * 0.97;
    const paths = ["", ""];
    found.peaks.forEach((peak, at) => {
      const half = Math.max(1.2, peak * 46);
      const matches = isWhole || (at + 0.5 >= from && at + 0.5 <= to);
      paths[matches ? 1 : 0] += `M${at * 4 + 2} ${50 - half}V${50 + half}`;
    });
    outside.setAttribute("d", paths[0]);
    inside.setAttribute("d", paths[1]);
    if (!isWhole) {
      band.setAttribute("x", from * 4);
      band.setAttribute("width", Math.max(4, (to - from) * 4));
    }
  };
  element.at = (seconds) => {
    const x = times && seconds !== null ? ((seconds - times[0]) / (times[1] - times[0] || 1)) * bars * 4 : -5;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
  };
  return element;
}

/** Stops whatever sounds. */
export function silence() {
  playing?.stop();
}

/**
 * Plays the matched seconds of a hit through `element` (audio or video). Where the browser cannot play the original, the clip
 * that the server makes is taken. `onend` hears the end; `onerror` a message.
 */
export function play(hit, element, { onend, ontime, onerror, loops = false }) {
  if (!element.muted) silence(); // what makes no sound disturbs none
  const span = hit.span && hit.span.start_s !== undefined ? hit.span : null;
  let isMade = hit.media.clip === hit.media.clip_made;
  const source = hit.media.clip || hit.media.clip_made || hit.media.original;
  const player = {
    isOver: false,
    stop() {
      if (player.isOver) return;
      player.isOver = true;
      if (playing === player) playing = null;
      element.pause();
      element.removeAttribute("src");
      element.load();
      cancelAnimationFrame(frame);
      onend?.();
    },
  };
  let frame = 0;
  const follow = () => {
    if (player.isOver) return;
    const at = element.currentTime;
    ontime?.(isMade && span ? span.start_s + at : at);
    if (!isMade && span && at >= span.end_s - 0.03) again();
    frame = requestAnimationFrame(follow);
  };
  const again = () => {
    if (!loops) return player.stop();
    element.currentTime = isMade || !span ? 0 : span.start_s;
    start();
  };
  const start = () => element.play().catch((error) => {
    if (!player.isOver && error.name === "NotAllowedError") fail(t("media.blocked"));
  });
  const fail = (message) => {
    player.stop();
    onerror?.(message);
  };
  element.onended = () => !player.isOver && again();
  element.onpause = () => !player.isOver && !isMade && span && element.currentTime >= span.end_s - 0.15 && again();
  element.onerror = () => {
    if (player.isOver || !element.src) return;
    if (!isMade && hit.media.clip_made) {
      isMade = true;
      element.src = hit.media.clip_made;
      start();
    } else fail(t("media.unplayable"));
  };
  if (!element.muted) playing = player;
  element.src = source;
  start();
  frame = requestAnimationFrame(follow);
  return player;
}

// A button that records the microphone into a file.
import { fill, h } from "./dom.js";
import { clock } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { toast } from "./toast.js";

const LONGEST_S = 30;
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/ogg;codecs=opus": "ogg", "audio/mp4": "m4a" };

export function recorder(onfile) {
  let recording = null;
  const button = h("button", { type: "button", class: "tool", "aria-label": t("record.start"), title: t("record.start"), onclick: () => (recording ? recording.stop() : begin()) }, icon("mic"));
  const rest = () => {
    recording = null;
    button.classList.remove("is-recording");
    button.setAttribute("aria-label", t("record.start"));
    fill(button, icon("mic"));
  };
  async function begin() {
    if (!navigator.mediaDevices || !window.MediaRecorder) return toast(t("record.unsupported"), { isError: true });
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      return toast(t(error.name === "NotFoundError" ? "record.nomicrophone" : "record.denied"), { isError: true });
    }
    const type = Object.keys(TYPES).find((one) => MediaRecorder.isTypeSupported(one));
    const parts = [];
    const started = performance.now();
    recording = new MediaRecorder(stream, type ? { mimeType: type } : {});
    const time = h("span", { class: "record-time" }, clock(0));
    const timer = setInterval(() => {
      const seconds = (performance.now() - started) / 1000;
      time.textContent = clock(seconds);
      if (seconds >= LONGEST_S) recording?.stop();
    }, 250);
    recording.ondataavailable = (event) => parts.push(event.data);
    recording.onstop = () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      rest();
      const blob = new Blob(parts, { type: type || "audio/webm" });
      if (blob.size) onfile(new File([blob], `${t("record.name")}.${TYPES[type] || "webm"}`));
    };
    button.classList.add("is-recording");
    button.setAttribute("aria-label", t("record.stop"));
    fill(button, icon("stop"), time);
    recording.start();
  }
  return button;
}

// What is being added, as it happens.
import * as api from "./api.js";
import { css, fill, h } from "./dom.js";
import { bytes, duration } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";
import { told } from "./toast.js";

const OVER = ["done", "failed", "cancelled", "interrupted"];
const SHOWN = 6;

export class Jobs {
  /** `onend()` is called when a job has ended, so that what it changed is read again. */
  constructor(onend) {
    this.onend = onend;
    this.list = new Map();
    this.streams = new Map();
    this.element = h("ul", { class: "jobs", role: "list", "aria-label": t("jobs.label"), hidden: true });
  }

  async show(index) {
    this.hide();
    this.index = index;
    this.list.clear();
    this.#paint();
    try {
      const { jobs } = await api.jobs(index);
      if (this.index !== index) return;
      for (const job of jobs.slice(0, SHOWN).reverse()) this.add(job);
    } catch (error) {
      told(error);
    }
  }

  hide() {
    for (const stream of this.streams.values()) stream.close();
    this.streams.clear();
  }

  add(job) {
    this.list.delete(job.id);
    this.list.set(job.id, { job, element: h("li", { class: "job" }) });
    this.#update(job);
    this.#paint();
    if (!OVER.includes(job.state) && job.state !== "receiving") this.#follow(job.id);
  }

  #paint() {
    this.element.hidden = !this.list.size;
    fill(this.element, [...this.list.values()].reverse().map((one) => one.element));
  }

  #follow(id) {
    this.streams.get(id)?.close();
    const stream = api.jobEvents(id);
    this.streams.set(id, stream);
    stream.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      this.#update(job);
      if (OVER.includes(job.state)) this.#ended(id);
    });
    stream.addEventListener("error", async () => {
      if (stream.readyState !== EventSource.CLOSED || this.streams.get(id) !== stream) return; // else it tries again itself
      this.streams.delete(id);
      try {
        const job = await api.job(id);
        this.#update(job);
        if (OVER.includes(job.state)) this.onend();
        else setTimeout(() => this.list.has(id) && this.#follow(id), 2000);
      } catch (error) {
        told(error);
      }
    });
  }

  #ended(id) {
    this.streams.get(id)?.close();
    this.streams.delete(id);
    this.onend();
  }

  #update(job) {
    const kept = this.list.get(job.id);
    if (!kept) return;
    kept.job = job;
    const isOver = OVER.includes(job.state);
    const isOpen = kept.element.querySelector("details")?.open;
    const share = job.total ? Math.min(1, job.finished / job.total) : isOver ? 1 : 0;
    const bar = h("div", { class: job.total || isOver ? "progress" : "progress is-unknown", role: "progressbar", "aria-label": t("jobs.progress"), "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": job.total || isOver ? String(Math.round(share * 100)) : null }, css(h("i"), { width: `${share * 100}%` }));
    const act = (name, label, run) => h("button", { type: "button", class: "button is-small", onclick: () => this.#act(run) }, icon(name, 15), label);
    fill(kept.element,
      h("div", { class: "job-line" },
        h("span", { class: `job-state is-${job.state}` }, isOver ? icon(job.state === "done" && !job.failed ? "check" : "warn", 15) : h("span", { class: "spinner" }), t(`jobs.state.${job.state}`)),
        h("span", { class: "job-what" }, what(job)),
        h("span", { class: "spring" }),
        !isOver && job.state !== "stopping" && act("stop", t("jobs.cancel"), () => api.tellJob(job.id, "cancel").then((found) => this.#update(found))),
        isOver && (job.failed > 0 || job.state !== "done") && act("retry", t("jobs.retry"), () => api.tellJob(job.id, "retry").then((found) => { this.list.delete(job.id); this.add(found); })),
        isOver && h("button", { type: "button", class: "plain", "aria-label": t("jobs.forget"), onclick: () => this.#act(() => api.forgetJob(job.id).then(() => { this.list.delete(job.id); this.#paint(); })) }, icon("close", 14))),
      !isOver && bar,
      h("p", { class: "hint job-numbers" }, numbers(job, isOver)),
      job.error && h("p", { class: "trouble" }, job.error.message),
      (job.notes ?? []).map((note) => h("p", { class: "hint" }, note.sources > 1 ? `${note.note} (${note.sources.toLocaleString()})` : note.note)),
      job.failures?.length > 0 && h("details", { open: isOpen }, h("summary", null, t("jobs.failures", { count: job.failed })), h("ul", { class: "failures" }, job.failures.map((one) => h("li", null, h("strong", null, one.title), h("span", null, one.reason))))));
  }

  async #act(run) {
    try {
      await run();
    } catch (error) {
      told(error);
    }
  }
}

const what = (job) => (job.state === "running" && job.current ? job.current : job.kind === "paths" ? job.paths.join(", ") : t("jobs.upload", { count: job.received?.files ?? 0, bytes: bytes(job.received?.bytes ?? 0) }));

function numbers(job, isOver) {
  const parts = [
    job.total ? t("jobs.of", { finished: job.finished, total: job.total }) : null,
    job.embedded && t("jobs.embedded", { count: job.embedded }),
    job.segments && t("jobs.segments", { count: job.segments }),
    job.unchanged && t("jobs.unchanged", { count: job.unchanged }),
    job.reused && t("jobs.reused", { count: job.reused }),
    job.failed && t("jobs.failed", { count: job.failed }),
    !isOver && job.rate && t("jobs.rate", { rate: job.rate.toFixed(1) }),
    !isOver && job.eta_s && t("jobs.eta", { time: duration(job.eta_s) }),
    isOver && job.started_s && job.ended_s && t("jobs.took", { time: duration(job.ended_s - job.started_s) }),
  ];
  return parts.filter(Boolean).join(" · ");
}

// /api/v1, and nothing else. Every failure becomes an ApiError whose message is made to be read.
import { t } from "./strings.js";

const ROOT = "/api/v1";

export class ApiError extends Error {
  constructor(status, code, message, path = null, retryAfter = null) {
    super(message);
    Object.assign(this, { status, code, path, retryAfter });
  }
}

let onUnauthenticated = null;
/** `ask()` resolves once somebody has signed in. */
export function signInWith(ask) {
  onUnauthenticated = ask;
}

export async function call(method, path, { body, file, signal, query, again = true } = {}) {
  const url = (path.startsWith("/") ? ROOT + path : path) + (query ? `?${new URLSearchParams(query)}` : "");
  const options = { method, signal, headers: {}, credentials: "same-origin" };
  if (file) {
    options.body = file;
    options.headers["Content-Type"] = "application/octet-stream";
  } else if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = body === undefined ? undefined : JSON.stringify(body);
  }
  const answer = await reach(url, options);
  if (answer.status === 401 && again && onUnauthenticated && path !== "/session") {
    await onUnauthenticated();
    return call(method, path, { body, file, signal, query, again: false });
  }
  if (!answer.ok) throw await failure(answer);
  if (answer.status === 204) return null;
  const found = await answer.json();
  if (answer.status === 202 && found && typeof found === "object" && path.startsWith("/map")) found.isPending = true;
  return found;
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", t("error.unreachable"));
  }
}

async function failure(answer) {
  const retryAfter = answer.headers.get("retry-after");
  if ((answer.headers.get("content-type") || "").startsWith("application/json")) {
    const told = await answer.json();
    if (told && typeof told.message === "string") {
      return new ApiError(answer.status, told.code || "unknown", told.message, told.path, retryAfter);
    }
  }
  return new ApiError(answer.status, "unknown", t("error.status", { status: answer.status }), null, retryAfter);
}

/** JSON at an address that the API gave (a waveform), fetched once. */
const kept = new Map();
export function fetched(address, more) {
  const url = more ? address + (address.includes("?") ? "&" : "?") + new URLSearchParams(more) : address;
  if (!kept.has(url)) {
    if (kept.size > 400) kept.delete(kept.keys().next().value);
    const found = reach(url, { credentials: "same-origin" }).then(async (answer) => {
      if (!answer.ok) throw await failure(answer);
      return answer.json();
    });
    found.catch(() => kept.delete(url)); // who asked hears of it; the next one may try again
    kept.set(url, found);
  }
  return kept.get(url);
}

/** A thumbnail at another size. The address of the API may hold `?v=`. */
export function sized(address, size) {
  return address && address + (address.includes("?") ? "&" : "?") + `size=${size}`;
}

export const session = () => call("GET", "/session");
export const signIn = (body) => call("POST", "/session", { body, again: false });
export const signOut = () => call("DELETE", "/session");
export const models = () => call("GET", "/models");
export const indexes = () => call("GET", "/indexes");
export const search = (body, signal) => call("POST", "/search", { body, signal });
export const record = (index, key) => call("GET", "/records", { query: { index, key } });
export const remove = (body) => call("DELETE", "/records", { body });
export const undo = (token) => call("POST", "/undo", { body: { undo: token } });
export const upload = (file, name) => call("POST", "/uploads", { file, query: { name } });
export const uploaded = (id) => call("GET", `/uploads/${encodeURIComponent(id)}`);
export const createIndex = (body) => call("POST", "/indexes", { body });
export const dropIndex = (name) => call("DELETE", `/indexes/${name.split("/").map(encodeURIComponent).join("/")}`);
export const browse = (query, signal) => call("GET", "/browse", { query, signal });
export const sources = (query, signal) => call("GET", "/sources", { query, signal });
export const failures = (index) => call("GET", "/failures", { query: { index } });
export const jobs = (index) => call("GET", "/jobs", { query: { index } });
export const job = (id) => call("GET", `/jobs/${id}`);
export const createJob = (body) => call("POST", "/jobs", { body });
export const tellJob = (id, verb) => call("POST", `/jobs/${id}/${verb}`);
export const forgetJob = (id) => call("DELETE", `/jobs/${id}`);
export const sendFile = (id, name, file) => call("PUT", `/jobs/${id}/files`, { file, query: { name } });
export const jobEvents = (id) => new EventSource(`${ROOT}/jobs/${id}/events`);
export const map = (query, signal) => call("GET", "/map", { query, signal });

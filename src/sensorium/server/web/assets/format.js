// Numbers, times and places as people read them.
import { t } from "./strings.js";

export const number = (value) => value.toLocaleString();
export const distance = (value) => value.toFixed(3);

export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** 75.25 s -> "1:15" or, with tenths, "1:15.3". */
export function clock(seconds, withTenths = false) {
  const whole = withTenths ? Math.round(seconds * 10) / 10 : Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = (whole % 60).toFixed(withTenths ? 1 : 0);
  return `${minutes}:${rest.padStart(withTenths ? 4 : 2, "0")}`;
}

export function span(found) {
  if (!found) return "";
  if (found.page !== undefined) return t("span.page", { page: found.page });
  if (found.start_s !== undefined) {
    const withTenths = [found.start_s, found.end_s].some((at) => Math.abs(at - Math.round(at)) >= 0.05);
    return `${clock(found.start_s, withTenths)} – ${clock(found.end_s, withTenths)}`;
  }
  return t("span.chars", { start: found.start_char, end: found.end_char });
}

export function duration(seconds) {
  if (seconds < 90) return t("time.seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return t("time.minutes", { count: Math.round(seconds / 60) });
  return t("time.hours", { count: Math.round(seconds / 3600) });
}

/** A source without what makes it a URI: file:///home/ada/a%20b.jpg -> /home/ada/a b.jpg. */
export function source(uri) {
  if (!uri || !uri.startsWith("file://")) return uri || "";
  try {
    return decodeURIComponent(uri.slice(7));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return uri;
  }
}

export const moment = (seconds) => new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

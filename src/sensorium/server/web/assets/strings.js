// The page's words. To translate it, write a file like en.js and choose it here.
import words from "./en.js";

const plural = new Intl.PluralRules("en");

/** The string of a name, `{parts}` filled in; with `count`, the form that the number takes (`name.one`, `name.other`). */
export function t(name, parts) {
  let text = words[name];
  if (text === undefined && parts && parts.count !== undefined) text = words[`${name}.${plural.select(parts.count)}`] ?? words[`${name}.other`];
  if (text === undefined) throw new Error(`no string named ${name}`);
  return parts ? text.replace(/\{(\w+)\}/g, (_, part) => show(parts[part])) : text;
}

const show = (value) => (typeof value === "number" ? value.toLocaleString() : String(value));

// What is asked, and the address that holds all of it: a search can be shared, reloaded, and left with Back.

export const MODALITIES = ["text", "document", "image", "audio", "video"];
export const BANDS = ["very close", "close", "related", "unrelated"];
export const K = 100;
const KINDS = { t: "text", u: "upload", r: "record" };
const OPERATORS = ["$eq", "$ne", "$gte", "$lte", "$startsWith", "$exists"];

export const nothing = () => ({
  view: "search", words: "", inputs: [], index: null, model: null, modalities: [], band: null, farthest: null,
  where: [], k: K, hybrid: false, wordsOnly: false, open: null, color: null,
});

/** The query of an address. What is not understood is left out: addresses are written by people, too. */
export function read(search) {
  const parameters = new URLSearchParams(search);
  const one = (name) => parameters.get(name) || null;
  const k = Number.parseInt(one("k") ?? "", 10);
  const farthest = Number.parseFloat(one("max") ?? "");
  return {
    view: ["library", "map"].includes(one("view")) ? one("view") : "search",
    words: one("q") || "",
    inputs: parameters.getAll("in").map(input).filter(Boolean),
    index: one("index"),
    model: one("model"),
    modalities: (one("m") || "").split(",").filter((name) => MODALITIES.includes(name)),
    band: BANDS.slice(0, 3).includes(one("band")) ? one("band") : null,
    farthest: Number.isFinite(farthest) && farthest >= 0 ? farthest : null,
    where: conditions(one("where")),
    k: k >= 1 && k <= 10000 ? k : K,
    hybrid: one("hybrid") === "1",
    wordsOnly: one("only") === "1",
    open: one("open"),
    color: one("color"),
  };
}

function input(text) {
  const [kind, weight, ...rest] = text.split(":");
  const value = rest.join(":");
  const number = Number(weight);
  return KINDS[kind] && value && number && Math.abs(number) <= 2 ? { kind: KINDS[kind], weight: number, value } : null;
}

function conditions(text) {
  let found;
  try {
    found = JSON.parse(text || "[]");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found.filter((one) => Array.isArray(one) && one.length === 3 && typeof one[0] === "string" && OPERATORS.includes(one[1]));
}

/** The address of a query, from `?` on; `/` for none. */
export function write(query) {
  const parameters = new URLSearchParams();
  const put = (name, value) => value && parameters.append(name, value);
  if (query.view !== "search") put("view", query.view);
  put("q", query.words);
  for (const { kind, weight, value } of query.inputs) put("in", `${kind[0]}:${weight}:${value}`);
  put("index", query.index);
  put("model", query.model);
  put("m", query.modalities.join(","));
  put("band", query.band);
  if (query.farthest !== null) put("max", String(query.farthest));
  if (query.where.length) put("where", JSON.stringify(query.where));
  if (query.k !== K) put("k", String(query.k));
  if (query.hybrid) put("hybrid", "1");
  if (query.wordsOnly) put("only", "1");
  put("open", query.open);
  put("color", query.color);
  const text = parameters.toString();
  return text ? `?${text}` : "/";
}

export const isEmpty = (query) => !query.words.trim() && !query.inputs.length;

/** What decides the hits: two queries of the same text have the same ones. */
export const identity = (query) => JSON.stringify(body(query));

/** The body of POST /search. */
export function body(query) {
  const inputs = query.words.trim() ? [{ text: query.words.trim() }] : [];
  for (const { kind, weight, value } of query.inputs) inputs.push({ [kind]: value, weight });
  const asked = { inputs, k: query.k };
  if (query.index) asked.index = query.index;
  if (query.model) asked.model = query.model;
  if (query.modalities.length) asked.modalities = query.modalities;
  if (query.where.length) asked.filter = filter(query.where);
  if (query.band) asked.band = query.band;
  if (query.farthest !== null) asked.max_distance = query.farthest;
  if (query.wordsOnly) asked.text_only = true;
  else if (query.hybrid) asked.hybrid = true;
  return asked;
}

/** S3 Vectors' grammar. */
export function filter(where) {
  const parts = where.map(([key, operator, value]) => ({ [key]: { [operator]: value } }));
  return parts.length === 1 ? parts[0] : { $and: parts };
}

// Which group each point of the map belongs to, and the groups' colours.
import { MODALITIES } from "./query.js";
import { t } from "./strings.js";

const MOST = 11;
const WHEEL = ["#4477c8", "#d9822b", "#2f9e6e", "#c24d82", "#8a63d2", "#b8a01f", "#2aa5b0", "#c9503c", "#6c8f3c", "#9a6b4f", "#5d7790"];

/** {names, colours, group: index per point}. Few numbers are values like words; many become five steps. */
export function coloured(found, isByKey) {
  if (!isByKey) {
    const styles = getComputedStyle(document.documentElement);
    const names = MODALITIES.filter((name) => found.modality.includes(name));
    return { names: names.map((name) => t(`modality.${name}.other`)), colours: names.map((name) => resolved(styles, `--${name}`)), group: found.modality.map((name) => names.indexOf(name)) };
  }
  const values = found.color.map((value) => (Array.isArray(value) ? value[0] : value));
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length && new Set(numbers).size > MOST) return steps(values, numbers);
  const counts = new Map();
  for (const value of values) if (value !== null && value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const kept = [...counts].sort((one, other) => other[1] - one[1]).slice(0, MOST).map(([value]) => value);
  const names = [...kept];
  const colours = kept.map((_, at) => WHEEL[at]);
  const [other, absent] = [names.length, names.length + 1];
  const group = values.map((value) => (value === null || value === undefined ? absent : kept.includes(String(value)) ? kept.indexOf(String(value)) : other));
  return pruned([...names, t("map.other"), t("map.absent")], [...colours, "#8b8f98", "#b9bcc4"], group);
}

function steps(values, numbers) {
  const [least, most] = numbers.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const count = 5;
  const edge = (at) => least + ((most - least) * at) / count;
  const short = (value) => value.toLocaleString(undefined, { maximumSignificantDigits: 4 });
  const names = Array.from({ length: count }, (_, at) => `${short(edge(at))} – ${short(edge(at + 1))}`);
  const colours = ["#3b4cc0", "#6f93ee", "#c2b8a8", "#ee8468", "#b40426"];
  const group = values.map((value) => (typeof value === "number" ? Math.min(count - 1, Math.floor(((value - least) / (most - least || 1)) * count)) : count));
  return pruned([...names, t("map.absent")], [...colours, "#b9bcc4"], group);
}

/** Groups without points go. */
function pruned(names, colours, group) {
  const used = [...new Set(group)].sort((one, other) => one - other);
  return { names: used.map((at) => names[at]), colours: used.map((at) => colours[at]), group: group.map((at) => used.indexOf(at)) };
}

/** light-dark() says nothing to a canvas: ask an element what it comes to. */
function resolved(styles, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

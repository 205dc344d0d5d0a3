// One condition on a metadata key: key, operator, value.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

/** What a condition on a key of the index's summary begins with. */
export function newCondition(facet) {
  if (facet.types.includes("number")) return [facet.key, "$gte", facet.min ?? 0];
  const first = facet.values?.[0];
  return [facet.key, "$eq", first ?? ""];
}

const operators = (facet) => {
  const isText = !facet || facet.types.includes("string");
  const isNumber = !facet || facet.types.includes("number");
  return ["$eq", "$ne", ...(isNumber ? ["$gte", "$lte"] : []), ...(isText ? ["$startsWith"] : []), "$exists"];
};

/** `onchange(condition)`, null when it is taken away. */
export function conditionRow([key, operator, value], facets, at, onchange) {
  const facet = facets.find((one) => one.key === key);
  const choose = h("select", { "aria-label": t("filters.operator", { key }), "data-field": `op${at}`, onchange: () => onchange([key, choose.value, choose.value === "$exists" ? true : value]) },
    operators(facet).map((one) => h("option", { value: one, selected: one === operator }, t(`op.${one.slice(1)}`))));
  return h("div", { class: "row condition" },
    h("span", { class: "key" }, key), choose, operand(key, operator, value, facet, at, onchange),
    h("button", { type: "button", class: "plain", "aria-label": t("filters.remove", { key }), onclick: () => onchange(null) }, icon("close", 14)));
}

function operand(key, operator, value, facet, at, onchange) {
  const attributes = { "aria-label": t("filters.value", { key }), "data-field": `value${at}` };
  if (operator === "$exists" || facet?.types.every((one) => one === "boolean")) {
    const choose = h("select", { ...attributes, onchange: () => onchange([key, operator, choose.value === "true"]) },
      ["true", "false"].map((one) => h("option", { value: one, selected: one === String(value) }, t(one === "true" ? "yes" : "no"))));
    return choose;
  }
  const isNumber = facet ? !facet.types.includes("string") : typeof value === "number";
  if (!isNumber && facet?.values?.length && !facet.more && operator !== "$startsWith") {
    const choose = h("select", { ...attributes, onchange: () => onchange([key, operator, choose.value]) },
      [...new Set([...facet.values.filter((one) => typeof one === "string"), value])].map((one) => h("option", { value: one, selected: one === value }, one)));
    return choose;
  }
  const list = facet?.values?.length && !isNumber ? h("datalist", { id: `values${at}` }, facet.values.map((one) => h("option", { value: String(one) }))) : null;
  const box = h("input", { ...attributes, type: isNumber ? "number" : "text", step: "any", value: String(value), list: list ? `values${at}` : null, onchange: () => box.value !== "" && onchange([key, operator, isNumber ? Number(box.value) : box.value]) });
  return list ? [box, list] : box;
}

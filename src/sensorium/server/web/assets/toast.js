// Short messages at the foot of the window; those with an action stay long enough to take it.
import { announce, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

let stack = null;

export function toast(message, { action, onaction, isError = false, seconds = action ? 12 : isError ? 10 : 5 } = {}) {
  if (!stack?.isConnected) document.body.append((stack = h("div", { class: "toasts" })));
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    element.remove();
  };
  const element = h("div", { class: isError ? "toast is-error" : "toast", role: isError ? "alert" : null },
    isError && icon("warn"),
    h("span", null, message),
    action && h("button", { type: "button", class: "link", onclick: () => { close(); onaction(); } }, action),
    h("button", { type: "button", class: "plain", "aria-label": t("close"), onclick: close }, icon("close", 14)));
  const wait = () => (timer = setTimeout(close, seconds * 1000));
  for (const stay of ["pointerenter", "focusin"]) element.addEventListener(stay, () => clearTimeout(timer));
  for (const leave of ["pointerleave", "focusout"]) element.addEventListener(leave, wait);
  const host = document.querySelector("dialog[open]");
  (host ?? document.body).append(stack); // above an open dialog, which covers all else
  stack.append(element);
  if (!isError) announce(message);
  wait();
}

/** Shows what went wrong, in the words of whoever knows it. */
export function told(error) {
  if (error.name === "AbortError") return;
  toast(error.message, { isError: true });
  if (error.name !== "Error" || !("status" in error)) console.error(error);
}

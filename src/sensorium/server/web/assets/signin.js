// The form that a server shows which asks who calls.
import { ApiError, session, signIn as begin } from "./api.js";
import { h } from "./dom.js";
import { mark } from "./icons.js";
import { t } from "./strings.js";

/** Resolves with the session once somebody has signed in. There is no way around it. */
export function signIn() {
  return new Promise((resolve) => {
    const secret = (name, label) => {
      const box = h("input", { name, type: name === "access_key_id" ? "text" : "password", autocomplete: name === "access_key_id" ? "username" : "current-password", spellcheck: "false" });
      return [box, h("label", { class: "stack" }, h("span", null, label), box)];
    };
    const [token, tokenRow] = secret("token", t("signin.token"));
    const [keyId, keyRow] = secret("access_key_id", t("signin.key"));
    const [key, secretRow] = secret("secret_access_key", t("signin.secret"));
    const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    const submit = h("button", { class: "button is-primary" }, t("signin.go"));
    const form = h("form", { onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      try {
        await begin(token.value ? { token: token.value } : { access_key_id: keyId.value, secret_access_key: key.value });
        const found = await session();
        dialog.close();
        dialog.remove();
        resolve(found);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        trouble.textContent = error.message;
        trouble.hidden = false;
      } finally {
        submit.disabled = false;
      }
    } }, mark(40), h("h2", { id: "signin-title" }, t("signin.title")), h("p", null, t("signin.text")), tokenRow, h("details", null, h("summary", null, t("signin.keys")), keyRow, secretRow), trouble, submit);
    const dialog = h("dialog", { class: "signin", "aria-labelledby": "signin-title", oncancel: (event) => event.preventDefault() }, form);
    document.body.append(dialog);
    dialog.showModal();
    token.focus();
  });
}

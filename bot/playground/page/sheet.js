// A dialog over one person's chat: title bar, body, footer; focus stays in it, Escape closes it.

import { freshId, h, icon } from "./dom.js";

// `host` is the chat's element, `behind` what must not be reached meanwhile. Returns {node, body, footer, close}.
export function sheet(host, behind, { title, className = "", dismiss }) {
  const id = freshId("sheet");
  const body = h("div", { class: "sheet-body" });
  const footer = h("footer", { class: "sheet-footer" });
  const closer = h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dismiss() }, icon("close"));
  const panel = h(
    "form",
    { class: `sheet ${className}`, role: "dialog", "aria-modal": "true", "aria-labelledby": id, novalidate: true, tabindex: "-1" },
    h("header", { class: "sheet-header" }, h("h4", { id }, title), closer),
    body,
    footer,
  );
  const node = h("div", { class: "sheet-backdrop" }, panel);
  panel.addEventListener("submit", (event) => event.preventDefault());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      dismiss();
    } else if (event.key === "Tab") {
      keepInside(panel, event);
    }
  });
  const came = host.contains(document.activeElement) ? document.activeElement : null;
  for (const part of behind) part.inert = true;
  host.append(node);
  return {
    node, panel, body, footer,
    focus: () => (body.querySelector("input, select, textarea, button") ?? panel).focus(),
    close() {
      node.remove();
      if (!host.querySelector(".sheet-backdrop")) for (const part of behind) part.inert = false;
      if (came?.isConnected) came.focus();
    },
  };
}

function keepInside(panel, event) {
  const stops = [...panel.querySelectorAll("button, input, select, textarea, a[href], [tabindex='0']")].filter(
    (node) => !node.disabled && node.offsetParent !== null,
  );
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

// Slack's confirmation before a press: resolves to true or false.
export function confirmation(host, behind, confirm, words) {
  return new Promise((resolve) => {
    const done = (answer) => {
      panel.close();
      resolve(answer);
    };
    const panel = sheet(host, behind, { title: words(confirm.title), className: "small", dismiss: () => done(false) });
    panel.body.append(h("p", {}, words(confirm.text)));
    panel.footer.append(
      h("button", { type: "button", class: "button plain", onclick: () => done(false) }, words(confirm.deny) || "Cancel"),
      h("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, onclick: () => done(true) }, words(confirm.confirm) || "Yes"),
    );
    panel.footer.lastChild.focus();
  });
}

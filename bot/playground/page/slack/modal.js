// A Slack modal over a person's chat: its inputs, its errors at their fields, and what was typed kept across redraws.

import { busy, h } from "../dom.js";
import { sheet } from "../sheet.js";
import { blocks, words } from "./blocks.js";
import { stateOf } from "./inputs.js";

const MISSING = "Please complete this required field.";

// `act` = {submit(inputs), close()}; returns {update(modal), close(), focus()}.
export function slackModal(host, behind, modal, view, act) {
  let shown = null;
  let inputs = [];
  const whole = h("p", { class: "field-error", role: "alert", hidden: true });
  const panel = sheet(host, behind, { title: words(modal.view.title, view), className: "slack-modal", dismiss: () => act.close() });
  panel.panel.addEventListener("submit", () => panel.footer.querySelector(".primary")?.click());

  function draw(form) {
    const typed = new Map(inputs.map((input) => [`${input.block} ${input.action}`, input.read()]));
    inputs = [];
    const before = (block, action) => typed.get(`${block} ${action}`);
    panel.body.replaceChildren(whole, blocks(form.blocks, { ...view, before }, inputs));
    const submit = h("button", { type: "button", class: "button primary" }, words(form.submit, view) || "Submit");
    submit.addEventListener("click", () => {
      if (check()) busy(submit, () => act.submit(stateOf(inputs)));
    });
    panel.footer.replaceChildren(
      h("button", { type: "button", class: "button plain", onclick: () => act.close() }, words(form.close, view) || "Cancel"),
      ...(form.submit || inputs.length ? [submit] : []),
    );
  }

  function check() {
    const missing = Object.fromEntries(inputs.filter((input) => !input.optional && input.empty()).map((input) => [input.block, MISSING]));
    complain(missing);
    return Object.keys(missing).length === 0;
  }

  function complain(errors) {
    let first = null;
    whole.textContent = errors[""] ?? "";
    whole.hidden = !errors[""];
    for (const input of inputs.filter((each) => each.error)) {
      const sentence = errors[input.block];
      input.error.textContent = sentence ?? "";
      input.error.hidden = !sentence;
      input.node.toggleAttribute("aria-invalid", Boolean(sentence));
      if (sentence) first ??= input.node;
    }
    (first?.matches("div") ? first.querySelector("input") : first)?.focus();
  }

  function update(next) {
    const text = JSON.stringify(next.view.blocks);
    if (text !== shown) draw(next.view);
    shown = text;
    panel.panel.querySelector("h4").textContent = next.view.title?.text ?? "";
    if (Object.keys(next.errors ?? {}).length) complain(next.errors);
  }

  update(modal);
  return { update, close: panel.close, focus: panel.focus };
}

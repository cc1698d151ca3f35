// A Teams dialog (task module) over a person's chat: its card's own Submit sends it.

import { busy, h } from "../dom.js";
import { sheet } from "../sheet.js";
import { adaptiveCard } from "./card.js";

// `act` = {press(action, inputs), close()}; returns {update(modal), close(), focus()}.
export function teamsDialog(host, behind, modal, view, act) {
  const panel = sheet(host, behind, { title: modal.title || "Keyline", className: "teams-dialog", dismiss: () => act.close() });
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  let shown = null;

  function update(next) {
    const sentences = Object.values(next.errors ?? {}).filter(Boolean);
    problem.textContent = sentences.join(" ");
    problem.hidden = sentences.length === 0;
    const text = JSON.stringify(next.card);
    if (text === shown) return;
    shown = text;
    panel.panel.querySelector("h4").textContent = next.title || "Keyline";
    const card = adaptiveCard(next.card, (action, inputs, button) => {
      const work = () => act.press(action, inputs);
      return button ? busy(button, work) : work();
    });
    panel.body.replaceChildren(card, problem);
  }

  panel.footer.remove();
  update(modal);
  return { update, close: panel.close, focus: panel.focus };
}

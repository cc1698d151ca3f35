// Slack's Home tab of the app: opened by the person, drawn by the bot.

import { busy, h } from "../dom.js";
import { blocks } from "./blocks.js";
import { stateOf } from "./inputs.js";

// Returns {toggle, node, update(home), leave()}: the switch for the chat's head, the page, and what to show in it.
export function homeTab(chat) {
  const node = h("div", { class: "home", hidden: true });
  const toggle = h("button", { type: "button", class: "toggle", "aria-pressed": "false", title: "The app's Home tab in Slack" }, "Home");
  toggle.addEventListener("click", () => {
    show(node.hidden);
    if (!node.hidden) busy(toggle, () => chat.try("home", { platform: "slack" }));
  });
  let shown = null;

  function show(home) {
    node.hidden = !home;
    chat.log.hidden = home;
    toggle.setAttribute("aria-pressed", String(home));
  }

  function update(home) {
    const text = JSON.stringify(home?.view.blocks ?? null);
    if (text === shown) return;
    shown = text;
    if (!home) return node.replaceChildren(h("p", { class: "nothing" }, "Keyline has put nothing on this page yet."));
    const tools = chat.tools();
    const inputs = [];
    const press = (action, button) => tools.press({ message: home.id }, action, stateOf(inputs), button);
    return node.replaceChildren(blocks(home.view.blocks, { zone: tools.zone, names: tools.names, ask: tools.ask, press }, inputs));
  }

  return { toggle, node, update, leave: () => show(false) };
}

// Draws an Adaptive Card: with Microsoft's own renderer where the playground has it, else with the plain one of ours.

import { h, safeUrl } from "../dom.js";
import { hostConfig } from "./hostconfig.js";
import { plainCard } from "./plain.js";

// `press(action, inputs, button)`: the action's JSON, the values by input id, the button that was pressed.
export function adaptiveCard(json, press) {
  const frame = h("div", { class: "adaptive" });
  const Renderer = globalThis.AdaptiveCards;
  let pressed = null;
  frame.addEventListener("click", (event) => (pressed = event.target.closest("button, [role=button]")), true);
  const open = (url) => safeUrl(url) && window.open(safeUrl(url), "_blank", "noopener");
  if (!Renderer) {
    frame.append(plainCard(json, { press: (action, inputs, button) => press(action, inputs, button), open }));
    return frame;
  }
  const card = new Renderer.AdaptiveCard();
  card.hostConfig = new Renderer.HostConfig(hostConfig);
  card.onExecuteAction = (action) => {
    if (action instanceof Renderer.OpenUrlAction) return open(action.url);
    const inputs = Object.fromEntries(card.getAllInputs().map((input) => [input.id, String(input.value ?? "")]));
    return press(sources.get(action) ?? action.toJSON(), action.associatedInputs === "none" ? {} : inputs, pressed);
  };
  card.onAnchorClicked = (element, anchor) => {
    open(anchor.href);
    return true;
  };
  // What is sent is the action as the bot wrote it, not as the renderer would write it again.
  const sources = new WeakMap();
  const context = new Renderer.SerializationContext();
  context.onParseAction = (action, source) => sources.set(action, source);
  card.parse(json, context);
  frame.append(card.render() ?? h("p", { class: "unknown" }, json.fallbackText ?? "This card cannot be shown."));
  frame.classList.toggle("by-microsoft", true);
  return frame;
}

// Once, after the vendor scripts came: Markdown as Teams has it. Headings, tables, pictures, quotes and HTML stay text.
export function setUp() {
  if (!globalThis.AdaptiveCards || !globalThis.markdownit) return;
  const parser = globalThis.markdownit({ html: false, linkify: false }).disable([
    "heading", "lheading", "table", "blockquote", "image", "hr", "fence", "code", "reference", "html_block", "html_inline",
  ]);
  globalThis.AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = parser.render(text.replace(/<at>(.+?)<\/at>/g, "$1"));
    result.didProcess = true;
  };
}

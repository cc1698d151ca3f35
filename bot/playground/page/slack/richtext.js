// Slack's rich_text blocks: paragraphs, lists, quotes and preformatted text, with their inline pieces.

import { h, link } from "../dom.js";
import { slackDate } from "../time.js";
import { emoji } from "./emoji.js";

export function richText(block, view) {
  return h("div", { class: "rich" }, (block.elements ?? []).map((part) => piece(part, view)));
}

function piece(part, view) {
  const inner = () => (part.elements ?? []).map((element) => inline(element, view));
  switch (part.type) {
    case "rich_text_list":
      return h(
        part.style === "ordered" ? "ol" : "ul",
        { class: `indent-${Math.min(part.indent ?? 0, 4)}`, start: part.style === "ordered" ? (part.offset ?? 0) + 1 : null },
        (part.elements ?? []).map((item) => h("li", {}, (item.elements ?? []).map((element) => inline(element, view)))),
      );
    case "rich_text_quote":
      return h("blockquote", {}, inner());
    case "rich_text_preformatted":
      return h("pre", {}, inner());
    default:
      return h("div", { class: "rich-line" }, inner());
  }
}

function inline(element, view) {
  switch (element.type) {
    case "text":
      return styled(element.text ?? "", element.style);
    case "link":
      return styled(link(element.url, element.text || element.url), element.style);
    case "emoji":
      return emoji(element.name) ?? `:${element.name}:`;
    case "user":
      return h("span", { class: "mention" }, `@${view.names[element.user_id] ?? element.user_id}`);
    case "channel":
      return h("span", { class: "mention" }, `#${element.channel_id}`);
    case "broadcast":
      return h("span", { class: "mention" }, `@${element.range}`);
    case "date":
      return h("time", {}, slackDate(Number(element.timestamp) * 1000, view.zone, element.format ?? "{date} {time}"));
    default:
      return element.text ?? "";
  }
}

function styled(content, style = {}) {
  let node = content;
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]]) {
    if (style[name]) node = h(tag, {}, node);
  }
  return node;
}

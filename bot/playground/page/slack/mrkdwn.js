// Slack's mrkdwn as nodes: bold, italic, strike, code, quotes, links, mentions, dates and the three escapes.

import { append, h, link } from "../dom.js";
import { slackDate } from "../time.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

// Exactly the three escapes that Slack knows; anything else stays as written.
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

// A marker opens after and closes before something that is not a letter or digit, as in Slack's own client.
const span = (mark) => `(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s${mark}])([^${mark}\\n]*[^\\s${mark}]|[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`;
const TOKEN = new RegExp(
  ["<([^<>\\n]+)>", "`([^`\\n]+)`", span("\\*"), span("_"), span("~"), ":([a-z0-9_+-]+):"].join("|"),
  "gu",
);

export function mrkdwn(text, view) {
  const fragment = document.createDocumentFragment();
  String(text ?? "").split(/```\n?([\s\S]+?)\n?```/).forEach((part, index) => {
    if (index % 2) fragment.append(h("pre", {}, unescape(part)));
    else append(fragment, lines(part, view));
  });
  return fragment;
}

function lines(text, view) {
  const nodes = [];
  let quote = null;
  let fresh = true;
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote")));
      else quote.append(h("br"));
      append(quote, inline(quoted[1], view));
      fresh = true;
      continue;
    }
    quote = null;
    if (!fresh) nodes.push(h("br"));
    fresh = false;
    nodes.push(inline(line, view));
  }
  return nodes;
}

function inline(text, view) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(unescape(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const [whole, angled, code, bold, italic, strike, name] = match;
    if (angled) nodes.push(special(angled, view));
    else if (code) nodes.push(h("code", {}, unescape(code)));
    else if (bold) nodes.push(h("strong", {}, inline(bold, view)));
    else if (italic) nodes.push(h("em", {}, inline(italic, view)));
    else if (strike) nodes.push(h("s", {}, inline(strike, view)));
    else nodes.push(emoji(name) ?? whole);
  }
  nodes.push(unescape(text.slice(end)));
  return nodes;
}

function special(inner, view) {
  const bar = inner.indexOf("|");
  const [target, label] = bar < 0 ? [inner, ""] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${view.names[target.slice(1)] ?? (label || target.slice(1))}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!date^")) {
    const [, stamp, pattern, url] = target.split("^");
    const shown = Number.isFinite(Number(stamp)) ? slackDate(Number(stamp) * 1000, view.zone, pattern ?? "") : unescape(label);
    return url ? link(unescape(url), shown) : h("time", { title: unescape(label) }, shown);
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1)}`);
  return link(unescape(target), unescape(label || target.replace(/^mailto:/, "")));
}

// The Markdown that Teams shows in cards and messages, as nodes: emphasis, code, links, lists and paragraphs.

import { append, h, link } from "../dom.js";

const TOKEN = new RegExp(
  [
    "\\\\([!-/:-@[-`{-~])", // a backslash takes the meaning from any ASCII punctuation (CommonMark 2.4)
    "`([^`\\n]+)`",
    "\\[((?:\\\\.|[^\\[\\]])+)\\]\\(([^()\\s]+)\\)",
    "\\*\\*(?=\\S)(.+?\\S|\\S)\\*\\*",
    "(?<![\\p{L}\\p{N}_])__(?=\\S)(.+?\\S|\\S)__(?![\\p{L}\\p{N}_])",
    "~~(?=\\S)(.+?\\S|\\S)~~",
    "\\*(?=\\S)((?:\\\\.|[^*])*?\\S)\\*",
    "(?<![\\p{L}\\p{N}_])_(?=\\S)((?:\\\\.|[^_])*?\\S)_(?![\\p{L}\\p{N}_])",
    "<at>(.+?)</at>",
    "&(#\\d{1,6}|[a-z]{2,6});",
  ].join("|"),
  "gsu",
);
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

export function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, escaped, code, label, url, strong, strong2, strike, em, em2, at, entity] = match;
    if (escaped) nodes.push(escaped);
    else if (code) nodes.push(h("code", {}, code));
    else if (label) nodes.push(link(url, inline(label)));
    else if (strong || strong2) nodes.push(h("strong", {}, inline(strong || strong2)));
    else if (strike) nodes.push(h("s", {}, inline(strike)));
    else if (em || em2) nodes.push(h("em", {}, inline(em || em2)));
    else if (at) nodes.push(h("span", { class: "mention" }, at));
    else nodes.push(character(entity) ?? whole);
  }
  nodes.push(text.slice(end));
  return nodes;
}

function character(entity) {
  if (!entity.startsWith("#")) return ENTITIES[entity];
  const code = Number(entity.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

export function markdown(text) {
  const nodes = [];
  let list = null;
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) nodes.push(h("p", {}, inline(paragraph.join(" "))));
    paragraph = [];
  };
  for (const line of String(text ?? "").replace(/\r\n?/g, "\n").split("\n")) {
    const item = line.match(/^\s{0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/);
    if (item && (item[1] || list || !paragraph.length)) {
      flush();
      const tag = item[1] ? "ul" : "ol";
      if (!list || list.localName !== tag) nodes.push((list = h(tag, { start: item[2] && item[2] !== "1" ? item[2] : null })));
      list.append(h("li", {}, inline(item[3])));
    } else if (!line.trim()) {
      flush();
      list = null;
    } else if (list && !paragraph.length) {
      append(list.lastChild, [" ", inline(line.trim())]);
    } else {
      paragraph.push(line.trim());
    }
  }
  flush();
  return nodes;
}

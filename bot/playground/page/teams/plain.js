// Our own plain drawing of Adaptive Cards, for machines where Microsoft's renderer is not installed.

import { append, h, picture } from "../dom.js";
import { inline, markdown } from "./markdown.js";
import { plainInput } from "./plaininputs.js";

const SIZES = { small: "small", medium: "medium", large: "large", extralarge: "extra" };
const COLOURS = ["accent", "good", "warning", "attention"];
const lower = (value) => String(value ?? "").toLowerCase();

// `host` = {press(action, inputs, button), open(url)}.
export function plainCard(json, host) {
  const card = { ...host, inputs: [], byId: new Map() };
  return h("div", { class: "plain-card" }, body(json, card));
}

function body(json, card) {
  return [elements(json.body, card), json.actions?.length ? element({ type: "ActionSet", actions: json.actions }, card) : null];
}

const elements = (list, card) => (list ?? []).map((item) => element(item, card));

function element(item, card) {
  const draw = DRAW[item.type] ?? (item.type?.startsWith("Input.") ? input : null);
  if (!draw) return item.fallback && item.fallback !== "drop" ? element(item.fallback, card) : null;
  const node = draw(item, card);
  if (item.separator) node.classList.add("separated");
  node.classList.add(`space-${lower(item.spacing) || "default"}`);
  if (item.isVisible === false) node.hidden = true;
  if (item.id) card.byId.set(item.id, node);
  if (item.selectAction) node.append(action(item.selectAction, card, []));
  return node;
}

// Style names for a text: weight, size, colour, subtle.
function look(item) {
  return [
    "ac-text",
    SIZES[lower(item.size)] && `size-${SIZES[lower(item.size)]}`,
    lower(item.weight) === "bolder" && "bolder",
    COLOURS.includes(lower(item.color)) && `color-${lower(item.color)}`,
    item.isSubtle && "subtle",
    lower(item.style) === "heading" && "bolder",
    lower(item.fontType) === "monospace" && "mono",
    ["center", "right"].includes(lower(item.horizontalAlignment)) && `align-${lower(item.horizontalAlignment)}`,
    item.wrap === false && "nowrap",
  ].filter(Boolean).join(" ");
}

// {{DATE(…)}} and {{TIME(…)}} are shown in the reader's own zone (Adaptive Cards 1.2, text features).
function dates(text) {
  return String(text ?? "").replace(/\{\{(DATE|TIME)\(([^,)]+)(?:,\s*(\w+))?\)\}\}/g, (whole, kind, stamp, style) => {
    const moment = new Date(stamp);
    if (Number.isNaN(moment.getTime())) return whole;
    return kind === "TIME"
      ? moment.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" })
      : moment.toLocaleDateString("en-US", { dateStyle: style === "LONG" ? "full" : style === "SHORT" ? "medium" : "short" });
  });
}

const DRAW = {
  TextBlock: (item) => h("div", { class: look(item) }, markdown(dates(item.text))),
  RichTextBlock: (item, card) =>
    h("div", { class: look(item) }, (item.inlines ?? []).map((run) => {
      if (typeof run === "string") return run;
      const marks = ["italic", "strikethrough", "underline", "highlight"].filter((mark) => run[mark]).join(" ");
      const node = h("span", { class: `${look(run)} ${marks}` }, run.text ?? "");
      return run.selectAction ? h("button", { type: "button", class: "as-link", onclick: () => run.selectAction.url && card.open(run.selectAction.url) }, node) : node;
    })),
  Container: (item, card) => h("div", { class: `ac-box style-${lower(item.style) || "default"}` }, elements(item.items, card)),
  ColumnSet: (item, card) =>
    h("div", { class: `ac-columns style-${lower(item.style) || "default"}` }, (item.columns ?? []).map((column) => {
      const node = h("div", { class: `ac-column ac-box style-${lower(column.style) || "default"} valign-${lower(column.verticalContentAlignment)}` }, elements(column.items, card));
      if (column.width === "auto" || column.width === undefined) node.style.flex = column.width ? "0 1 auto" : "1 1 0";
      else node.style.flex = /px$/.test(column.width) ? `0 0 ${parseInt(column.width, 10)}px` : `${Number(column.width) || 1} 1 0`;
      return node;
    })),
  FactSet: (item) =>
    h("dl", { class: "ac-facts" }, (item.facts ?? []).map((fact) => [h("dt", {}, inline(fact.title ?? "")), h("dd", {}, inline(dates(fact.value)))])),
  Image: (item) => h("div", { class: `ac-picture size-${lower(item.size) || "auto"}` }, picture(item.url, item.altText)),
  ImageSet: (item) => h("div", { class: "ac-pictures" }, (item.images ?? []).map((image) => picture(image.url, image.altText))),
  ActionSet: (item, card) => actions(item.actions, card),
  Table: (item, card) => table(item, card),
};

function input(item, card) {
  const made = plainInput(item);
  card.inputs.push(made);
  return made.node;
}

function table(item, card) {
  const heading = item.firstRowAsHeaders !== false && item.firstRowAsHeader !== false;
  const rows = (item.rows ?? []).map((row, index) =>
    h("tr", { class: `style-${lower(row.style) || "default"}` }, (row.cells ?? []).map((cell) =>
      h(heading && index === 0 ? "th" : "td", { class: `style-${lower(cell.style) || "default"}` }, elements(cell.items, card)))));
  return h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {}, h("tbody", {}, rows)));
}

function actions(list, card) {
  const row = h("div", { class: "ac-actions" });
  const below = h("div", { class: "ac-shown" });
  append(row, (list ?? []).map((item) => action(item, card, below)));
  return h("div", { class: "ac-actionset" }, row, below);
}

function action(item, card, below) {
  const node = h("button", { type: "button", class: `button ${{ positive: "primary", destructive: "danger" }[item.style] ?? "plain"}`, title: item.tooltip }, item.title ?? "");
  if (item.isEnabled === false) node.disabled = true;
  node.addEventListener("click", () => run(item, card, below, node));
  return node;
}

function run(item, card, below, node) {
  if (item.type === "Action.OpenUrl") return card.open(item.url);
  if (item.type === "Action.ToggleVisibility") {
    for (const target of item.targetElements ?? []) {
      const shown = card.byId.get(target.elementId ?? target);
      if (shown) shown.hidden = target.isVisible === undefined ? !shown.hidden : !target.isVisible;
    }
    return undefined;
  }
  if (item.type === "Action.ShowCard") {
    const open = node.getAttribute("aria-expanded") !== "true";
    for (const other of node.parentElement.children) other.removeAttribute("aria-expanded");
    node.setAttribute("aria-expanded", String(open));
    const inner = { ...card, inputs: [...card.inputs] };
    below.replaceChildren(...(open ? [h("div", { class: "ac-box style-emphasis" }, body(item.card, inner))] : []));
    return undefined;
  }
  const inputs = item.associatedInputs === "none" ? [] : card.inputs;
  const wrong = inputs.filter((each) => !each.check());
  if (wrong.length) return wrong[0].focus();
  return card.press(item, Object.fromEntries(inputs.map((each) => [each.id, each.read()])), node);
}

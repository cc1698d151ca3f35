// Block Kit as nodes. `view` = {zone, names, press(action, button), ask(confirm), before(block, action)}.

import { append, freshId, h, link, picture, safeUrl } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { field } from "./inputs.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";
import { markdown } from "../teams/markdown.js";

// The nodes of a message's or form's blocks; every input found is added to `inputs` as {block, action, label, ...field}.
export function blocks(list, view, inputs = []) {
  return h("div", { class: "blocks" }, (list ?? []).map((block) => (DRAW[block.type] ?? unknown)(block, view, inputs)));
}

// A text object: mrkdwn as markup, plain_text letter for letter.
export function words(text, view) {
  if (!text) return "";
  if (text.type === "mrkdwn") return mrkdwn(text.text, view);
  return text.emoji === false ? text.text : withEmoji(text.text ?? "");
}

const DRAW = {
  header: (block, view) => h("h4", { class: "block-header" }, words(block.text, view)),
  divider: () => h("hr"),
  section: (block, view, inputs) =>
    h(
      "div",
      { class: block.accessory ? "block-section with-accessory" : "block-section" },
      h(
        "div",
        { class: "section-main" },
        block.text && h("p", {}, words(block.text, view)),
        block.fields && h("div", { class: "fields" }, block.fields.map((text) => h("p", {}, words(text, view)))),
      ),
      block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, view, inputs)),
    ),
  context: (block, view) =>
    h("div", { class: "block-context" }, (block.elements ?? []).map((part) =>
      part.type === "image" ? picture(part.image_url, part.alt_text, "context-image") : h("span", {}, words(part, view)),
    )),
  actions: (block, view, inputs) =>
    h("div", { class: "block-actions" }, (block.elements ?? []).map((part) => element(part, block, view, inputs))),
  image: (block, view) =>
    h(
      "figure",
      { class: "block-image" },
      block.title && h("figcaption", {}, words(block.title, view)),
      picture(block.image_url, block.alt_text),
    ),
  rich_text: richText,
  markdown: (block) => h("div", { class: "rich" }, markdown(block.text ?? "")),
  table,
  input(block, view, inputs) {
    const id = freshId("field");
    const note = freshId("note");
    const many = ["checkboxes", "radio_buttons", "multi_static_select"].includes(block.element.type);
    const label = h(
      many ? "div" : "label",
      { class: "field-label", ...(many ? { id } : { for: id }) },
      words(block.label, view),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    );
    const error = h("p", { class: "field-error", id: note, hidden: true });
    const attributes = { "aria-describedby": note, ...(many ? { "aria-labelledby": id } : { id }) };
    const made = field(block.element, view, view.before?.(block.block_id, block.element.action_id), attributes);
    if (!made) return unknown({ type: block.element.type });
    const input = { ...made, block: block.block_id, action: block.element.action_id, optional: block.optional === true, error };
    inputs.push(input);
    return h("div", { class: "field" }, label, made.node, error, block.hint && h("p", { class: "hint" }, words(block.hint, view)));
  },
};

const unknown = (block) => h("p", { class: "unknown" }, `Slack shows a “${block.type}” block here.`);

function element(part, block, view, inputs) {
  if (part.type === "image") return picture(part.image_url, part.alt_text, "accessory-image");
  if (part.type === "button") return button(part, block, view);
  const made = field(part, view, view.before?.(block.block_id, part.action_id), {
    "aria-label": part.accessibility_label ?? part.placeholder?.text ?? "Choose",
  });
  if (!made) return unknown(part);
  inputs.push({ ...made, block: block.block_id, action: part.action_id, optional: true });
  made.node.addEventListener("change", () => {
    const { type, ...value } = made.read();
    view.press({ ...part, block_id: block.block_id, ...value }, made.node);
  });
  return made.node;
}

function button(part, block, view) {
  const node = h(
    "button",
    { type: "button", class: `button ${part.style ?? "plain"}`, "aria-label": part.accessibility_label },
    words(part.text, view),
  );
  node.addEventListener("click", async () => {
    if (part.confirm && !(await view.ask(part.confirm))) return;
    if (part.url && safeUrl(part.url)) window.open(safeUrl(part.url), "_blank", "noopener");
    view.press({ ...part, block_id: block.block_id }, node);
  });
  return node;
}

// Attachments: the older frame with a coloured bar, holding blocks or a text.
export function attachments(list, view, inputs) {
  return (list ?? []).map((part) => {
    const node = h("div", { class: "attachment" });
    if (/^#?[0-9a-f]{6}$/i.test(part.color ?? "")) node.style.borderLeftColor = `#${part.color.replace("#", "")}`;
    return append(node, [
      part.title && h("strong", {}, part.title_link ? link(part.title_link, part.title) : part.title),
      part.blocks ? blocks(part.blocks, view, inputs) : h("p", {}, mrkdwn(part.text ?? part.fallback ?? "", view)),
    ]);
  });
}

// Slack's table block: rows of raw text or rich text, the first row as the heading.

import { h } from "../dom.js";
import { richText } from "./richtext.js";

export function table(block, view) {
  const settings = block.column_settings ?? [];
  const cell = (tag, content, column) => {
    const node = h(tag, { scope: tag === "th" ? "col" : null });
    const align = settings[column]?.align;
    if (["left", "center", "right"].includes(align)) node.style.textAlign = align;
    node.append(content.type === "rich_text" ? richText(content, view) : String(content.text ?? content.value ?? ""));
    return node;
  };
  const [head, ...rows] = block.rows ?? [];
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" },
    h(
      "table",
      {},
      head && h("thead", {}, h("tr", {}, head.map((content, column) => cell("th", content, column)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, column) => cell("td", content, column))))),
    ),
  );
}

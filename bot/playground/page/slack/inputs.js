// Slack's input elements. Each is {node, read, empty}: `read()` gives the value as Slack puts it in state.values.

import { freshId, h } from "../dom.js";
import { fromWall, wall } from "../time.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

const words = (text) => (text ? withEmoji(text.text ?? "") : "");

// `before` is the value to show instead of the initial one: what was typed before the form was drawn again.
export function field(element, view, before, attributes = {}) {
  const build = BUILDERS[element.type];
  return build ? build(element, view, before, attributes) : null;
}

// state.values of a message, a form or the Home: what stands in its inputs, by block_id and action_id.
export function stateOf(inputs) {
  const values = {};
  for (const input of inputs) (values[input.block] ??= {})[input.action] = input.read();
  return values;
}

const BUILDERS = {
  plain_text_input(element, view, before, attributes) {
    const value = (before ? before.value : element.initial_value) ?? "";
    const shared = { ...attributes, class: "input", placeholder: words(element.placeholder), maxlength: element.max_length ?? 3000 };
    const node = element.multiline ? h("textarea", { ...shared, rows: 3 }) : h("input", { ...shared, type: "text" });
    node.value = value;
    return { node, read: () => ({ type: element.type, value: node.value || null }), empty: () => !node.value.trim() };
  },
  number_input: (...given) => typed("text", { inputmode: "decimal" }, ...given),
  email_text_input: (...given) => typed("email", {}, ...given),
  url_text_input: (...given) => typed("url", {}, ...given),
  datepicker: (...given) => dated("date", "selected_date", "initial_date", ...given),
  timepicker: (...given) => dated("time", "selected_time", "initial_time", ...given),
  datetimepicker(element, view, before, attributes) {
    const epoch = before ? before.selected_date_time : element.initial_date_time;
    const node = h("input", { ...attributes, class: "input", type: "datetime-local" });
    if (epoch) node.value = wall(epoch * 1000, view.zone);
    const read = () => ({ type: element.type, selected_date_time: node.value ? fromWall(node.value, view.zone) / 1000 : null });
    return { node, read, empty: () => !node.value };
  },
  static_select(element, view, before, attributes) {
    const initial = (before ? before.selected_option : element.initial_option)?.value;
    const node = h(
      "select",
      { ...attributes, class: "input" },
      h("option", { value: "" }, words(element.placeholder) || "Choose one"),
      grouped(element, (option) => h("option", { value: option.value, selected: option.value === initial }, words(option.text))),
    );
    const read = () => ({ type: element.type, selected_option: options(element).find((option) => option.value === node.value) ?? null });
    return { node, read, empty: () => !node.value };
  },
  overflow(element, view, before, attributes) {
    const made = BUILDERS.static_select({ ...element, placeholder: { text: "More…" } }, view, before, attributes);
    made.node.classList.add("overflow");
    return made;
  },
  multi_static_select: (element, view, before, attributes) => choices("checkbox", element, view, before, attributes, "scrolling"),
  checkboxes: (element, view, before, attributes) => choices("checkbox", element, view, before, attributes),
  radio_buttons: (element, view, before, attributes) => choices("radio", element, view, before, attributes),
};

function typed(type, extra, element, view, before, attributes) {
  const node = h("input", { ...attributes, ...extra, class: "input", type, placeholder: words(element.placeholder) });
  node.value = (before ? before.value : element.initial_value) ?? "";
  return { node, read: () => ({ type: element.type, value: node.value || null }), empty: () => !node.value.trim() };
}

function dated(type, key, initial, element, view, before, attributes) {
  const node = h("input", { ...attributes, class: "input", type });
  node.value = (before ? before[key] : element[initial]) ?? "";
  return { node, read: () => ({ type: element.type, [key]: node.value || null }), empty: () => !node.value };
}

function choices(type, element, view, before, attributes, look = "") {
  const many = type === "checkbox";
  const chosen = before
    ? (many ? before.selected_options : [before.selected_option])
    : (many ? element.initial_options : [element.initial_option]);
  const values = new Set((chosen ?? []).filter(Boolean).map((option) => option.value));
  const name = freshId("choice");
  const boxes = [];
  const node = h(
    "div",
    { ...attributes, class: `choices ${look}`, role: many ? "group" : "radiogroup" },
    grouped(element, (option) => {
      const box = h("input", { type, name, value: option.value, checked: values.has(option.value) });
      boxes.push(box);
      const shown = (text) => (text?.type === "mrkdwn" ? mrkdwn(text.text, view) : words(text));
      const note = option.description ? h("small", {}, shown(option.description)) : null;
      return h("label", { class: "choice" }, box, h("span", {}, shown(option.text), note));
    }, "div"),
  );
  const picked = () => options(element).filter((option) => boxes.some((box) => box.checked && box.value === option.value));
  const read = () =>
    many ? { type: element.type, selected_options: picked() } : { type: element.type, selected_option: picked()[0] ?? null };
  return { node, read, empty: () => picked().length === 0 };
}

const options = (element) => element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);

function grouped(element, draw, tag = "optgroup") {
  if (element.options || !element.option_groups) return (element.options ?? []).map(draw);
  return element.option_groups.map((group) =>
    tag === "optgroup"
      ? h("optgroup", { label: words(group.label) }, group.options.map(draw))
      : h("div", {}, h("strong", {}, words(group.label)), group.options.map(draw)),
  );
}

// The inputs of an Adaptive Card for the plain drawing: {id, node, read, check, focus}; values are strings, as Teams sends them.

import { freshId, h } from "../dom.js";

export function plainInput(item) {
  const id = freshId("input");
  const made = (BUILD[item.type] ?? BUILD["Input.Text"])(item, id);
  const error = h("p", { class: "field-error", hidden: true, id: `${id}-error` });
  const choice = made.many;
  const label = item.label
    ? h(choice ? "div" : "label", { class: "field-label", ...(choice ? { id: `${id}-label` } : { for: id }) },
        item.label, item.isRequired && h("span", { class: "required", "aria-hidden": "true" }, " *"))
    : null;
  if (choice && label) made.node.setAttribute("aria-labelledby", `${id}-label`);
  made.node.setAttribute("aria-describedby", `${id}-error`);
  const check = () => {
    const problem = problemOf(item, made.read());
    error.textContent = problem;
    error.hidden = !problem;
    made.node.toggleAttribute("aria-invalid", Boolean(problem));
    return !problem;
  };
  return {
    id: item.id,
    node: h("div", { class: "field" }, label, made.node, error),
    read: made.read,
    check,
    focus: () => (made.node.matches("input, select, textarea") ? made.node : made.node.querySelector("input"))?.focus(),
  };
}

function problemOf(item, value) {
  const said = item.errorMessage;
  const empty = !value.trim() || (item.type === "Input.Toggle" && value !== (item.valueOn ?? "true"));
  if (empty) return item.isRequired ? (said ?? "This field is required.") : "";
  if (item.regex && !safeTest(item.regex, value)) return said ?? "This does not have the expected form.";
  const number = Number(value);
  if (item.type === "Input.Number" && (Number.isNaN(number) || number < item.min || number > item.max)) {
    return said ?? "This is not a number that fits here.";
  }
  if (["Input.Date", "Input.Time"].includes(item.type) && ((item.min && value < item.min) || (item.max && value > item.max))) {
    return said ?? "This is outside of what is possible here.";
  }
  return "";
}

function safeTest(pattern, value) {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return true;
  }
}

function simple(type, extra = {}) {
  return (item, id) => {
    const node = h("input", { id, class: "input", type, placeholder: item.placeholder, min: item.min, max: item.max, maxlength: item.maxLength, ...extra });
    node.value = item.value ?? "";
    return { node, read: () => node.value };
  };
}

const BUILD = {
  "Input.Text"(item, id) {
    if (!item.isMultiline) return simple({ email: "email", url: "url", tel: "tel", password: "password" }[String(item.style).toLowerCase()] ?? "text")(item, id);
    const node = h("textarea", { id, class: "input", rows: 3, placeholder: item.placeholder, maxlength: item.maxLength });
    node.value = item.value ?? "";
    return { node, read: () => node.value };
  },
  "Input.Number": simple("number", { step: "any" }),
  "Input.Date": simple("date"),
  "Input.Time": simple("time"),
  "Input.Toggle"(item, id) {
    const on = item.valueOn ?? "true";
    const box = h("input", { type: "checkbox", id, checked: item.value === on });
    return { node: h("label", { class: "choice" }, box, h("span", {}, item.title ?? "")), read: () => (box.checked ? on : (item.valueOff ?? "false")), many: true };
  },
  "Input.ChoiceSet"(item, id) {
    const chosen = String(item.value ?? "").split(",");
    if (!item.isMultiSelect && item.style !== "expanded") {
      const node = h("select", { id, class: "input" }, h("option", { value: "" }, item.placeholder ?? "Choose one"),
        (item.choices ?? []).map((choice) => h("option", { value: choice.value, selected: choice.value === item.value }, choice.title)));
      return { node, read: () => node.value };
    }
    const boxes = (item.choices ?? []).map((choice) => h("input", {
      type: item.isMultiSelect ? "checkbox" : "radio", name: id, value: choice.value, checked: chosen.includes(choice.value),
    }));
    const node = h("div", { class: "choices", role: item.isMultiSelect ? "group" : "radiogroup" },
      boxes.map((box, index) => h("label", { class: "choice" }, box, h("span", {}, item.choices[index].title))));
    return { node, read: () => boxes.filter((box) => box.checked).map((box) => box.value).join(","), many: true };
  },
};

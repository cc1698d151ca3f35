// Builds elements. Whatever comes from a message becomes a text node, never markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (["value", "checked", "disabled", "hidden", "inert", "selected", "multiple"].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") node.append(child);
  }
  return node;
}

let counter = 0;

// An id unique in the page, for labels and descriptions.
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

// A drawing of ours from page/icons.svg, hidden from screen readers.
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// The address if a person may safely follow it, else null: whole and no script or data.
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeUrl(url);
  return href
    ? h("a", { href, target: "_blank", rel: "noreferrer noopener" }, ...children)
    : h("span", {}, ...children);
}

// A picture that turns into its description when it cannot be loaded.
export function picture(url, alt, className) {
  const image = h("img", { src: safeUrl(url) ?? "", alt: alt ?? "", class: className, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(h("span", { class: "picture-missing" }, alt || "Picture")));
  return image;
}

// Marks a button as working until the promise settles; a second press meanwhile does nothing.
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

// The strip of people: grouped by company, who is open, who has something new.

import { h } from "./dom.js";

export const PLATFORMS = { slack: "Slack", teams: "Teams" };

export function initials(name) {
  const words = name.replace(/^Dr\.?\s+/, "").split(/\s+/);
  return (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

const first = (name) => name.replace(/^Dr\.?\s+/, "").split(/\s+/)[0];

export function avatar(name) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, initials(name));
  node.style.setProperty("--hue", hue);
  return node;
}

export function pill(platform) {
  return h("span", { class: `pill ${platform}` }, PLATFORMS[platform] ?? platform);
}

// People in the order of the cast, companies together: [[company, [person…]]…].
export function companies(people) {
  const groups = new Map();
  for (const person of people) groups.set(person.company, [...(groups.get(person.company) ?? []), person]);
  return [...groups];
}

// Returns {mark(name, {open, unread})}.
export function strip(place, people, choose) {
  const chips = new Map();
  place.replaceChildren(
    ...companies(people).map(([company, members]) =>
      h(
        "section",
        { class: "strip-company" },
        h("h2", {}, company),
        h("div", { class: "strip-people" }, members.map((person) => {
          const count = h("span", { class: "unread", hidden: true });
          const chip = h(
            "button",
            { type: "button", class: "chip", "aria-pressed": "false", title: `${person.name}, ${person.title}`, onclick: () => choose(person.name) },
            h("span", { class: "chip-face" }, avatar(person.name), person.platforms.map((platform) => h("i", { class: `dot ${platform}` })), count),
            h("span", { class: "chip-name" }, first(person.name)),
          );
          chips.set(person.name, { chip, count, person });
          return chip;
        })),
      ),
    ),
    h("div", { class: "legend", "aria-hidden": "true" }, Object.entries(PLATFORMS).map(([name, word]) => h("span", {}, h("i", { class: `dot ${name}` }), word))),
  );
  return {
    mark(name, { open, unread }) {
      const { chip, count, person } = chips.get(name);
      chip.setAttribute("aria-pressed", String(open));
      const where = person.platforms.map((platform) => PLATFORMS[platform] ?? platform).join(" and ");
      chip.setAttribute("aria-label", `${person.name}, ${person.title}, on ${where}${unread ? `, ${unread} new` : ""}`);
      count.hidden = unread === 0;
      count.textContent = unread > 9 ? "9+" : String(unread);
    },
    reveal: (name) => chips.get(name)?.chip.scrollIntoView({ block: "nearest", inline: "center" }),
  };
}

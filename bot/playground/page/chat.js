// One person's chat window: messages, forms over them, and a line to type in.

import { send, trouble } from "./api.js";
import { busy, h, icon } from "./dom.js";
import { messageNode } from "./messages.js";
import { avatar, pill, PLATFORMS } from "./people.js";
import { homeTab } from "./slack/home.js";
import { confirmation } from "./sheet.js";
import { words } from "./slack/blocks.js";
import { slackModal } from "./slack/modal.js";
import { teamsDialog } from "./teams/dialog.js";
import { longDay, wall, zonedTime } from "./time.js";

// Makes the children of a node exactly these, without touching the ones that stay: their focus and inputs survive.
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

export class Chat {
  // `about` = the stage's facts; `close()` is called by the window's close button.
  constructor(person, about, close) {
    this.person = person;
    this.zone = person.timezone;
    this.names = about.names;
    this.command = about.command;
    this.everyone = new Set(about.people.map((each) => each.name));
    this.shown = new Map();
    this.forms = new Map();
    this.days = new Map();
    this.touched = 0;
    this.build(close);
  }

  build(close) {
    const { person } = this;
    this.time = h("span", { class: "chat-time" });
    this.log = h("div", { class: "log", role: "log", "aria-label": `Messages of ${person.name}`, tabindex: "0" });
    this.said = h("p", { class: "trouble", role: "alert", hidden: true });
    this.composer = this.line();
    this.home = person.platforms.includes("slack") ? homeTab(this) : null;
    this.below = h("div", { class: "below" }, this.said, this.composer);
    this.head = h(
      "header",
      { class: "chat-head" },
      avatar(person.name),
      h("div", { class: "chat-who" }, h("h3", {}, person.name, person.platforms.map(pill)), h("p", {}, h("span", { class: "chat-title" }, person.title), " · ", this.time)),
      this.home?.toggle,
      h("button", { type: "button", class: "icon-button chat-close", "aria-label": `Close ${person.name}'s chat`, onclick: close }, icon("close")),
    );
    this.node = h(
      "section",
      { class: `chat ${person.platforms.join(" ")}`, "aria-label": `${person.name} on ${person.platforms.map((name) => PLATFORMS[name]).join(" and ")}`, data: { person: person.name } },
      this.head, this.log, this.home?.node, this.below,
    );
    this.node.addEventListener("pointerdown", () => (this.touched = performance.now()));
    this.node.addEventListener("keydown", () => (this.touched = performance.now()));
  }

  line() {
    const { person } = this;
    const input = h("input", { class: "input", type: "text", autocomplete: "off", "aria-label": `Message as ${person.name}` });
    const where = person.platforms.length > 1
      ? h("select", { class: "input where", "aria-label": "Platform" }, person.platforms.map((name) => h("option", { value: name }, PLATFORMS[name])))
      : null;
    const platform = () => where?.value ?? person.platforms[0];
    const suggest = () => (input.placeholder = platform() === "slack" ? `Try ${this.command} help` : "Try help");
    where?.addEventListener("change", suggest);
    suggest();
    const button = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send" }, icon("send"));
    const form = h("form", { class: "composer" }, where, input, button);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return input.focus();
      this.home?.leave();
      const sent = await busy(button, () => this.try("say", { text, platform: platform() }));
      if (sent) input.value = "";
      return input.focus();
    });
    return form;
  }

  // One control call as this person; its answer is shown at once. True when it went well.
  async try(name, body) {
    this.said.hidden = true;
    try {
      const answer = await send(name, { person: this.person.name, ...body });
      this.touched = performance.now();
      this.update(answer);
      const problem = trouble(answer);
      if (problem && !answer.modals.length) this.complain(problem);
      return !problem;
    } catch (error) {
      this.complain(error.message);
      return false;
    }
  }

  complain(sentence) {
    this.said.replaceChildren(icon("alert"), h("span", {}, sentence));
    this.said.hidden = false;
  }

  tick(ms) {
    this.time.textContent = zonedTime(ms, this.zone);
  }

  update({ screen, modals, homes }) {
    this.messages(screen);
    this.sheets(modals);
    this.home?.update(homes[0]);
  }

  messages(screen) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const before = this.shown;
    this.shown = new Map();
    const day = new Map(screen.map((message) => [message.message, wall(Date.parse(message.posted_at), this.zone).slice(0, 10)]));
    const replies = new Map();
    let newest = null;
    for (const message of screen) {
      const reply = Boolean(message.thread) && day.has(message.thread);
      const dated = reply && day.get(message.thread) !== day.get(message.message);
      if (reply) replies.set(message.thread, [...(replies.get(message.thread) ?? []), message]);
      const text = JSON.stringify([message, reply, dated]);
      const known = before.get(message.message);
      const same = known?.text === text;
      const node = same ? known.node : messageNode(message, this.tools(), { reply, dated });
      if (!same && before.size) node.classList.add(known ? "changed" : "new");
      if (!same) newest = node;
      this.shown.set(message.message, { text, node, reply });
    }
    const nodes = this.inOrder(screen, day, replies);
    if (!newest && before.size === this.shown.size && before.size) return;
    const focused = [...before.values()].find((old) => old.node.contains(document.activeElement))?.node;
    settle(this.log, nodes.length ? nodes : [this.nothing()]);
    if (focused && !focused.isConnected) this.refocus(focused.dataset.message);
    if (newest && (atEnd || !before.size)) this.show(newest);
    this.log.setAttribute("aria-live", "polite");
  }

  // A line for each new day, and under each message the replies in its thread, whenever they were written.
  inOrder(screen, day, replies) {
    const node = (message) => this.shown.get(message.message).node;
    const nodes = [];
    let last = "";
    for (const message of screen) {
      if (this.shown.get(message.message).reply) continue;
      const date = day.get(message.message);
      if (date !== last) nodes.push(this.dayLine(date, Date.parse(message.posted_at)));
      last = date;
      nodes.push(node(message), ...(replies.get(message.message) ?? []).map(node));
    }
    return nodes;
  }

  dayLine(date, posted) {
    if (!this.days.has(date)) this.days.set(date, h("p", { class: "day" }, h("span", {}, longDay(posted, this.zone))));
    return this.days.get(date);
  }

  // After the pressed message was redrawn, the keyboard stays at that message.
  refocus(id) {
    const node = this.shown.get(id)?.node;
    if (!node) return;
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
  }

  // To the end, as chats do; what is only to be read and longer than the window starts at its beginning.
  show(node) {
    const long = node.offsetHeight > this.log.clientHeight;
    this.log.scrollTop = long && !node.querySelector("button") ? node.offsetTop - 8 : this.log.scrollHeight;
  }

  nothing() {
    const word = this.person.platforms[0] === "slack" ? `${this.command} help` : "help";
    const ask = h("button", { type: "button", class: "button plain", onclick: () => busy(ask, () => this.try("say", { text: word })) }, `Say “${word}”`);
    return h("div", { class: "nothing" }, h("p", {}, `Nothing here yet. What Keyline has for ${this.person.name.split(" ")[0]} will appear in this chat.`), ask);
  }

  tools() {
    return {
      person: this.person.name,
      zone: this.zone,
      names: this.names,
      everyone: this.everyone,
      several: this.person.platforms.length > 1,
      ask: (confirm) => confirmation(this.node, this.behind(), confirm, (text) => words(text, this.tools())),
      press: (message, action, state, button) => {
        const work = () => this.try("act", { message: message.message, action, state });
        return button ? busy(button, work) : work();
      },
    };
  }

  behind() {
    return [this.head, this.log, this.home?.node, this.below].filter(Boolean);
  }

  sheets(modals) {
    const open = new Map(modals.map((modal) => [`${modal.platform} ${modal.id}`, modal]));
    for (const [key, form] of this.forms) {
      if (open.has(key)) continue;
      form.close();
      this.forms.delete(key);
    }
    for (const [key, modal] of open) {
      const known = this.forms.get(key);
      if (known) {
        known.update(modal);
        continue;
      }
      const { platform } = modal;
      const act = {
        submit: (inputs) => this.try("submit", { platform, inputs, by: "id" }),
        press: (action, state) => this.try("act", { message: modal.id, action, state }),
        close: () => this.try("close", { platform }),
      };
      const form = (platform === "slack" ? slackModal : teamsDialog)(this.node, this.behind(), modal, this.tools(), act);
      this.forms.set(key, form);
      if (performance.now() - this.touched < 10_000) form.focus();
    }
  }
}

// One message of a chat as a node, as Slack or as Teams shows it.

import { h, icon } from "./dom.js";
import { avatar, pill } from "./people.js";
import { attachments, blocks } from "./slack/blocks.js";
import { stateOf } from "./slack/inputs.js";
import { mrkdwn } from "./slack/mrkdwn.js";
import { adaptiveCard } from "./teams/card.js";
import { markdown } from "./teams/markdown.js";
import { clockTime, full, shortDay } from "./time.js";

// `chat` = {person, everyone, zone, names, several, press(message, action, state, button), ask(confirm)}.
// `reply`: it stands under the message it replies to, `dated`: which was written on another day.
export function messageNode(message, chat, { reply = false, dated = false } = {}) {
  const mine = message.author === chat.person;
  const posted = Date.parse(message.posted_at);
  const from = message.author ?? "Keyline";
  const app = !chat.everyone.has(from);
  const place = channel(message);
  const time = `${dated ? `${shortDay(posted, chat.zone)}, ` : ""}${clockTime(posted, chat.zone)}`;
  return h(
    "article",
    {
      class: ["message", message.platform, mine && "mine", message.private && "private", place && "in-channel", reply && "reply"].filter(Boolean).join(" "),
      data: { message: message.message },
      "aria-label": `${reply ? "Reply: " : ""}${mine ? "You" : from}, ${place ? `in ${place}, ` : ""}${time}`,
    },
    !app ? avatar(from) : h("span", { class: "avatar keyline", "aria-hidden": "true" }, icon("key")),
    h(
      "div",
      { class: "message-main" },
      h(
        "p",
        { class: "byline" },
        h("strong", {}, mine ? "You" : from),
        app && h("span", { class: "tag" }, "App"),
        h("time", { datetime: message.posted_at, title: full(posted, chat.zone) }, time),
        place && !reply && h("span", { class: "channel", title: `Everybody in ${place} reads this` }, place),
        chat.several && pill(message.platform),
      ),
      message.private && h("p", { class: "only-you" }, icon("lock"), "Only visible to you"),
      h("div", { class: "content" }, content(message, chat)),
      message.edited_at && h("p", { class: "edited", title: full(Date.parse(message.edited_at), chat.zone) }, "(edited)"),
    ),
  );
}

function content(message, chat) {
  const { native, text, platform } = message;
  if (platform === "slack") {
    const inputs = [];
    const view = { zone: chat.zone, names: chat.names, ask: chat.ask, press: (action, button) => chat.press(message, action, stateOf(inputs), button) };
    const parts = [
      native?.blocks?.length ? blocks(native.blocks, view, inputs) : null,
      native?.attachments?.length ? attachments(native.attachments, view, inputs) : null,
    ].filter(Boolean);
    return parts.length ? parts : h("p", { class: "words" }, mrkdwn(text, view));
  }
  if (native?.type === "AdaptiveCard") {
    return adaptiveCard(native, (action, inputs, button) => chat.press(message, action, inputs, button));
  }
  return h("div", { class: "words" }, message.author === chat.person ? text : markdown(native?.text ?? text));
}

// A channel worth naming: not the person's own chat with the bot, which goes by its id or by the bot's name.
function channel(message) {
  const name = message.channel ?? "";
  return /^(D[A-Z0-9]*$|a:|19:|29:)/.test(name) || ["keyline", "dm", "personal"].includes(name.toLowerCase()) ? "" : name;
}

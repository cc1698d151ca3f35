// The stage: which chats are open, what is new elsewhere, and how the page hears of it.

import { listen, read } from "./api.js";
import { Chat } from "./chat.js";
import { clock } from "./clock.js";
import { h } from "./dom.js";
import { companies, strip } from "./people.js";
import { setUp } from "./teams/card.js";

const STORY = ["Sofia Marchetti", "Dana Whitlock", "Priya Raman", "Tom Beckett", "Marcus Hale"];
const NARROW = matchMedia("(max-width: 759px)");
const WIDTH = 372;

const stage = document.getElementById("stage");
const connection = document.getElementById("connection");
const screens = new Map();
const seen = new Map();
const chats = new Map();
let about, faces, time;
let open = [];
let ready = false;

// The hint stays away in this browser once it was closed; a browser that keeps nothing shows it again.
function hint() {
  const bar = document.getElementById("hint");
  const key = "keyline-playground-hint";
  const kept = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null;
    }
  };
  bar.hidden = kept((store) => store.getItem(key)) === "closed";
  bar.querySelector("button").addEventListener("click", () => {
    bar.hidden = true;
    kept((store) => store.setItem(key, "closed"));
  });
}

async function start() {
  hint();
  about = await read("about");
  await Promise.all(about.vendor.map(load));
  setUp();
  faces = strip(document.getElementById("people"), about.people, choose);
  time = clock(document.getElementById("clock"), { now: about.now, zone: about.timezone, ticked: tick });
  const missed = await listening();
  await fetchScreens({});
  open = fromAddress() ?? usual();
  arrange();
  ready = true;
  missed.forEach(refresh);
  NARROW.addEventListener("change", arrange);
  addEventListener("hashchange", () => {
    open = fromAddress() ?? open;
    arrange();
  });
}

// Resolves once the stream is open: what changes while the first screens are fetched is then known, and fetched again.
function listening() {
  return new Promise((resolve) => {
    const missed = new Set();
    let was = null;
    listen({
      person: (name) => (ready ? refresh(name) : missed.add(name)),
      clock: time.set,
      connected(now) {
        connection.hidden = now;
        if (now && was === false && ready) about.people.forEach((person) => refresh(person.name));
        was = now;
        if (now) resolve(missed);
      },
    });
  });
}

function load(source) {
  return new Promise((resolve) => {
    document.head.append(h("script", { src: source, onload: resolve, onerror: resolve }));
  });
}

async function fetchScreens(query) {
  for (const [name, seen] of Object.entries(await read("seen", query))) screens.set(name, seen);
}

// Screens that changed while one is being fetched are fetched once more, not in parallel.
const fetching = new Map();
async function refresh(name) {
  if (!about.people.some((person) => person.name === name)) return;
  if (fetching.has(name)) return fetching.set(name, true);
  fetching.set(name, false);
  try {
    await fetchScreens({ person: name });
    draw(name);
  } catch {
    // The stream's own state says that the playground is away; everything is fetched again when it is back.
  }
  const again = fetching.get(name);
  fetching.delete(name);
  if (again) refresh(name);
}

function draw(name) {
  const { screen } = screens.get(name);
  if (visible().includes(name)) {
    chats.get(name).update(screens.get(name));
    seen.set(name, new Set(screen.map((message) => JSON.stringify(message))));
  }
  mark(name);
}

function mark(name) {
  const known = seen.get(name) ?? new Set();
  const unread = screens.get(name).screen.filter((message) => message.author !== name && !known.has(JSON.stringify(message))).length;
  faces.mark(name, { open: visible().includes(name), unread: visible().includes(name) ? 0 : unread });
}

const visible = () => (NARROW.matches ? open.slice(0, 1) : open);
const todo = (name) => screens.get(name).screen.some((message) => JSON.stringify(message.native ?? {}).match(/"(primary|positive)"/));

// The story's people first, then whoever has a decision to make, as many as fit side by side.
function usual() {
  const names = about.people.map((person) => person.name);
  const story = STORY.filter((name) => names.includes(name));
  const ranked = [...new Set([...story, ...names.filter(todo), ...names])];
  return ranked.slice(0, Math.max(1, Math.min(5, Math.floor((innerWidth - 32) / WIDTH))));
}

function fromAddress() {
  const names = about.people.map((person) => person.name);
  const wanted = decodeURIComponent(location.hash.slice(1)).split(",").filter((name) => names.includes(name));
  return wanted.length ? wanted : null;
}

function choose(name) {
  if (NARROW.matches) open = [name, ...open.filter((other) => other !== name)];
  else if (open.includes(name)) open = open.filter((other) => other !== name);
  else open = [...open, name];
  history.replaceState(null, "", `#${open.map(encodeURIComponent).join(",")}`);
  arrange();
  if (visible().includes(name)) {
    chats.get(name).node.scrollIntoView({ block: "nearest", inline: "nearest" });
    faces.reveal(name);
  }
}

// Chats stand in the order of the cast, companies together; a window that stays open keeps its node.
function arrange() {
  const shown = visible();
  const groups = companies(about.people)
    .map(([company, members]) => [company, members.filter((person) => shown.includes(person.name))])
    .filter(([, members]) => members.length);
  const scrolled = [...chats.values()].filter((chat) => chat.node.isConnected).map((chat) => [chat.log, chat.log.scrollTop]);
  stage.replaceChildren(
    ...groups.map(([company, members]) => {
      const group = h("section", { class: "company", "aria-label": company }, h("h2", {}, company), h("div", { class: "windows" }, members.map((person) => chatOf(person).node)));
      group.style.setProperty("--windows", members.length);
      return group;
    }),
    ...(shown.length ? [] : [h("p", { class: "loading" }, "Choose someone above to open their chat.")]),
  );
  for (const [log, top] of scrolled) log.scrollTop = top;
  tick(time.now());
  for (const { name } of about.people) draw(name);
}

function chatOf(person) {
  if (!chats.has(person.name)) chats.set(person.name, new Chat(person, about, () => choose(person.name)));
  return chats.get(person.name);
}

function tick(ms) {
  for (const name of visible()) chats.get(name)?.tick(ms);
}

start().catch((error) => {
  stage.replaceChildren(h("p", { class: "loading", role: "alert" }, `The playground could not be drawn: ${error.message}`));
});

// The domain clock in the page's head: it ticks, and it can be moved forward.

import { read, send } from "./api.js";
import { append, h, icon } from "./dom.js";
import { fromWall, full, iso, nextMorning, shortDay, wall, zonedTime } from "./time.js";

const STEPS = [["+15 min", "15m"], ["+1 h", "1h"], ["+4 h", "4h"]];

// `ticked(ms)` is called about once a second. Returns {set(iso), now()}.
export function clock(place, { now, zone, ticked }) {
  let base = Date.parse(now);
  let since = performance.now();
  const current = () => base + (performance.now() - since);

  const day = h("span", { class: "clock-day" });
  const time = h("strong", { class: "clock-time" });
  const said = h("p", { class: "clock-said", role: "status" });
  const buttons = STEPS.map(([label, advance]) => h("button", { type: "button", class: "step", onclick: () => move({ advance }) }, label));
  const morning = h(
    "button",
    { type: "button", class: "step", title: "To 9:00 on the next weekday", onclick: () => move({ to: iso(nextMorning(current(), zone), zone) }) },
    "Next workday, 9 AM",
  );
  const when = h("input", { type: "datetime-local", class: "input", "aria-label": `Move the clock to (${zone})`, required: true });
  const form = h("form", { class: "clock-to" }, when, h("button", { type: "submit", class: "step" }, "Go"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (when.value) move({ to: iso(fromWall(when.value, zone), zone) });
  });
  const tools = h("div", { class: "clock-tools", id: "clock-tools" }, buttons, morning, form);
  const face = h(
    "button",
    { type: "button", class: "clock-face", "aria-expanded": "false", "aria-controls": "clock-tools" },
    icon("clock"), h("span", { class: "clock-now" }, day, time), icon("down"),
  );
  face.addEventListener("click", () => open(face.getAttribute("aria-expanded") !== "true"));
  append(place, [face, tools, said]);
  place.className = "clock";

  function open(yes) {
    face.setAttribute("aria-expanded", String(yes));
    place.classList.toggle("open", yes);
  }

  async function move(body) {
    if (place.getAttribute("aria-busy") === "true") return;
    place.setAttribute("aria-busy", "true");
    const controls = tools.querySelectorAll("button, input");
    for (const control of controls) control.disabled = true;
    said.textContent = "Moving the clock. Everything that becomes due happens now…";
    try {
      set((await send("clock", body)).now);
      said.textContent = "";
    } catch (error) {
      said.textContent = error.message;
    } finally {
      place.removeAttribute("aria-busy");
      for (const control of controls) control.disabled = false;
      suggest();
    }
  }

  function set(moment) {
    base = Date.parse(moment);
    since = performance.now();
    show();
  }

  function show() {
    const ms = current();
    day.textContent = shortDay(ms, zone);
    time.textContent = zonedTime(ms, zone);
    face.setAttribute("aria-label", `Playground clock: ${full(ms, zone)}. Show the ways to move it.`);
    when.min = wall(ms, zone);
    ticked(ms);
  }

  function suggest() {
    when.value = wall(Math.ceil((current() + 3_600_000) / 3_600_000) * 3_600_000, zone);
  }

  setInterval(show, 1000);
  setInterval(() => read("clock").then((answer) => set(answer.now)).catch(() => {}), 60_000);
  show();
  suggest();
  return { set, now: current };
}

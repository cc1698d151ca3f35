"""Draws live calendars as a phone lists them: read by ical.js in a browser, on the reader's own clock.

python -m tests.calendars.pictures FOLDER
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Route, sync_playwright

from handlers.commands import CancelDowntime, ExtendDowntime, Window
from storage import migrate
from storage.store import Store
from tests import needs
from tests.calendars.links import feed, fetch
from tests.conftest import FLAGS
from tests.handlers.office import Office
from tests.handlers.windows import ANJA, KAI, MARCUS, SOFIA, SUNDAY, agreed, begun, et, firewalls, offered, picks, says
from tests.handlers.windows import until as go_on

HOST = "http://calendar.test"
PHONE = 390
SHELL = f"""<!doctype html><html><head><meta charset="utf-8"><style>
body {{ margin: 0; padding: 12px; display: flex; gap: 12px; align-items: flex-start; background: #ddd;
  font: 15px/1.4 system-ui, sans-serif; color: #1b1f24; }}
.phone {{ width: {PHONE}px; box-sizing: border-box; padding: 14px; background: #fff; }}
h1 {{ font-size: 17px; margin: 0 0 2px; }} h2 {{ font-size: 13px; margin: 16px 0 4px; color: #57606a; }}
.zone {{ margin: 0; color: #57606a; font-size: 13px; }}
.event {{ border-left: 4px solid #2d6cdf; padding: 4px 0 4px 10px; margin: 6px 0; }}
.TENTATIVE {{ border-left-style: dashed; color: #57606a; }}
.CANCELLED {{ border-left-color: #b42318; }} .CANCELLED b {{ text-decoration: line-through; }}
.event p {{ margin: 0; white-space: pre-line; overflow-wrap: anywhere; }} .words {{ font-size: 13px; color: #57606a; }}
</style></head><body></body></html>"""

DRAW = """async (calendars) => {
  const { default: ICAL } = await import("/ical.js");
  const phones = calendars.map(({ text, reader, zone }) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const one of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(one);
    const phone = document.createElement("div");
    phone.className = "phone";
    const add = (to, name, words, kind = "") => {
      const node = to.appendChild(document.createElement(name));
      node.textContent = words;
      node.className = kind;
      return node;
    };
    add(phone, "h1", calendar.getFirstPropertyValue("x-wr-calname"));
    add(phone, "p", `${reader}, ${zone}`, "zone");
    let last = "";
    for (const component of calendar.getAllSubcomponents("vevent")) {
      const event = new ICAL.Event(component);
      const [from, until] = [event.startDate, event.endDate].map((time) => new Date(time.toUnixTime() * 1000));
      const day = from.toLocaleDateString("en", { timeZone: zone, weekday: "long", month: "long", day: "numeric" });
      if (day !== last) add(phone, "h2", day);
      last = day;
      const clock = (moment) => moment.toLocaleTimeString("en", { timeZone: zone, hour: "numeric", minute: "2-digit" });
      const box = add(phone, "div", "", `event ${component.getFirstPropertyValue("status")}`);
      add(box, "p", `${clock(from)} to ${clock(until)}`);
      add(add(box, "p", ""), "b", event.summary);
      add(box, "p", event.location);
      add(box, "p", event.description, "words");
    }
    return phone;
  });
  document.body.replaceChildren(...phones);
}"""


def week(office: Office) -> None:
    """Northgate's June: work that took longer, a time given up, one agreed, two offered."""
    ref = begun(office)
    go_on(office, et(6, 21, 9, 55))
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 10, 20), "One more reboot"))
    later = Window(SUNDAY.starts_at + timedelta(days=14), SUNDAY.ends_at + timedelta(days=14))
    given_up = offered(office, firewalls(later, work="New switches"))
    says(office, given_up, ANJA)
    picks(office, given_up, MARCUS, 1, consent=True)
    office.do(SOFIA, CancelDowntime(given_up, "The switches have not come"))
    weeks = [Window(one.starts_at + timedelta(days=28), one.ends_at + timedelta(days=28)) for one in (SUNDAY, later)]
    agreed(office, offered(office, firewalls(*weeks, work="Backup power, tested under load")))
    offered(office, firewalls(work="Phone system", windows=(window_after(50), window_after(57))))


def window_after(days: int) -> Window:
    """A Sunday that many days after story 6's."""
    return Window(SUNDAY.starts_at + timedelta(days=days - 1), SUNDAY.ends_at + timedelta(days=days - 1))


def draw(folder: Path) -> Path:
    """The picture's file."""
    needs.calendar_reader()
    reader = Path(__file__).parent.parent / "judges" / "node_modules" / "ical.js" / "dist" / "ical.min.js"

    def serve(route: Route) -> None:
        if route.request.url == f"{HOST}/ical.js":
            route.fulfill(body=reader.read_bytes(), content_type="text/javascript")
        elif route.request.url == f"{HOST}/":
            route.fulfill(body=SHELL, content_type="text/html")
        else:
            route.abort()

    with TemporaryDirectory() as place:
        store = Store(f"sqlite:///{place}/keyline.db")
        migrate.upgrade(store)
        office = Office(store).seed()
        week(office)
        zones = {MARCUS: "America/New_York", ANJA: "Europe/Berlin"}
        told = [
            {"text": fetch(office, feed(office, who)).text, "reader": who, "zone": zone} for who, zone in zones.items()
        ]
        store.close()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 2 * PHONE + 36, "height": 600})
        page.route("**/*", serve)
        page.goto(f"{HOST}/")
        page.evaluate(DRAW, told)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / "calendars.png", full_page=True)
        browser.close()
    return folder / "calendars.png"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(draw(Path(sys.argv[1])))

// Reads calendars with ical.js, which knows nothing of the package that wrote them: JSON texts in, JSON facts out.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const told = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const unknown = new Set();
  const instant = (property) => {
    const time = property.getFirstValue();
    const named = property.getParameter("tzid");
    if (named && !calendar.getAllSubcomponents("vtimezone").some((one) => one.getFirstPropertyValue("tzid") === named))
      unknown.add(named);
    return new Date(time.toUnixTime() * 1000).toISOString();
  };
  const one = (component, name) => {
    const value = component.getFirstPropertyValue(name);
    return value === null ? null : String(value);
  };
  return {
    method: one(calendar, "method"),
    version: one(calendar, "version"),
    name: one(calendar, "name"),
    refresh: one(calendar, "refresh-interval"),
    zones: calendar.getAllSubcomponents("vtimezone").map((zone) => one(zone, "tzid")),
    events: calendar.getAllSubcomponents("vevent").map((event) => ({
      uid: one(event, "uid"),
      sequence: event.getFirstPropertyValue("sequence"),
      status: one(event, "status"),
      transparency: one(event, "transp"),
      summary: one(event, "summary"),
      description: one(event, "description"),
      location: one(event, "location"),
      organizer: one(event, "organizer"),
      organizer_name: event.getFirstProperty("organizer").getParameter("cn"),
      starts: instant(event.getFirstProperty("dtstart")),
      ends: instant(event.getFirstProperty("dtend")),
      stamped: instant(event.getFirstProperty("dtstamp")),
      modified: instant(event.getFirstProperty("last-modified")),
    })),
    unknown: [...unknown],
  };
});
process.stdout.write(JSON.stringify(told));

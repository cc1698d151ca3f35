// Times as a person in a zone reads them, and back.

const MINUTE = 60_000;

function format(ms, zone, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(ms);
}

// "9:05 AM"
export const clockTime = (ms, zone) => format(ms, zone, { hour: "numeric", minute: "2-digit" });

// "9:05 AM EDT"
export const zonedTime = (ms, zone) =>
  format(ms, zone, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });

// "Mon, Jun 8"
export const shortDay = (ms, zone) => format(ms, zone, { weekday: "short", month: "short", day: "numeric" });

// "Monday, June 8"
export const longDay = (ms, zone) => format(ms, zone, { weekday: "long", month: "long", day: "numeric" });

// "Mon, Jun 8, 2026, 9:05 AM EDT"
export const full = (ms, zone) =>
  format(ms, zone, {
    weekday: "short", month: "short", day: "numeric", year: "numeric",
    hour: "numeric", minute: "2-digit", timeZoneName: "short",
  });

// Slack's {date…} and {time…} words in <!date^…>, and dates in rich text.
export function slackDate(ms, zone, pattern) {
  const forms = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { year: "numeric", month: "long", day: "numeric" },
    date_short: { year: "numeric", month: "short", day: "numeric" },
    date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    date_pretty: { year: "numeric", month: "long", day: "numeric" },
    date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
    date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
    time: { hour: "numeric", minute: "2-digit" },
    time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, word) => (forms[word] ? format(ms, zone, forms[word]) : whole));
}

function offsetMinutes(ms, zone) {
  return Math.round((Date.parse(`${wall(ms, zone, true)}Z`) - ms) / MINUTE);
}

// The wall clock there: "2026-06-08T09:05" (with ":30" seconds if asked).
export function wall(ms, zone, seconds = false) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(ms).map((part) => [part.type, part.value]),
  );
  const text = `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
  return seconds ? `${text}:${parts.second}` : text;
}

// The moment at which that wall clock shows this: milliseconds. The second look settles the days of a clock change.
export function fromWall(text, zone) {
  const naive = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  const guess = naive - offsetMinutes(naive, zone) * MINUTE;
  return naive - offsetMinutes(guess, zone) * MINUTE;
}

// A moment as ISO 8601 with the zone's offset.
export function iso(ms, zone) {
  const offset = offsetMinutes(ms, zone);
  const size = Math.abs(offset);
  const sign = offset < 0 ? "-" : "+";
  const two = (number) => String(number).padStart(2, "0");
  return `${wall(ms, zone, true)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// 09:00 on the next weekday there (today if it is still before nine).
export function nextMorning(ms, zone) {
  for (let ahead = 0; ahead < 8; ahead += 1) {
    const day = wall(ms + ahead * 24 * 60 * MINUTE, zone).slice(0, 10);
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    const nine = fromWall(`${day}T09:00`, zone);
    if (weekday % 6 !== 0 && nine > ms) return nine;
  }
  return ms;
}

// The emoji shortcodes that business messages use; an unknown one stays as it was written.

const KNOWN = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", bell: "🔔",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", no_entry: "⛔", information_source: "ℹ️", question: "❓", lock: "🔒",
  calendar: "📅", memo: "📝", moneybag: "💰", package: "📦", computer: "💻", telephone_receiver: "📞", phone: "☎️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", red_circle: "🔴", large_blue_circle: "🔵",
  white_circle: "⚪", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", wave: "👋", eyes: "👀", tada: "🎉",
  arrow_right: "➡️", speech_balloon: "💬", chart_with_upwards_trend: "📈", link: "🔗", wrench: "🔧", clock3: "🕒",
};

export const emoji = (name) => KNOWN[name];

// Shortcodes in plain text, where the text says that it has them.
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => KNOWN[name] ?? whole);

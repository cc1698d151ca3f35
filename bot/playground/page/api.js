// Talks to the playground's control API; what goes wrong becomes an Error whose message is a sentence.

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The playground does not answer. Is it still running?");
  }
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Error(`The playground answered something unreadable (HTTP ${response.status}).`);
  }
  if (!response.ok) throw new Error(body.error ?? `The playground answered HTTP ${response.status}.`);
  return body;
}

export function read(name, query = {}) {
  const search = new URLSearchParams(query).toString();
  return call(`/control/${name}${search ? `?${search}` : ""}`);
}

export function send(name, body) {
  return call(`/control/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// The bot's own refusal inside an otherwise good answer, as a sentence, or null.
export function trouble(answer) {
  const body = answer.body;
  const said = typeof body === "object" && body ? (body.value?.message ?? body.error?.message ?? body.error) : body;
  if (answer.status >= 400) {
    return typeof said === "string" && said.trim() && said.length < 300 && !said.includes("<")
      ? said
      : `Keyline did not manage that (HTTP ${answer.status}). Please try again.`;
  }
  if (typeof body === "object" && body && body.statusCode >= 400) return said || "Keyline did not manage that. Please try again.";
  return null;
}

// Listens to whose screen changed. `connected(false)` while the stream is broken; the browser reconnects by itself.
export function listen({ person, clock, connected }) {
  const source = new EventSource("/events");
  source.addEventListener("person", (event) => person(JSON.parse(event.data).person));
  source.addEventListener("clock", (event) => clock(JSON.parse(event.data).now));
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
}

// Talks to the stand-in's control address.

async function ask(path, options) {
  const response = await fetch(path, options).catch(() => { throw new Error("演练台没有应答，请看它是否还在运行"); });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.errmsg || `出错（${response.status}）`);
  return answer;
}

export const get = (path) => ask(path, { headers: { Accept: "application/json" } });

export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function upload(path, userid, file) {
  const form = new FormData();
  form.append("userid", userid);
  form.append("file", file, file.name);
  return ask(path, { method: "POST", body: form });
}

// Server-sent events; `again` runs after every reconnection, because what passed meanwhile is not repeated.
export function listen(hear, again) {
  const source = new EventSource("/api/stream");
  let broken = false;
  source.onmessage = (event) => hear(JSON.parse(event.data));
  source.onerror = () => { broken = true; };
  source.onopen = () => { if (broken) again(); broken = false; };
}

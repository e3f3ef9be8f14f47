// Puts the page together: who is open, what came in, what is still unread.
import { byId, h, toast } from "./dom.js";
import { Chat } from "./chat.js";
import { Desk } from "./desk.js";
import { People, preview } from "./people.js";
import { get, listen, post } from "./wire.js";

const MOST = 3;
const NARROW = matchMedia("(max-width: 760px)");
const people = new Map();
const messages = new Map(); // userid -> entries in order
const chats = new Map(); // userid -> Chat, in the order of opening
let read = stored("read", {});
let menu = [];

const list = new People(open);
const desk = new Desk((now, down) => { for (const chat of chats.values()) chat.tick(now, down); });

function stored(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(`sandbox.${name}`)) ?? otherwise; } catch { return otherwise; }
}

function store() {
  localStorage.setItem("sandbox.read", JSON.stringify(read));
  localStorage.setItem("sandbox.open", JSON.stringify([...chats.keys()]));
}

const room = () => NARROW.matches ? 1 : Math.max(1, Math.min(MOST, Math.floor(byId("windows").clientWidth / 320)));
const looking = (userid) => chats.has(userid) && document.visibilityState === "visible";
const unread = (userid) => (messages.get(userid) || []).filter((e) => e.from !== "member" && e.seq > (read[userid] || 0)).length;

function refresh(userid) {
  const own = messages.get(userid) || [];
  if (looking(userid) && own.length) read[userid] = own[own.length - 1].seq;
  list.update(userid, { last: own[own.length - 1], unread: unread(userid), open: chats.has(userid) });
  const total = [...people.keys()].reduce((sum, id) => sum + unread(id), 0);
  document.title = `${total ? `(${total}) ` : ""}演练台 · 企业微信`;
  store();
}

function open(userid, focus = false) {
  const person = people.get(userid);
  if (!person) return;
  if (!chats.has(userid)) {
    while (chats.size >= room()) close([...chats.keys()][0]);
    const chat = new Chat(person, { close: () => close(userid, true), focus: () => refresh(userid) });
    chats.set(userid, chat);
    byId("windows").append(chat.node);
    chat.setMenu(menu);
    chat.show(messages.get(userid) || []);
    if (focus && !(messages.get(userid) || []).length) post("/api/enter", { userid }).catch(() => {});
  }
  arrange();
  refresh(userid);
  desk.draw();
  if (focus) (NARROW.matches ? chats.get(userid).log : chats.get(userid).input).focus(); // no keyboard springs up on a phone
}

function close(userid, focus = false) {
  chats.get(userid)?.node.remove();
  chats.delete(userid);
  arrange();
  refresh(userid);
  if (focus) list.nodes.get(userid)?.button.focus();
}

function arrange() {
  byId("empty").hidden = chats.size > 0;
  document.body.classList.toggle("is-talking", chats.size > 0);
}

function hear(event) {
  if (event.type === "message") came(event.userid, event.message);
  if (event.type === "change") changed(event.userid, event.message);
  if (event.type === "clock") desk.hear(event.clock);
  if (event.type === "faults") desk.hearFaults(event.faults);
  if (event.type === "menu") { menu = event.button; for (const chat of chats.values()) chat.setMenu(menu); }
  if (event.type === "reset") load();
}

function came(userid, entry) {
  const own = messages.get(userid) || [];
  if (own.some((known) => known.seq === entry.seq)) return changed(userid, entry);
  own.push(entry);
  messages.set(userid, own);
  chats.get(userid)?.add(entry);
  refresh(userid);
  if (!chats.has(userid) && entry.from === "app") {
    toast(`${people.get(userid)?.name}：${preview(entry).slice(0, 40)}`, { act: () => open(userid, true) });
  }
}

function changed(userid, entry) {
  const own = messages.get(userid) || [];
  const at = own.findIndex((known) => known.seq === entry.seq);
  if (at < 0 || own[at].rev > entry.rev) return;
  own[at] = entry;
  chats.get(userid)?.change(entry);
  refresh(userid);
}

async function load() {
  const [state, everyone, all] = await Promise.all([get("/api/state"), get("/api/people"), get("/api/messages")]);
  const first = people.size === 0;
  people.clear();
  messages.clear();
  for (const person of everyone) people.set(person.userid, person);
  for (const [userid, own] of Object.entries(all)) messages.set(userid, own);
  forgetOld();
  byId("windows").dataset.app = state.app.name;
  menu = state.menu;
  if (first) list.show(everyone);
  desk.hear(state.clock);
  desk.hearFaults(state.faults);
  for (const userid of first ? stored("open", []).slice(-room()) : []) open(userid);
  for (const [userid, chat] of chats) { chat.setMenu(menu); chat.show(messages.get(userid) || []); }
  for (const userid of people.keys()) refresh(userid);
}

// A stand-in that was started anew counts from one again: what was read before says nothing about it.
function forgetOld() {
  for (const [userid, seq] of Object.entries(read)) {
    const own = messages.get(userid) || [];
    if (!own.length || own[own.length - 1].seq < seq) delete read[userid];
  }
}

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("input, textarea, select");
  if (((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") || (event.key === "/" && !writing)) {
    event.preventDefault();
    if (NARROW.matches && chats.size) close([...chats.keys()][0]);
    byId("search").focus();
  }
  if (event.altKey && /^[1-3]$/.test(event.key)) [...chats.values()][Number(event.key) - 1]?.input.focus();
});
document.addEventListener("click", (event) => {
  for (const details of document.querySelectorAll("details[open]")) if (!details.contains(event.target)) details.open = false;
});
document.addEventListener("visibilitychange", () => { for (const userid of chats.keys()) refresh(userid); });
addEventListener("resize", () => { while (chats.size > room()) close([...chats.keys()][0]); });

load().catch((error) => byId("empty").replaceChildren(h("p", {}, error.message)));
listen(hear, () => load().catch(() => {}));

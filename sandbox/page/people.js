// The list of people: who they are, what they last saw, how much they have not.
import { avatar, byId, h, parts } from "./dom.js";

const KINDS = { image: "[图片]", file: "[文件]", voice: "[语音]", video: "[视频]", location: "[位置]", link: "[链接]", news: "[图文]", mpnews: "[图文]" };

export function preview(entry) {
  if (!entry) return "";
  if (entry.state === "recalled") return "[已撤回]";
  if (entry.kind === "template_card") return `[卡片] ${(entry.card.main_title || {}).title || entry.card.sub_title_text || ""}`;
  if (entry.kind === "textcard") return entry.payload.title;
  if (entry.kind === "markdown") return entry.text.replace(/<[^>]*>|[#*`>]/g, "").replace(/\s+/g, " ").trim();
  return KINDS[entry.kind] || (entry.text || "").replace(/\s+/g, " ");
}

export class People {
  constructor(open) {
    this.open = open;
    this.nodes = new Map();
    this.list = byId("people");
    byId("search").addEventListener("input", () => this.filter());
    byId("search").addEventListener("keydown", (event) => this.searchKey(event));
    this.list.addEventListener("keydown", (event) => this.listKey(event));
  }

  show(people) {
    this.nodes.clear();
    this.list.replaceChildren(...people.map((person) => this.line(person)));
  }

  line(person) {
    const roles = person.role_names.join("、");
    const line = {
      last: h("span", { class: "last" }), time: h("time", {}), badge: h("b", { class: "badge", hidden: true }),
      words: [person.name, person.unit, roles, person.title, person.userid].join(" ").toLowerCase(),
    };
    line.role = h("span", { class: "last" }, `${person.unit} · ${roles}`);
    line.button = h("button", { type: "button", "data-userid": person.userid, onclick: () => this.open(person.userid, true) },
      avatar(person.name, person.userid),
      h("span", { class: "text" }, h("span", { class: "top" }, h("strong", {}, person.name), line.time), line.role, line.last), line.badge);
    line.item = h("li", {}, line.button);
    this.nodes.set(person.userid, line);
    return line.item;
  }

  update(userid, { last, unread, open }) {
    const line = this.nodes.get(userid);
    if (!line) return;
    line.last.textContent = preview(last);
    line.time.textContent = last ? parts(last.business_at).day.replace(/ 周./, "") + " " + parts(last.business_at).time : "";
    line.badge.hidden = unread === 0;
    line.badge.textContent = unread > 99 ? "99+" : unread;
    line.badge.setAttribute("aria-label", `${unread}条未读`);
    line.button.setAttribute("aria-pressed", String(open));
  }

  filter() {
    const words = byId("search").value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const line of this.nodes.values()) {
      line.item.hidden = !words.every((word) => line.words.includes(word));
      shown += line.item.hidden ? 0 : 1;
    }
    byId("nobody").hidden = shown > 0;
  }

  visible() { return [...this.nodes.values()].filter((line) => !line.item.hidden).map((line) => line.button); }

  searchKey(event) {
    const [first] = this.visible();
    if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
    if (event.key === "Enter" && first && !event.isComposing) { first.click(); event.target.value = ""; this.filter(); }
    if (event.key === "Escape") { event.target.value = ""; this.filter(); event.target.blur(); }
  }

  listKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = this.visible();
    const at = buttons.indexOf(document.activeElement) + step;
    (at < 0 ? byId("search") : buttons[Math.min(at, buttons.length - 1)]).focus();
  }
}

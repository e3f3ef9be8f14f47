// One person's phone: the messages, the menu, and what is written.
import { avatar, byId, h, icon, parts, size, toast, wall } from "./dom.js";
import { card } from "./card.js";
import { description, link, markdown, text } from "./rich.js";
import { post, upload } from "./wire.js";

const GAP = 5 * 60 * 1000;

export class Chat {
  constructor(person, { close, focus }) {
    this.person = person;
    this.nodes = new Map();
    this.last = null;
    this.build(close);
    this.node.addEventListener("focusin", focus);
  }

  build(close) {
    const { name, unit, title } = this.person;
    this.time = h("time", {});
    this.signal = h("span", { class: "signal" }, icon("net"));
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": `${name}的对话`, tabindex: "0" });
    this.jump = h("button", { type: "button", class: "newer", hidden: true, onclick: () => this.bottom() }, icon("down"), "新消息");
    this.menu = h("div", { class: "menu", role: "group", "aria-label": "菜单" });
    this.node = h("section", { class: "phone", "aria-label": `${name}的手机`, "data-userid": this.person.userid },
      h("div", { class: "status" }, this.time, this.signal),
      h("header", {},
        h("button", { type: "button", class: "round", "aria-label": `关闭${name}的手机`, onclick: close }, icon("back")),
        h("div", { class: "who" }, h("h2", {}, byId("windows").dataset.app || "监督小助手"), h("p", {}, `${name}　${unit} · ${title}`)),
        avatar(name, this.person.userid)),
      this.log, this.jump, this.menu, this.composer());
    this.log.addEventListener("scroll", () => { if (this.atBottom()) this.jump.hidden = true; }, { passive: true });
  }

  composer() {
    const label = `以${this.person.name}的身份写消息`;
    this.input = h("textarea", { rows: "1", placeholder: "发消息", "aria-label": label, enterkeyhint: "send", maxlength: "20000" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.say(); }
    });
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("paste", (event) => this.take(event, event.clipboardData.files));
    const form = h("form", { class: "composer" },
      this.picker("发图片", "picture", "image/png,image/jpeg", "/api/send_image"), this.picker("发文件", "clip", "", "/api/send_file"),
      this.input, h("button", { class: "send", "aria-label": "发送" }, icon("send")));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.say(); });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => this.take(event, event.dataTransfer.files));
    return form;
  }

  picker(label, symbol, accept, path) {
    const field = h("input", { type: "file", accept, class: "hidden", tabindex: "-1", "aria-hidden": "true" });
    field.addEventListener("change", () => { if (field.files[0]) this.send(field.files[0], path); field.value = ""; });
    return [h("button", { type: "button", class: "round", "aria-label": label, title: label, onclick: () => field.click() }, icon(symbol)), field];
  }

  take(event, files) {
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) this.send(file, /^image\/(png|jpeg)$/.test(file.type) ? "/api/send_image" : "/api/send_file");
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
  }

  say(content = null) {
    const said = (content ?? this.input.value).trim();
    if (!said) return;
    if (content === null) { this.input.value = ""; this.fit(); }
    this.attempt(post("/api/say", { userid: this.person.userid, text: said }));
  }

  send(file, path) { this.attempt(upload(path, this.person.userid, file)); }

  attempt(promise) { promise.catch((error) => toast(error.message, { bad: true })); }

  atBottom() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; }

  bottom() { this.log.scrollTop = this.log.scrollHeight; this.jump.hidden = true; }

  show(entries) {
    this.log.replaceChildren();
    this.nodes.clear();
    this.last = null;
    for (const entry of entries) this.append(entry);
    if (!entries.length) this.log.append(h("p", { class: "note first" }, "还没有消息。说一句“帮助”试试。"));
    this.bottom();
  }

  add(entry) {
    const follow = this.atBottom() || entry.from === "member";
    this.log.querySelector(".first")?.remove();
    this.append(entry, true);
    if (follow) this.bottom();
    else this.jump.hidden = false;
  }

  change(entry) {
    const old = this.nodes.get(entry.seq);
    if (!old) return;
    const follow = this.atBottom();
    const held = old.contains(document.activeElement) && document.activeElement.dataset.key;
    const node = this.message(entry);
    old.replaceWith(node);
    this.nodes.set(entry.seq, node);
    if (held) (node.querySelector("button:not(:disabled)") || this.log).focus();
    if (follow) this.bottom();
  }

  append(entry, fresh = false) {
    const at = wall(entry.business_at);
    const day = parts(entry.business_at);
    if (this.last === null || Math.abs(at - this.last) > GAP) this.log.append(h("time", { class: "divider" }, `${day.day} ${day.time}`));
    this.last = at;
    const node = this.message(entry);
    if (fresh) node.classList.add("fresh");
    this.nodes.set(entry.seq, node);
    this.log.append(node);
  }

  message(entry) {
    if (entry.from === "platform") return h("p", { class: "note warn" }, entry.text);
    if (entry.state === "recalled") return h("p", { class: "note" }, "应用撤回了一条消息");
    const mine = entry.from === "member";
    const face = mine ? avatar(this.person.name, this.person.userid) : h("span", { class: "avatar app", "aria-hidden": "true" }, icon("app"));
    return h("article", { class: mine ? "row mine" : "row", "data-kind": entry.kind, "data-seq": entry.seq }, face,
      h("div", { class: "body" }, this.content(entry), mine && this.delivery(entry)));
  }

  delivery(entry) {
    if (entry.state === "sending") return h("span", { class: "state busy", role: "img", "aria-label": "正在送达" });
    if (entry.state !== "failed") return null;
    const again = entry.kind === "text" && h("button", { type: "button", onclick: () => this.say(entry.text) }, "重发");
    return h("span", { class: "state failed" }, "未送达", again);
  }

  content(entry) {
    switch (entry.kind) {
      case "text": return h("div", { class: "bubble" }, text(entry.text));
      case "markdown": return h("div", { class: "bubble markdown" }, markdown(entry.text));
      case "template_card": return card(entry, (key, selected) => this.click(entry, key, selected));
      case "image": return this.picture(entry.media);
      case "file": case "voice": case "video": return this.file(entry);
      case "textcard": return this.textcard(entry.payload);
      case "news": case "mpnews": return h("div", { class: "card" }, entry.payload.articles.map((a) =>
        h("div", { class: "vertical" }, h("h3", {}, a.title || ""), h("p", { class: "desc" }, a.description || a.digest || ""))));
      case "location": return h("div", { class: "bubble" }, `位置：${entry.payload.label || ""}`);
      case "link": return h("div", { class: "bubble" }, link(entry.payload.url || "", entry.payload.title || entry.payload.url || ""));
      default: return h("div", { class: "bubble" }, (entry.payload || {}).title || entry.kind);
    }
  }

  picture(media) {
    const url = `/api/media/${encodeURIComponent(media.id)}`;
    const image = h("img", { src: url, alt: media.name, loading: "lazy" });
    image.addEventListener("load", () => { if (this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 400) this.bottom(); });
    return h("button", { type: "button", class: "picture", "aria-label": `查看图片 ${media.name}`, onclick: () => {
      byId("picture").src = url;
      byId("picture").alt = media.name;
      byId("picture-dialog").showModal();
    } }, image);
  }

  file({ media }) {
    const ending = (media.name.split(".").pop() || "").slice(0, 4).toUpperCase();
    return h("a", { class: "file", href: `/api/media/${encodeURIComponent(media.id)}`, download: media.name },
      h("span", {}, h("b", {}, media.name), h("small", {}, size(media.size))), h("i", { "aria-hidden": "true" }, icon("file"), ending));
  }

  textcard(content) {
    return h("div", { class: "card" }, h("h3", {}, content.title), h("div", { class: "desc" }, description(content.description)),
      h("div", { class: "jump" }, link(content.url, content.btntxt || "详情"), icon("next")));
  }

  click(entry, key, selected) {
    this.attempt(post("/api/click", { userid: this.person.userid, msgid: entry.msgid, key, selected }));
  }

  tick(now, networkDown) {
    this.time.textContent = parts(now).time;
    this.signal.replaceChildren(icon(networkDown ? "nonet" : "net"));
    this.node.classList.toggle("offline", networkDown);
  }

  setMenu(buttons) {
    this.menu.replaceChildren(...buttons.map((button) => (button.sub_button || []).length ? this.submenu(button) : this.item(button)));
  }

  item(button) {
    if (button.type === "view") return h("span", { class: "item" }, link(button.url || "", button.name));
    return h("button", { type: "button", class: "item", onclick: (event) => {
      event.target.closest("details")?.removeAttribute("open");
      this.attempt(post("/api/menu", { userid: this.person.userid, key: button.key }));
    } }, button.name);
  }

  submenu(button) {
    const details = h("details", { class: "submenu" },
      h("summary", { class: "item" }, h("span", { class: "lines", "aria-hidden": "true" }, "≡"), button.name),
      h("div", { class: "popup" }, button.sub_button.map((sub) => this.item(sub))));
    details.addEventListener("toggle", () => {
      if (details.open) for (const other of this.menu.querySelectorAll("details[open]")) if (other !== details) other.open = false;
    });
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && details.open) { event.stopPropagation(); details.open = false; details.firstChild.focus(); }
    });
    return details;
  }
}

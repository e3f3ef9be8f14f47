// Template cards as the phone shows them, with working buttons, lists and votes; grey once they are closed.
import { h, icon } from "./dom.js";
import { link } from "./rich.js";

const STYLES = { 1: "strong", 2: "soft", 3: "neutral", 4: "danger" };
const COLOURS = ["grey", "black", "red", "green"];

export function card(entry, click) {
  const content = entry.card || {};
  const form = h("form", { class: `card ${entry.closed ? "closed" : ""}`, novalidate: true });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.append(...[
    source(content, entry, click), title(content), emphasis(content), quote(content),
    content.sub_title_text && h("p", { class: "subtitle" }, content.sub_title_text),
    pictures(content), facts(content), jumps(content),
    choices(content, entry), buttons(content, entry, form, click), foot(content),
  ].flat().filter(Boolean));
  return form;
}

function source(content, entry, click) {
  const named = content.source && content.source.desc;
  const menu = content.action_menu && !entry.closed && more(content.action_menu, click);
  if (!named && !menu) return null;
  const colour = COLOURS[(content.source || {}).desc_color || 0];
  return h("div", { class: "source" }, h("span", { class: colour }, named || ""), menu);
}

function more(menu, click) {
  const list = h("span", { class: "more-list" }, (menu.action_list || []).map((item) =>
    h("button", { type: "button", onclick: () => click(item.key, {}) }, item.text)));
  return h("details", { class: "more" }, h("summary", { "aria-label": menu.desc || "更多操作" }, icon("more")), list);
}

function title(content) {
  const main = content.main_title || {};
  if (!main.title && !main.desc) return null;
  return [main.title && h("h3", {}, main.title), main.desc && h("p", { class: "desc" }, main.desc)];
}

function emphasis(content) {
  const block = content.emphasis_content;
  return block && h("div", { class: "emphasis" }, h("b", {}, block.title || ""), h("span", {}, block.desc || ""));
}

function quote(content) {
  const block = content.quote_area;
  if (!block || (!block.title && !block.quote_text)) return null;
  return h("blockquote", {}, block.title && h("b", {}, block.title), block.quote_text || "");
}

function pictures(content) {
  const area = content.image_text_area;
  const lines = (content.vertical_content_list || []).map((item) =>
    h("div", { class: "vertical" }, h("b", {}, item.title || ""), h("p", {}, item.desc || "")));
  return [area && h("div", { class: "vertical" }, h("b", {}, area.title || ""), h("p", {}, area.desc || "")), ...lines];
}

function facts(content) {
  const list = content.horizontal_content_list || [];
  if (!list.length) return null;
  return h("dl", {}, list.map((fact) => h("div", {}, h("dt", {}, fact.keyname || ""), h("dd", {}, value(fact)))));
}

function value(fact) {
  if (fact.type === 1) return link(fact.url || "", fact.value || fact.url);
  if (fact.type === 2) return h("a", { href: `/api/media/${encodeURIComponent(fact.media_id)}`, download: fact.value || "" }, fact.value || "附件");
  return fact.value || "";
}

const jumps = (content) => (content.jump_list || []).map((jump) =>
  h("div", { class: "jump" }, jump.type === 1 ? link(jump.url || "", jump.title) : h("span", {}, jump.title), icon("next")));

function choices(content, entry) {
  const dead = entry.closed || entry.waiting;
  const picked = entry.selected || {};
  const lists = [content.button_selection, ...(content.select_list || [])].filter(Boolean);
  return [...lists.map((list) => dropdown(list, dead, picked)), content.checkbox && vote(content.checkbox, dead, picked, entry)];
}

function dropdown(list, dead, picked) {
  const chosen = [picked[list.question_key]].flat()[0] ?? list.selected_id;
  const options = (list.option_list || []).map((option) =>
    h("option", { value: option.id, selected: option.id === chosen }, option.text));
  return h("label", { class: "select" }, h("span", {}, list.title || "请选择"),
    h("select", { name: list.question_key, disabled: dead || list.disable }, options));
}

function vote(box, dead, picked, entry) {
  const chosen = [picked[box.question_key] || []].flat();
  const type = box.mode === 1 ? "checkbox" : "radio";
  return h("fieldset", { class: "vote", disabled: dead || box.disable }, h("legend", {}, box.mode === 1 ? "可多选" : "选一项"),
    (box.option_list || []).map((option) => h("label", {},
      h("input", { type, name: type === "radio" ? `${box.question_key}-${entry.seq}` : box.question_key, value: option.id,
        "data-question": box.question_key, checked: chosen.includes(option.id) || (!chosen.length && option.is_checked) }),
      h("span", {}, option.text))));
}

export function selection(form) {
  const selected = {};
  for (const list of form.querySelectorAll("select")) selected[list.name] = [list.value];
  for (const box of form.querySelectorAll("input:checked")) (selected[box.dataset.question] ||= []).push(box.value);
  return selected;
}

function buttons(content, entry, form, click) {
  const submit = content.submit_button;
  const list = content.button_list || (submit ? [{ ...submit, style: 1 }] : []);
  if (entry.closed) return h("p", { class: "done" }, icon("check"), entry.replaced || "已处理");
  if (!list.length) return null;
  return h("div", { class: `buttons n${Math.min(list.length, 3)}` }, list.map((button) => {
    const style = STYLES[button.style || 1] || "neutral";
    if (button.type === 1) return h("span", { class: `button ${style}` }, link(button.url || "", button.text));
    const busy = entry.waiting && entry.clicked === button.key;
    return h("button", { type: "button", class: `${style} ${busy ? "busy" : ""}`, disabled: entry.waiting, "data-key": button.key,
      onclick: () => click(button.key, selection(form)) }, button.text);
  }));
}

function foot(content) {
  const action = content.card_action;
  return action && action.type === 1 && action.url
    ? h("div", { class: "jump" }, link(action.url, "查看详情"), icon("next")) : null;
}

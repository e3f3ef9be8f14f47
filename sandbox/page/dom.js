// Builds nodes from data; text only ever becomes text nodes, so nothing a message holds can run.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

// Business times are shown as they stand in the ISO text (China time), whatever the browser's own zone is.
const WEEK = "日一二三四五六";

export function parts(iso) {
  const [, y, mo, d, hh, mm] = iso.match(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/).map(Number);
  const week = WEEK[new Date(Date.UTC(y, mo - 1, d)).getUTCDay()];
  return { y, mo, d, hh, mm, week, time: `${pad(hh)}:${pad(mm)}`, day: `${mo}月${d}日 周${week}`, key: iso.slice(0, 10) };
}

export const pad = (number) => String(number).padStart(2, "0");

// A moment as milliseconds, counted as if China time were UTC: so that arithmetic needs no zone.
export const wall = (iso) => { const p = parts(iso); return Date.UTC(p.y, p.mo - 1, p.d, p.hh, p.mm, Number(iso.slice(17, 19)) || 0); };
export const fromWall = (ms) => `${new Date(ms).toISOString().slice(0, 19)}+08:00`;

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

const HUES = [212, 168, 24, 262, 338, 190, 44, 142];

export function avatar(name, userid) {
  let sum = 0;
  for (const letter of userid) sum += letter.codePointAt(0);
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, name.slice(-2));
  node.style.setProperty("--hue", HUES[sum % HUES.length]);
  return node;
}

export function toast(text, { act = null, bad = false } = {}) {
  const node = h(act ? "button" : "div", { class: bad ? "toast bad" : "toast", type: act ? "button" : undefined }, text);
  if (act) node.addEventListener("click", () => { act(); node.remove(); });
  const shelf = byId("toasts");
  shelf.append(node);
  while (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => node.remove(), bad ? 6000 : 4500);
}

// Message text to nodes: links in text, and the small markdown subset that WeCom shows.
import { h } from "./dom.js";

const LINK = /<a\s+href=(?:"([^"]*)"|'([^']*)')\s*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、！？）】》]+)/g;
const SAFE = /^https?:\/\//i;

export function link(url, ...label) {
  return SAFE.test(url)
    ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label)
    : h("span", {}, ...label);
}

export function text(content) {
  const nodes = [];
  let from = 0;
  for (const found of content.matchAll(LINK)) {
    nodes.push(content.slice(from, found.index));
    nodes.push(found[4] ? link(found[4], found[4]) : link(found[1] || found[2] || "", found[3]));
    from = found.index + found[0].length;
  }
  nodes.push(content.slice(from));
  return nodes.filter((node) => node !== "");
}

const INLINE = /\*\*([^*]+)\*\*|`([^`\n]+)`|\[([^\]]*)\]\(([^)\s]*)\)|<font color=(?:"|')?(info|comment|warning)(?:"|')?>([\s\S]*?)<\/font>/g;

function inline(line) {
  const nodes = [];
  let from = 0;
  for (const found of line.matchAll(INLINE)) {
    nodes.push(line.slice(from, found.index));
    if (found[1]) nodes.push(h("strong", {}, inline(found[1])));
    else if (found[2]) nodes.push(h("code", {}, found[2]));
    else if (found[5]) nodes.push(h("span", { class: `font-${found[5]}` }, inline(found[6])));
    else nodes.push(link(found[4], found[3]));
    from = found.index + found[0].length;
  }
  nodes.push(line.slice(from));
  return nodes.filter((node) => node !== "");
}

export function markdown(content) {
  return content.split("\n").map((line) => {
    const heading = line.match(/^(#{1,6})\s+(.*)$/);
    if (heading) return h("p", { class: `heading h${heading[1].length}` }, inline(heading[2]));
    const quote = line.match(/^>\s?(.*)$/);
    if (quote) return h("blockquote", {}, inline(quote[1]));
    return h("p", {}, line ? inline(line) : "\u00a0");
  });
}

// textcard descriptions: br, and div with the classes gray, normal, highlight
export function description(content) {
  const pieces = content.split(/<div class=(?:"|')(gray|normal|highlight)(?:"|')>([\s\S]*?)<\/div>/g);
  const nodes = [];
  for (let i = 0; i < pieces.length; i += 3) {
    for (const [n, line] of pieces[i].split(/<br\s*\/?>|\n/).entries()) nodes.push(n ? h("br") : null, line);
    if (i + 2 < pieces.length) nodes.push(h("div", { class: pieces[i + 1] }, pieces[i + 2]));
  }
  return nodes;
}

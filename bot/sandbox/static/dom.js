// Small helpers: all text goes in as text nodes, never as HTML.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export async function call(path, body, method = "POST") {
  const isForm = body instanceof FormData;
  const options = body === undefined
    ? { method }
    : { method, body: isForm ? body : JSON.stringify(body), headers: isForm ? {} : { "Content-Type": "application/json" } };
  const answer = await fetch(path, options);
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.error || "That did not work.");
  return result;
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export const clockTime = (iso) =>
  new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span", bot_command: "span",
};

// Entities nest; offsets are UTF-16 units, which is what JavaScript strings count.
export function formatted(text, entities, start = 0, end = text.length) {
  const out = document.createDocumentFragment();
  let at = start;
  const inside = entities.filter((one) => one.offset >= start && one.offset + one.length <= end);
  for (const [place, one] of inside.entries()) {
    if (one.offset < at) continue;
    out.append(text.slice(at, one.offset));
    const stop = one.offset + one.length;
    const link = one.type === "text_link" && /^(https?|tg|tel|mailto):/.test(one.url || "");
    const node = link
      ? el("a", { href: one.url, target: "_blank", rel: "noreferrer" })
      : el(TAGS[one.type] || "span", { class: one.type });
    node.append(formatted(text, inside.slice(place + 1), one.offset, stop));
    out.append(node);
    at = stop;
  }
  out.append(text.slice(at, end));
  return out;
}

// WhatsApp's own signs: *bold*, _italic_, ~struck~, ```fixed```, and > before a quotation.
const MARKS = [["```", "code"], ["*", "strong"], ["_", "em"], ["~", "s"]];

function inline(text) {
  const out = document.createDocumentFragment();
  const found = MARKS.map(([sign, tag]) => {
    const escaped = sign.replace("*", "\\*");
    const match = new RegExp(`(^|[\\s\\p{P}])${escaped}(?=\\S)(.+?)(?<=\\S)${escaped}(?![\\p{L}\\p{N}])`, "u").exec(text);
    return match && { at: match.index + match[1].length, sign, tag, inside: match[2] };
  }).filter(Boolean).sort((one, other) => one.at - other.at)[0];
  if (!found) { out.append(...links(text)); return out; }
  const end = found.at + 2 * found.sign.length + found.inside.length;
  out.append(...links(text.slice(0, found.at)), el(found.tag, {}, found.tag === "code" ? found.inside : inline(found.inside)), inline(text.slice(end)));
  return out;
}

function links(text) {
  return text.split(/(https?:\/\/[^\s<>]+)/).map((part, place) =>
    place % 2 ? el("a", { href: part, target: "_blank", rel: "noreferrer" }, part) : part).filter((part) => part !== "");
}

export function marked(text) {
  const out = document.createDocumentFragment();
  for (const [place, line] of text.split("\n").entries()) {
    const quoted = /^> (.*)$/.exec(line);
    if (place && !quoted && out.lastChild?.nodeName !== "BLOCKQUOTE") out.append("\n");
    out.append(quoted ? el("blockquote", {}, inline(quoted[1])) : inline(line));
  }
  return out;
}

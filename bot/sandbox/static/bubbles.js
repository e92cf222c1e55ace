// From one message (or one album) to its bubble.

import { clockTime, el, formatted, marked, size } from "./dom.js";
import { view } from "./viewer.js";

const TICKS = {
  waiting: ["◷", "waiting for the network"], sending: ["◷", "sending"], sent: ["✓", "sent"], delivered: ["✓✓", "delivered"],
  told: ["✓✓", "the bot was told: delivered"], read: ["✓✓", "the bot was told: read"],
};
const KINDS = { photo: "Photo", document: "File", voice: "Voice note", video: "Video", audio: "Audio", sticker: "Sticker" };

export const summary = (message) =>
  message.text || KINDS[message.media?.kind] || (message.extra ? message.extra.kind : "message");

function picture(message) {
  const label = message.media.file_name || message.text || "Picture";
  return el("button", { type: "button", class: "picture", "aria-label": `Open picture: ${label}`, onclick: () => view(message.media.url, label) },
    el("img", { src: message.media.thumb_url, alt: "", loading: "lazy", width: message.media.width, height: message.media.height }));
}

function file(message) {
  const { media } = message;
  if (media.kind === "voice" || media.kind === "audio") {
    return el("div", { class: "voice" }, el("audio", { controls: true, preload: "none", src: media.url, "aria-label": KINDS[media.kind] }));
  }
  return el("a", { class: "file", href: media.url, target: "_blank", rel: "noreferrer" },
    el("span", { class: "sign", "aria-hidden": "true" }, media.kind === "video" ? "▶" : "▤"),
    el("span", {}, el("b", {}, media.file_name || KINDS[media.kind]), el("small", {}, size(media.bytes))));
}

function quote(reply) {
  if (!reply) return null;
  const words = reply.text || KINDS[reply.media] || "message";
  return el("div", { class: "quote" }, words.length > 90 ? `${words.slice(0, 90)}…` : words);
}

// Who sent a message sees ticks; on WhatsApp what the bot sees is shown too.
function tickOf(message) {
  if (message.direction === "sent") return message.state;
  if (message.read === undefined || message.state !== "received") return "";
  return message.read ? "read" : "told";
}

function foot(message) {
  const tick = tickOf(message);
  const [sign, name] = TICKS[tick] || ["", ""];
  return el("span", { class: "foot" },
    message.edited ? "edited " : null, message.template ? "template " : null, clockTime(message.time),
    sign ? el("span", { class: `tick ${tick}`, role: "img", "aria-label": name, title: name }, ` ${sign}`) : null);
}

function keyboard(message, actions) {
  if (!message.buttons.length) return null;
  if (message.list_label) {
    return el("div", { class: "keyboard" }, el("div", { class: "row" },
      el("button", { type: "button", class: "key opens", "aria-haspopup": "dialog", onclick: () => actions.openList(message) }, `☰ ${message.list_label}`)));
  }
  return el("div", { class: "keyboard" }, ...message.buttons.map((row) => el("div", { class: "row" }, ...row.map((button) =>
    button.url
      ? el("a", { class: "key", href: /^https?:/.test(button.url) ? button.url : "#", target: "_blank", rel: "noreferrer" }, `${button.text} ↗`)
      : el("button", { type: "button", class: "key", onclick: () => actions.tap(message, button) }, button.text)))));
}

function content(part) {
  const { media, extra } = part;
  if (media) return media.kind === "photo" ? picture(part) : file(part);
  if (extra?.kind === "location") return el("p", {}, `Place: ${extra.latitude}, ${extra.longitude}`);
  if (extra) return el("p", {}, `Contact: ${extra.first_name} ${extra.phone_number}`);
  return null;
}

function loading(parts) {
  const part = parts.find((one) => ["sending", "receiving"].includes(one.state) && one.progress < 1);
  return part ? el("progress", { max: 1, value: part.progress, "aria-label": part.state }) : null;
}

// `parts` is a list: one message, or the parts of an album.
export function bubble(parts, actions) {
  const first = parts[0];
  const arriving = parts.every((one) => one.state === "receiving");
  const told = parts.find((one) => one.text) || first;
  const grid = parts.length > 1 && first.media?.kind === "photo";
  const body = first.deleted
    ? [el("em", { class: "gone" }, "message deleted")]
    : arriving
      ? [el("em", { class: "gone" }, `receiving ${size(first.bytes)}…`)]
      : [quote(first.reply_to), el("div", { class: grid ? "grid" : "single" }, ...parts.map(content)),
        told.text ? el("div", { class: "text", dir: "auto" }, told.read === undefined ? formatted(told.text, told.entities) : marked(told.text)) : null];
  return el("article", { class: `message ${first.direction}${first.media ? " media" : ""}`, "aria-label": first.direction === "sent" ? "sent" : "from the bot" },
    el("div", { class: "bubble" }, ...body, loading(parts), foot(parts[parts.length - 1]),
      first.reaction ? el("span", { class: "reaction" }, first.reaction) : null,
      first.message_id && !first.deleted && !arriving
        ? el("button", { type: "button", class: "answer", title: "Reply", "aria-label": `Reply to: ${summary(told).slice(0, 40)}`, onclick: () => actions.reply(first) }, "↩") : null),
    first.deleted || arriving ? null : keyboard(parts[parts.length - 1], actions));
}

export function groups(messages) {
  const out = [];
  for (const message of messages) {
    const last = out[out.length - 1];
    if (message.album && last && last[0].album === message.album && last[0].direction === message.direction) last.push(message);
    else out.push([message]);
  }
  return out;
}

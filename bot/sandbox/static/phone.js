// One phone on the page: header with switches, chat, sample tray, composer; with WhatsApp also window, list and telephone.

import { bubble, groups, summary } from "./bubbles.js";
import { call, el, size } from "./dom.js";
import { Telephone } from "./telephone.js";
import { ListSheet, WindowBar } from "./whatsapp.js";

const live = document.getElementById("live");

export class PhoneView {
  constructor(state, samples) {
    this.id = state.id;
    this.state = state;
    this.samples = samples;
    this.messages = new Map();
    this.drawn = new Map();
    this.last = 0;
    this.replyTo = null;
    this.noticeSeq = state.notice?.seq || 0;
    this.isWhatsApp = state.channel === "whatsapp";
    this.window = this.isWhatsApp ? new WindowBar(this) : null;
    this.telephone = this.isWhatsApp ? new Telephone(this) : null;
    this.sheet = this.isWhatsApp ? new ListSheet(this) : null;
    this.build();
    this.update(state);
  }

  build() {
    this.meter = el("span", { class: "meter", title: "Bytes this phone sent and received" });
    this.switches = [["airplane", "✈", "Airplane mode"], ["slow", "2G", "Slow network (2G)"], ["blocked", "⊘", this.isWhatsApp ? "Stop messages (sends STOP)" : "Block the bot"]].map(
      ([name, sign, label]) => el("button", { type: "button", class: "switch", "data-name": name, "aria-label": label, title: label, "aria-pressed": "false", onclick: () => this.toggle(name) }, sign));
    this.log = el("div", { class: "chat", role: "log", "aria-label": `Chat of ${this.state.name}`, "aria-live": "off", tabindex: "0", onscroll: () => { if (this.log.clientHeight === this.height) this.atEnd = this.isAtEnd(); } });
    // Whoever reads the newest message goes on seeing it when a call or the tray takes some of the room.
    this.atEnd = true;
    this.height = 0;
    new ResizeObserver(() => {
      this.height = this.log.clientHeight;
      if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
    }).observe(this.log);
    this.notice = el("p", { class: "notice", role: "status" });
    this.typing = el("p", { class: "typing" }, "ScanRelay is writing…");
    this.quote = el("div", { class: "replying" });
    this.text = el("textarea", { rows: "1", placeholder: "Message", "aria-label": `Message from ${this.state.name}`, dir: "auto", onkeydown: (event) => this.key(event), oninput: () => this.grow() });
    this.files = el("input", { type: "file", multiple: true, class: "hidden", tabindex: "-1", "aria-hidden": "true", onchange: () => this.attach() });
    this.asFile = el("input", { type: "checkbox" });
    this.hd = el("input", { type: "checkbox" });
    this.tray = this.sampleTray();
    this.keys = el("div", { class: "reply-keyboard" });
    const form = el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.sendText(); } },
      el("button", { type: "button", class: "round", "aria-label": "Pictures, files and voice", title: "Pictures, files and voice", "aria-expanded": "false", onclick: (event) => this.openTray(event.currentTarget) }, "+"),
      this.text, el("button", { class: "round send", "aria-label": "Send", title: "Send" }, "➤"), this.files);
    this.root = el("section", { class: `phone ${this.state.channel}`, id: `phone-${this.id}`, "aria-label": `${this.state.name}, ${this.channelName()}`, onpointerdown: () => this.read(), onfocusin: () => this.read() },
      el("header", {}, el("span", { class: `avatar ${this.state.role}`, "aria-hidden": "true" }, this.initials()),
        el("div", { class: "who" }, el("h2", {}, this.state.name), el("small", {}, el("b", { class: "channel" }, this.channelName()), ` · ${this.state.role} · ${this.state.language}`), el("div", { class: "below" }, el("small", {}, this.meter), el("div", { class: "switches" }, ...this.switches)))),
      ...(this.isWhatsApp ? [this.window.root, this.telephone.history, this.telephone.root, this.sheet.root] : []),
      this.log, this.typing, this.notice, this.keys, this.tray, this.quote, form);
  }

  channelName() {
    return this.isWhatsApp ? "WhatsApp" : "Telegram";
  }

  initials() {
    return this.state.name.replace(/^Dr /, "").split(" ").map((word) => word[0]).slice(0, 2).join("");
  }

  sampleTray() {
    const cards = this.samples.map((one) => el("button", { type: "button", class: "sample", onclick: () => this.sendSample(one) },
      one.picture ? el("img", { alt: "", loading: "lazy", src: one.thumb_url }) : el("span", { class: "sign", "aria-hidden": "true" }, one.as === "voice" ? "♪" : "▤"), el("span", {}, one.title)));
    return el("div", { class: "tray", hidden: true },
      el("div", { class: "ways" },
        el("button", { type: "button", onclick: () => this.files.click() }, "From this computer…"),
        el("button", { type: "button", onclick: () => this.sendSample(this.samples.find((one) => one.as === "voice")) }, "Voice note"),
        el("span", { class: "choices" }, this.isWhatsApp ? el("label", {}, this.hd, " HD") : null, el("label", {}, this.asFile, " as file"))),
      el("p", { class: "hint" }, "One tap sends. What you typed becomes the caption."),
      el("div", { class: "samples" }, ...cards));
  }

  openTray(button) {
    this.tray.hidden = !this.tray.hidden;
    button.setAttribute("aria-expanded", String(!this.tray.hidden));
    if (!this.tray.hidden) this.tray.querySelector("button").focus();
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.sendText(); }
    if (event.key === "Escape") this.reply(null);
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(120, this.text.scrollHeight)}px`;
  }

  async run(work) {
    try { await work(); } catch (error) { this.say(error.message); }
  }

  taken() {
    const given = { text: this.text.value.trim(), reply_to: this.replyTo?.message_id };
    this.text.value = "";
    this.grow();
    this.reply(null);
    return given;
  }

  sendText() {
    if (this.text.value.trim()) this.run(() => call(`/phones/${this.id}/send`, this.taken()));
  }

  sendSample(sample) {
    const { text, reply_to } = this.taken();
    const as = sample.as === "photo" ? this.way() || "photo" : sample.as;
    this.run(() => call(`/phones/${this.id}/send`, { sample: sample.id, as, caption: text, reply_to }));
  }

  // How pictures go out, where it was chosen.
  way() {
    return this.asFile.checked ? "document" : this.hd.checked ? "hd" : "";
  }

  attach() {
    if (!this.files.files.length) return;
    const { text, reply_to } = this.taken();
    const form = new FormData();
    for (const file of this.files.files) form.append("files", file, file.name);
    if (text) form.append("caption", text);
    if (reply_to) form.append("reply_to", reply_to);
    if (this.way()) form.append("as", this.way());
    this.files.value = "";
    this.run(() => call(`/phones/${this.id}/send`, form));
  }

  tap(message, button) {
    this.run(() => call(`/phones/${this.id}/tap`, { message_id: message.message_id, button: button.data || button.text }));
  }

  openList(message) {
    this.sheet.open(message);
  }

  toggle(name) {
    this.run(async () => this.update(await call(`/phones/${this.id}/settings`, { [name]: !this.state[name] })));
  }

  reply(message) {
    this.replyTo = message;
    this.quote.replaceChildren(...(message ? [el("span", {}, `↩ ${summary(message).slice(0, 70)}`), el("button", { type: "button", "aria-label": "Do not reply", onclick: () => this.reply(null) }, "✕")] : []));
    if (message) this.text.focus();
  }

  say(text) {
    this.notice.textContent = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.notice.textContent = ""; }, 4000);
  }

  // A message may be on the screen before the count of unread ones is.
  read() {
    const news = this.state.unread || [...this.messages.values()].some((one) => one.read === false && one.state === "received");
    if (news) this.run(async () => this.update(await call(`/phones/${this.id}/read`, {})));
  }

  update(state) {
    this.state = state;
    this.root.classList.toggle("offline", state.airplane);
    this.window?.update(state.window);
    this.telephone?.update(state);
    this.typing.hidden = !state.typing;
    this.meter.textContent = `↑ ${size(state.bytes_sent)} ↓ ${size(state.bytes_received)}`;
    for (const button of this.switches) button.setAttribute("aria-pressed", String(state[button.dataset.name]));
    if (JSON.stringify(state.keyboard) !== this.keysDrawn) this.drawKeys(state.keyboard);
    if (state.notice && state.notice.seq > this.noticeSeq) {
      this.noticeSeq = state.notice.seq;
      this.say(state.notice.text);
    }
  }

  drawKeys(rows) {
    this.keysDrawn = JSON.stringify(rows);
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "row" }, ...row.map((text) =>
      el("button", { type: "button", class: "key", onclick: () => this.run(() => call(`/phones/${this.id}/send`, { text })) }, text)))));
  }

  async load() {
    const news = await call(`/phones/${this.id}/messages?after=${this.last}`, undefined, "GET");
    if (!news.length) return;
    const atEnd = this.isAtEnd();
    const before = this.last;
    for (const message of news) {
      if (!this.messages.has(message.seq) && message.direction === "received" && before) live.textContent = `${this.state.name}: ${summary(message)}`;
      this.messages.set(message.seq, message);
      this.last = Math.max(this.last, message.changed);
    }
    this.draw();
    if (atEnd || news.some((one) => one.direction === "sent" && one.seq === one.changed)) this.log.scrollTop = this.log.scrollHeight;
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  // Only bubbles that changed are drawn anew, so that focus and players stay.
  draw() {
    for (const parts of groups([...this.messages.values()])) {
      const key = parts[0].seq;
      const mark = parts.map((one) => one.changed).join();
      const old = this.drawn.get(key);
      if (old?.mark === mark) continue;
      const node = bubble(parts, this);
      if (old) old.node.replaceWith(node);
      else this.log.append(node);
      this.drawn.set(key, { mark, node });
    }
  }
}

// The telephone of a phone: a call that rings, is spoken and ends; and the small list of SMS and calls.

import { call, clockTime, el } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const OUTCOMES = { "no-answer": "Missed call", busy: "Declined call", canceled: "Missed call", failed: "Failed call" };
const AFTERGLOW = 8000;
const live = document.getElementById("live");

const spoken = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const outcome = (one) => one.status === "completed" ? `Call, ${spoken(one.seconds)}` : OUTCOMES[one.status] || "Call";

export class Telephone {
  constructor(view) {
    this.view = view;
    this.seen = "";
    this.call = null;
    this.root = el("div", { class: "call", role: "group", hidden: true, onkeydown: (event) => this.key(event) });
    this.newest = el("span", { class: "newest" });
    this.badge = el("span", { class: "badge", hidden: true });
    this.list = el("ul", {});
    this.history = el("details", { class: "history", hidden: true, ontoggle: () => this.looked() },
      el("summary", {}, this.badge, this.newest), this.list);
    this.unseen = 0;
  }

  update(state) {
    const counts = `${state.sms} ${state.calls} ${state.call?.status} ${state.call?.sid}`;
    if (counts !== this.seen) {
      this.seen = counts;
      this.view.run(() => this.load());
    }
    const before = this.call;
    this.call = state.call;
    if (state.call) this.show(state.call);
    else if (before) this.view.run(() => this.over(before.sid));
  }

  show(one) {
    clearTimeout(this.hiding);
    const mark = JSON.stringify(one);
    if (mark === this.drawn) return;
    if (one.status === "ringing" && this.ringing !== one.sid) live.textContent = `${this.view.state.name}’s phone rings`;
    this.ringing = one.sid;
    this.drawn = mark;
    const rings = one.status === "ringing" && !one.picked_up && !one.declined;
    this.root.className = `call ${rings ? "ringing" : "speaking"}`;
    this.root.setAttribute("aria-label", rings ? "Incoming call" : "Call");
    this.root.hidden = false;
    if (rings) this.root.replaceChildren(...this.incoming(one));
    else if (one.status === "ringing") this.root.replaceChildren(this.line("Connecting…", one.from));
    else this.speaking(one);
  }

  line(title, below, note = null) {
    return el("div", { class: "line" }, el("span", { class: "bell", "aria-hidden": "true" }, "☎"),
      el("div", { class: "who" }, el("b", {}, title), el("small", {}, below)), note);
  }

  incoming(one) {
    return [this.line("ScanRelay is calling", one.from),
      el("div", { class: "acts" },
        el("button", { type: "button", class: "no", onclick: () => this.act(one, "decline") }, "Decline"),
        el("button", { type: "button", class: "yes", onclick: () => this.act(one, "answer") }, "Answer"))];
  }

  // The keypad stays as it is while what is heard grows: the focus must not be lost.
  speaking(one) {
    if (this.pad?.sid !== one.sid || !this.root.contains(this.pad.root)) {
      this.pad = { sid: one.sid, heard: el("div", { class: "heard", "aria-live": "polite", dir: "auto" }), hint: el("small", { class: "hint" }), root: null };
      this.pad.root = el("div", { class: "pad" }, ...KEYS.map((digit) =>
        el("button", { type: "button", "aria-label": `Key ${digit}`, onclick: () => this.press(digit) }, digit)));
      this.root.replaceChildren(this.line("On the telephone", one.from, this.hangUp(one)), this.pad.heard, this.pad.hint, this.pad.root);
      // Whoever answered here goes on with the keys; who is typing elsewhere is left alone.
      if (this.answered === one.sid) this.pad.root.firstElementChild.focus({ preventScroll: true });
    }
    this.pad.heard.replaceChildren(...one.heard.map((words) => el("p", {}, words)));
    this.pad.heard.scrollTop = this.pad.heard.scrollHeight;
    this.pad.hint.textContent = one.waits_for_key ? "It listens for a key." : "";
  }

  hangUp(one) {
    return el("button", { type: "button", class: "no", onclick: () => this.act(one, "hangup") }, "Hang up");
  }

  async over(sid) {
    const ended = (await call(`/phones/${this.view.id}/calls`, undefined, "GET")).find((one) => one.sid === sid);
    if (!ended || this.call) return;
    const held = this.root.contains(document.activeElement);
    this.root.className = "call ended";
    this.root.replaceChildren(this.line(outcome(ended), "ended", el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.hide() }, "✕")),
      ...(ended.status === "completed" ? [el("div", { class: "heard", dir: "auto" }, ...ended.heard.slice(-1).map((words) => el("p", {}, words)))] : []));
    // Not the field for typing: on a touch screen that would bring up the keyboard.
    if (held) this.view.log.focus({ preventScroll: true });
    this.hiding = setTimeout(() => this.hide(), AFTERGLOW);
  }

  hide() {
    this.root.hidden = true;
    this.drawn = "";
  }

  act(one, what) {
    if (what === "answer") this.answered = one.sid;
    this.view.run(async () => {
      const changed = await call(`/phones/${this.view.id}/calls/${one.sid}/${what}`, {});
      if (this.call?.sid === changed.sid) { this.call = changed; this.show(changed); }
    });
  }

  press(digits) {
    if (this.call) this.view.run(() => call(`/phones/${this.view.id}/calls/${this.call.sid}/key`, { digits }));
  }

  key(event) {
    if (this.call?.status === "in-progress" && KEYS.includes(event.key)) { event.preventDefault(); this.press(event.key); }
  }

  async load() {
    const [sms, calls] = await Promise.all(["sms", "calls"].map((what) => call(`/phones/${this.view.id}/${what}`, undefined, "GET")));
    const rows = [
      ...sms.map((one) => ({ at: one.time, sign: "✉", title: "SMS", text: one.text })),
      ...calls.filter((one) => one.ended).map((one) => ({ at: one.time, sign: "☎", title: outcome(one), text: one.heard.join(" ") })),
    ].sort((one, other) => other.at.localeCompare(one.at));
    this.unseen += this.history.open ? 0 : Math.max(0, rows.length - this.list.children.length);
    this.list.replaceChildren(...rows.map((one) => el("li", {},
      el("span", { class: "icon", "aria-hidden": "true" }, one.sign),
      el("span", { dir: "auto" }, el("b", {}, one.title), one.text ? ` ${one.text}` : null),
      el("time", {}, clockTime(one.at)))));
    this.history.hidden = !rows.length;
    if (rows.length) this.newest.textContent = `${rows[0].sign} ${rows[0].title}${rows[0].text ? `: ${rows[0].text}` : ""}`;
    this.badge.hidden = !this.unseen;
    this.badge.textContent = String(this.unseen);
  }

  looked() {
    if (!this.history.open) return;
    this.unseen = 0;
    this.badge.hidden = true;
  }
}

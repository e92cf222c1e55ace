// What only phones with WhatsApp have: the clock of the 24-hour window, and the sheet of a list of choices.

import { call, el } from "./dom.js";

const CLOCK_EVERY = 15_000;

function lasting(seconds) {
  const minutes = Math.max(1, Math.floor(seconds / 60));
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

export class WindowBar {
  constructor(view) {
    this.text = el("span", {});
    this.button = el("button", { type: "button", title: "Closes WhatsApp’s 24-hour window: then only approved templates get through", onclick: () => view.run(async () => view.update(await call(`/phones/${view.id}/window`, {}))) }, "Pretend 24 hours passed");
    this.root = el("div", { class: "window" }, this.text, this.button);
    setInterval(() => this.show(), CLOCK_EVERY);
  }

  // The vendor's clock counts, so what is left is counted down from what it said.
  update(state) {
    this.wrote = state.closes !== null;
    this.ends = performance.now() + state.seconds_left * 1000;
    this.show();
  }

  show() {
    const left = (this.ends - performance.now()) / 1000;
    const open = left > 0;
    this.root.classList.toggle("open", open);
    this.button.hidden = !open;
    const closed = this.wrote ? "Window closed: only templates arrive" : "Window closed: not written yet";
    const words = open ? `Window open, ${lasting(left)} left` : closed;
    if (this.text.textContent !== words) this.text.textContent = words;
  }
}

export class ListSheet {
  constructor(view) {
    this.view = view;
    this.title = el("h3", {});
    this.items = el("div", { class: "items" });
    this.root = el("div", { class: "sheet", role: "dialog", "aria-modal": "false", hidden: true, onkeydown: (event) => this.key(event) },
      el("div", { class: "paper" },
        el("div", { class: "top-line" }, this.title, el("button", { type: "button", class: "close", "aria-label": "Close the list", onclick: () => this.close() }, "✕")),
        this.items));
    this.root.addEventListener("click", (event) => { if (event.target === this.root) this.close(); });
  }

  open(message) {
    this.before = document.activeElement;
    this.title.textContent = message.list_label;
    this.root.setAttribute("aria-label", message.list_label);
    this.items.replaceChildren(...message.buttons.flat().map((item) =>
      el("button", { type: "button", class: "item", onclick: () => { this.close(); this.view.tap(message, item); } },
        el("span", {}, item.text), item.description ? el("small", {}, item.description) : null)));
    this.root.hidden = false;
    this.items.firstElementChild?.focus();
  }

  close() {
    this.root.hidden = true;
    this.before?.focus();
  }

  key(event) {
    const items = [...this.items.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") this.close();
    if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
    if (event.key.startsWith("Arrow")) event.preventDefault();
  }
}

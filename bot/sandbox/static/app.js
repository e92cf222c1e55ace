// The page: one view a phone, kept up to date by the server's events.

import { call, el } from "./dom.js";
import { PhoneView } from "./phone.js";

const place = document.getElementById("phones");
const switcher = document.getElementById("switcher");
const more = document.getElementById("more");
const views = new Map();
let chosen = "";
let stranger = false;

function choose(id) {
  chosen = id;
  for (const view of views.values()) view.root.classList.toggle("chosen", view.id === id);
  drawSwitcher();
}

function drawSwitcher() {
  const shown = [...views.values()].filter((view) => !view.root.hidden);
  switcher.replaceChildren(...shown.map((view) => el("button", { type: "button", "aria-pressed": String(view.id === chosen), onclick: () => { choose(view.id); view.read(); } },
    view.state.name.replace(/^Dr /, "").split(" ")[0],
    view.state.unread ? el("span", { class: "badge", "aria-label": `${view.state.unread} unread` }, String(view.state.unread)) : null)));
}

function showStranger() {
  for (const view of views.values()) view.root.hidden = !view.state.shown && !stranger;
  more.setAttribute("aria-pressed", String(stranger));
  more.textContent = stranger ? "Hide the stranger" : "Show the stranger";
  drawSwitcher();
}

async function refresh(ids) {
  const states = await call("/phones", undefined, "GET");
  for (const state of states) {
    const view = views.get(state.id);
    if (!view) continue;
    view.update(state);
    const badge = state.unread ? String(state.unread) : "";
    view.root.dataset.unread = badge;
    if (!ids || ids.includes(state.id)) await view.load();
  }
  drawSwitcher();
}

let queued = null;
let busy = false;
async function soon(ids) {
  queued = [...new Set([...(queued || []), ...ids])];
  if (busy) return;
  busy = true;
  while (queued) {
    const now = queued;
    queued = null;
    try { await refresh(now); } catch { queued = null; }
  }
  busy = false;
}

async function start() {
  const [states, samples] = await Promise.all([call("/phones", undefined, "GET"), call("/samples", undefined, "GET")]);
  for (const state of states) {
    const view = new PhoneView(state, samples);
    views.set(state.id, view);
    place.append(view.root);
  }
  choose(states[0]?.id);
  showStranger();
  await refresh();
  const events = new EventSource("/events");
  events.onmessage = (event) => soon(JSON.parse(event.data).phones);
  events.onopen = () => soon([...views.keys()]);
  // A typing sign ends by time alone.
  setInterval(() => { if ([...views.values()].some((view) => view.state.typing)) soon([]); }, 2000);
}

more.addEventListener("click", () => { stranger = !stranger; showStranger(); });
start();

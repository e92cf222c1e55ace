// The page: one view a phone, kept up to date by the server's events; chips choose which phones are on it.

import { call, el } from "./dom.js";
import { PhoneView } from "./phone.js";

const KEPT = "phones-shown";
const place = document.getElementById("phones");
const switcher = document.getElementById("switcher");
const narrow = matchMedia("(max-width: 480px)");
const views = new Map();
const shown = new Set();
let chosen = "";

function remember() {
  try { localStorage.setItem(KEPT, JSON.stringify([...shown])); } catch { /* a browser without a store */ }
}

function remembered(states) {
  const known = states.map((state) => state.id);
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    if (Array.isArray(kept) && kept.some((id) => known.includes(id))) return kept.filter((id) => known.includes(id));
  } catch { /* nothing was kept */ }
  return states.filter((state) => state.shown).map((state) => state.id);
}

// On a small screen one phone is seen at a time, on a large one as many as are wanted.
function pick(view) {
  if (narrow.matches) {
    chosen = view.id;
    shown.add(view.id);
    view.read();
  } else if (shown.has(view.id) && shown.size > 1) {
    shown.delete(view.id);
  } else {
    shown.add(view.id);
  }
  remember();
  arrange();
  if (shown.has(view.id)) view.root.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// A phone that rings is heard wherever it lies; on a small screen its chip says so.
function bringUp(view) {
  if (narrow.matches || shown.has(view.id)) return;
  shown.add(view.id);
  arrange();
  view.root.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function arrange() {
  if (!shown.has(chosen)) [chosen] = shown;
  for (const view of views.values()) {
    view.root.hidden = !shown.has(view.id);
    view.root.classList.toggle("chosen", view.id === chosen);
  }
  drawChips();
}

function chip(view) {
  const { state } = view;
  const on = narrow.matches ? view.id === chosen : shown.has(view.id);
  const rings = state.call && state.call.status === "ringing";
  const made = el("button", { type: "button", id: `chip-${view.id}`, class: `chip ${state.channel}${rings ? " rings" : ""}`, "aria-pressed": String(on), title: `${state.name}, ${view.channelName()}`, onclick: () => pick(view) },
    state.name.replace(/^Dr /, "").split(" ")[0],
    rings ? el("span", { "aria-label": "rings" }, " ☎") : null,
    state.unread ? el("span", { class: "badge", "aria-label": `${state.unread} unread` }, String(state.unread)) : null);
  return made;
}

let chipsDrawn = "";
function drawChips() {
  const groups = Map.groupBy ? [...Map.groupBy(views.values(), (view) => view.channelName())] : [["", [...views.values()]]];
  const made = groups.map(([name, some]) => el("div", { class: "chips", role: "group", "aria-label": name }, el("span", { class: "group" }, name), ...some.map(chip)));
  const mark = made.map((one) => one.outerHTML).join();
  if (mark === chipsDrawn) return;
  chipsDrawn = mark;
  const held = switcher.contains(document.activeElement) ? document.activeElement.id : "";
  switcher.replaceChildren(...made);
  if (held) document.getElementById(held)?.focus();
}

async function refresh(ids) {
  const states = await call("/phones", undefined, "GET");
  for (const state of states) {
    const view = views.get(state.id);
    if (!view) continue;
    view.update(state);
    const badge = state.unread ? String(state.unread) : "";
    view.root.dataset.unread = badge;
    if (state.call?.status === "ringing") bringUp(view);
    if (!ids || ids.includes(state.id)) await view.load();
  }
  drawChips();
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
  for (const id of remembered(states)) shown.add(id);
  chosen = states[0]?.id;
  arrange();
  narrow.addEventListener("change", arrange);
  await refresh();
  const events = new EventSource("/events");
  events.onmessage = (event) => soon(JSON.parse(event.data).phones);
  events.onopen = () => soon([...views.keys()]);
  // A typing sign ends by time alone.
  setInterval(() => { if ([...views.values()].some((view) => view.state.typing)) soon([]); }, 2000);
}

start();

"use strict";
// Search, keys, themes, links within the page, and print.
const found = $("found"), query = $("query");
let hits = [], chosen = 0;

const KINDS = { ns: "namespace", entry: "workload", policy: "policy", port: "port" };

function search(text) {
  const words = text.trim().toLowerCase();
  if (words === "") return [];
  const all = [];
  const port = /^(?:(tcp|udp|sctp)[ /:]?)?(\d{1,5})(?:[ /](tcp|udp|sctp))?$/.exec(words);
  if (port && +port[2] >= 1 && +port[2] <= 65535) {
    const protocol = port[1] || port[3] || null;
    all.push({ kind: "port", name: (protocol ? protocol.toUpperCase() + " " : "port ") + port[2], port: { protocol: protocol && protocol.toUpperCase(), port: +port[2] } });
  }
  const near = (name) => name.toLowerCase().indexOf(words);
  for (const ns of namespaces) if (near(nsName(ns)) >= 0) all.push({ kind: "ns", name: nsName(ns), ns });
  const named = [];
  for (const entry of entries) {
    for (let at = 0; at < entry.names.length && named.length < 400; at++) {
      const name = fullName(entry, at), place = near(name);
      if (place >= 0) named.push({ kind: "entry", name, entry, at, place });
    }
  }
  named.sort((a, b) => a.place - b.place || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  const policies = [...new Set(rules.map((rule) => rule.policy))].filter((name) => near(name) >= 0);
  return all.concat(named, policies.map((name) => ({ kind: "policy", name }))).slice(0, 40);
}

function offer() {
  hits = search(query.value);
  chosen = 0;
  found.replaceChildren(...hits.map((it, place) => el("div", {
    role: "option", id: "hit" + place, "aria-selected": place === chosen, onmousedown: (event) => { event.preventDefault(); go(it); },
  }, el("span", { class: "m" }, it.name), el("span", { class: "dim" }, KINDS[it.kind]))));
  if (query.value.trim() !== "" && hits.length === 0) found.append(el("div", { class: "dim" }, "nothing is called so"));
  const isOpen = query.value.trim() !== "";
  found.classList.toggle("on", isOpen);
  query.setAttribute("aria-expanded", isOpen);
  mark();
}

function mark() {
  [...found.children].forEach((child, place) => child.setAttribute("aria-selected", place === chosen));
  if (hits.length > 0) {
    query.setAttribute("aria-activedescendant", "hit" + chosen);
    found.children[chosen].scrollIntoView({ block: "nearest" });
  } else query.removeAttribute("aria-activedescendant");
}

function close() {
  found.classList.remove("on");
  query.setAttribute("aria-expanded", false);
}

function go(it) {
  query.value = "";
  query.blur();
  if (it.kind === "entry") location.hash = "focus=" + encodeURIComponent(it.name);
  else if (it.kind === "ns") {
    fold(it.ns, true);
    const row = grid.rows.findIndex((line) => line.ns === it.ns), column = grid.columns.findIndex((line) => line.ns === it.ns);
    pick(Math.max(0, row), Math.max(0, column));
    $("matrix").scrollIntoView();
    grid.box.focus({ preventScroll: true });
  } else {
    wanted.port = it.kind === "port" ? it.port : null;
    wanted.policy = it.kind === "policy" ? it.name : null;
    $("only").replaceChildren("only " + it.name + " ", el("button", { onclick: forget, "aria-label": "Show everything again" }, "✕"));
    rebuild();
    $("matrix").scrollIntoView();
  }
}

function forget() {
  wanted.port = wanted.policy = null;
  $("only").replaceChildren();
  rebuild();
}

query.addEventListener("input", offer);
query.addEventListener("blur", close);
query.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && hits.length > 0) {
    chosen = (chosen + step + hits.length) % hits.length;
    mark();
    event.preventDefault();
  } else if (event.key === "Enter" && hits[chosen]) go(hits[chosen]);
  else if (event.key === "Escape") { query.value = ""; close(); query.blur(); }
});

// A link within the page: `#focus=shop/web[Deployment]`.
function follow() {
  const asked = /^#focus=(.+)$/.exec(location.hash);
  if (!asked) return;
  let name = asked[1];
  try { name = decodeURIComponent(name); } catch { return; }
  for (const entry of entries) {
    const at = entry.names.findIndex((_, place) => fullName(entry, place) === name);
    if (at >= 0) {
      showFocus(entry, at);
      $("focus").scrollIntoView();
      return;
    }
  }
}
window.addEventListener("hashchange", follow);

// The matrix.
grid.box.addEventListener("scroll", () => draw());
grid.canvas.addEventListener("click", (event) => {
  const at = hit(event);
  if (!at) return;
  if (at.line && at.line.entry) location.hash = "focus=" + encodeURIComponent(fullName(at.line.entry));
  else if (at.line) fold(at.line.ns, !grid.open.has(at.line.ns.id));
  else pick(at.row, at.column);
});
grid.canvas.addEventListener("mousemove", (event) => {
  const at = hit(event);
  grid.canvas.style.cursor = at ? "pointer" : "default";
  grid.canvas.title = !at ? "" : at.line ? (at.line.entry ? at.line.entry.names.slice(0, 20).map((_, n) => fullName(at.line.entry, n)).join("\n") : nsName(at.line.ns))
    : lineName(grid.rows[at.row]) + " → " + lineName(grid.columns[at.column]);
});
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
grid.box.addEventListener("keydown", (event) => {
  if (grid.rows.length === 0 || grid.columns.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = [grid.rows.length - 1, grid.columns.length - 1];
  const at = grid.at || { row: 0, column: 0 };
  const move = MOVES[event.key];
  if (move) {
    const jump = event.shiftKey ? 10 : 1;
    const to = (value, step, most) => Math.min(most, Math.max(0, value + step * jump));
    if (grid.at) pick(to(at.row, move[0], last[0]), to(at.column, move[1], last[1]));
    else pick(0, 0);
  } else if (event.key === "Home") pick(event.shiftKey ? 0 : at.row, 0);
  else if (event.key === "End") pick(event.shiftKey ? last[0] : at.row, last[1]);
  else if (event.key === "Enter" && grid.at) {
    const row = grid.rows[at.row], column = grid.columns[at.column];
    const closed = [row, column].filter((line) => !line.entry && !line.open);
    if (closed.length > 0) unfold(closed.map((line) => line.ns), row, column);
    else if (row.entry) location.hash = "focus=" + encodeURIComponent(fullName(row.entry));
  } else if (event.key === "Escape") {
    if (isWanted()) forget();
    else if (grid.at) {
      const row = grid.rows[at.row], column = grid.columns[at.column];
      grid.open.delete(row.ns.id);
      grid.open.delete(column.ns.id);
      rebuild();
      pickLines(row.ns, column.ns);
    }
  } else return;
  event.preventDefault();
});

function pickLines(from, to) {
  const row = grid.rows.findIndex((line) => line.ns === from), column = grid.columns.findIndex((line) => line.ns === to);
  if (row >= 0 && column >= 0) pick(row, column);
}

function unfold(list, row, column) {
  for (const ns of list) grid.open.add(ns.id);
  rebuild();
  pickLines(row.ns, column.ns);
}

function zoom(size) {
  grid.size = Math.min(40, Math.max(5, size));
  layout();
}
$("unfold").addEventListener("click", () => {
  const isAll = namespaces.every((ns) => grid.open.has(ns.id));
  grid.open = new Set(isAll ? [] : namespaces.map((ns) => ns.id));
  $("unfold").textContent = isAll ? "Unfold all" : "Fold all";
  rebuild();
});
$("empty").addEventListener("click", () => {
  grid.hideEmpty = !grid.hideEmpty;
  $("empty").setAttribute("aria-pressed", grid.hideEmpty);
  rebuild();
});
$("fit").addEventListener("click", () => {
  const wide = (grid.box.clientWidth - grid.left - 20) / Math.max(1, grid.columns.length);
  const high = (window.innerHeight * 0.74 - grid.top) / Math.max(1, grid.rows.length);
  zoom(Math.floor(Math.min(wide, high, 24)));
});
$("larger").addEventListener("click", () => zoom(grid.size * 1.25));
$("smaller").addEventListener("click", () => zoom(grid.size / 1.25));

// Themes, help, keys of the whole page.
const THEMES = ["auto", "light", "dark"];
$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme || "auto") + 1) % THEMES.length];
  root.dataset.theme = next;
  $("theme").setAttribute("aria-label", "Colours: " + next);
  $("theme").title = "Colours: " + next;
  draw();
});
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
$("keys").addEventListener("click", () => $("help").showModal());
document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    query.focus();
    event.preventDefault();
  } else if (event.key === "?") $("help").showModal();
  else if (event.key === "m") grid.box.focus();
});

let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const it of folded) it.open = true;
  draw(true);
});
window.addEventListener("afterprint", () => {
  for (const it of folded) it.open = false;
  draw();
});
let resized = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(layout);
});

// Few entries are shown unfolded at once, and larger.
if (entries.length <= 60) grid.open = new Set(namespaces.map((ns) => ns.id));
if (entries.length <= 30) grid.size = 22;
if (grid.open.size > 0) $("unfold").textContent = "Fold all";
rebuild();
follow();
if (!location.hash.startsWith("#focus=")) {
  const first = entries.filter((entry) => !namespaces[entry.ns].outside);
  first.sort((a, b) => b.in.length + b.out.length - a.in.length - a.out.length || a.id - b.id);
  if (first[0]) showFocus(first[0]);
}

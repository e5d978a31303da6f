"use strict";
// What the page knows: entries, what passes between them, and by which rules. All text of manifests
// is put on the page as text, never as markup.
const raw = JSON.parse(document.getElementById("data").textContent);
const SOME = 1, WIDE = 2, ALL = 3;
const $ = (id) => document.getElementById(id);

// An element with attributes and children; a child that is a string is text.
function el(name, attributes, ...children) {
  const made = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
}

const plural = (n, one, many) => n.toLocaleString("en") + " " + (n === 1 ? one : many);

// Namespaces by name, with what is outside the cluster first.
const namespaces = raw.namespaces.map((name, id) => ({ id, name, outside: name === null, entries: [], count: 0, several: 0 }));
const at = (place) => (place ? raw.files[place[0]] + ":" + place[1] : null);
const entries = raw.entries.map(([ns, holds, names, place, several, ranges], id) => ({
  id, ns, names, place: at(place), ranges, several, count: names.length,
  internet: !!(holds & 1), egress: !!(holds & 2), ingress: !!(holds & 4), host: !!(holds & 8), out: [], in: [],
}));
for (const entry of entries) {
  const ns = namespaces[entry.ns];
  ns.entries.push(entry);
  ns.count += entry.count;
  ns.several += entry.several;
}

// `TCP 80,443-450,UDP 53` as protocols with their ranges.
function ranges(text) {
  if (text === "All Connections") return ["TCP", "UDP", "SCTP"].map((protocol) => [protocol, 1, 65535]);
  let protocol = "";
  return text.split(",").map((part) => {
    const words = part.split(" ");
    if (words.length > 1) protocol = words[0];
    const [first, last] = words[words.length - 1].split("-").map(Number);
    return [protocol, first, last || first];
  });
}
const sets = raw.sets.map(([text, level], id) => ({ id, text, level, ranges: ranges(text) }));

const rules = [];
for (const [ns, own, file, all] of raw.policies) {
  const policy = (ns === null ? "" : raw.namespaces[ns] + "/") + own;
  for (let i = 0; i < all.length; i += 3) {
    const line = all[i + 2];
    rules.push({ policy, number: all[i], text: raw.words[rules.length], place: file === null || line === 0 ? null : at([file, line]) });
  }
}
const reasons = raw.reasons.map((list) => ({
  rules: list.filter((it) => typeof it === "number"), past: list.filter((it) => typeof it === "string"), more: list.includes(true),
}));

// Numbers that follow each other are written as first and last.
function spread(list) {
  const all = [];
  for (const item of list) {
    if (typeof item === "number") all.push(item);
    else for (let n = item[0]; n <= item[1]; n++) all.push(n);
  }
  return all;
}

for (const [from, to, set, egress, ingress] of raw.links) {
  const destinations = spread(to);
  for (const source of spread(from)) {
    for (const destination of destinations) {
      const link = { from: source, to: destination, set, egress, ingress };
      entries[source].out.push(link);
      entries[destination].in.push(link);
    }
  }
}

const nsName = (ns) => (ns.outside ? "outside the cluster" : ns.name);
// `web[Deployment]`, or how many there are.
function label(entry) {
  const more = entry.count > 1 ? " +" + (entry.count - 1) : "";
  return entry.names[0] + more;
}
const fullName = (entry, at = 0) => {
  const ns = namespaces[entry.ns];
  return ns.outside ? entry.names[at] : ns.name + "/" + entry.names[at];
};

// The pairs of different members that a link stands for.
function pairs(link) {
  const from = entries[link.from], to = entries[link.to];
  return link.from === link.to ? from.count * (from.count - 1) + from.several : from.count * to.count;
}

// What is looked for: a port, a policy, or nothing. Links that do not have it are dimmed.
const wanted = { port: null, policy: null };
function fits(link) {
  if (wanted.port !== null) {
    const { protocol, port } = wanted.port;
    const has = sets[link.set].ranges.some(([p, first, last]) =>
      (protocol === null || p === protocol) && first <= port && port <= last);
    if (!has) return false;
  }
  if (wanted.policy !== null) {
    const has = [link.egress, link.ingress].some((id) =>
      reasons[id].rules.some((rule) => rules[rule].policy === wanted.policy));
    if (!has) return false;
  }
  return true;
}
const isWanted = () => wanted.port !== null || wanted.policy !== null;

// Links with equal ports and rules, taken together.
function joined(links) {
  const groups = new Map();
  for (const link of links) {
    const key = link.set + " " + link.egress + " " + link.ingress;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(link);
  }
  return [...groups.values()].sort((a, b) => sets[b[0].set].level - sets[a[0].set].level || b.length - a.length);
}

const chip = (set) => el("span", { class: "chip l" + set.level }, set.text);

function entryLink(entry) {
  const name = entry.count > 1 ? fullName(entry) + " and " + plural(entry.count - 1, "other", "others") : fullName(entry);
  return el("a", { class: "w", href: "#focus=" + encodeURIComponent(fullName(entry)), title: entry.names.slice(0, 12).join("\n") }, name);
}

// Why something passes on one side.
function why(word, id) {
  const reason = reasons[id];
  const all = reason.rules.map((number) => {
    const rule = rules[number];
    return el("span", { class: "rule" }, word + ": ",
      el("b", {}, rule.policy + " rule " + rule.number), rule.place ? el("span", { class: "m" }, " (" + rule.place + ")") : null,
      rule.text ? el("span", { class: "text" }, rule.text) : null);
  });
  for (const past of reason.past) all.push(el("span", { class: "rule" }, word + ": " + past));
  if (reason.more) all.push(el("span", { class: "rule" }, word + ": and more rules"));
  return all;
}

"use strict";
// What is said of one cell, and of one workload.
const GROUPS = 30, BOXES = 26, APART = 12;

const lineName = (line) => (line.entry ? fullName(line.entry) : nsName(line.ns));

function showCell(row, column, cell) {
  const panel = $("cell");
  const head = lineName(row) + " → " + lineName(column);
  if (!cell) {
    panel.replaceChildren(el("h2", {}, head), el("p", { class: "dim" }, row.open || column.open ? "unfolded: see its workloads" : "nothing passes"));
    $("say").textContent = head + ": nothing";
    return;
  }
  const all = possible(row, column);
  const links = isWanted() ? cell.links.filter(fits) : cell.links;
  const groups = joined(links);
  panel.replaceChildren(
    el("h2", {}, head),
    el("p", { class: "dim" }, cell.pairs.toLocaleString("en") + " of " + plural(all, "pair", "pairs") + " connected"),
    ...groups.slice(0, GROUPS).map(group),
    groups.length > GROUPS ? el("p", { class: "dim" }, "and " + (groups.length - GROUPS) + " more with other ports or rules: unfold the namespaces") : "",
  );
  const told = [...new Set(links.map((link) => sets[link.set].text))];
  $("say").textContent = head + ": " + told.slice(0, 4).join("; ") + ", " + cell.pairs + " of " + all + " pairs";
}

// Links with equal ports and rules.
function group(links) {
  const shown = links.slice(0, 8).map((link) =>
    el("div", {}, entryLink(entries[link.from]), " → ", link.from === link.to ? "each other" : entryLink(entries[link.to])));
  if (links.length > 8) shown.push(el("div", { class: "dim" }, "and " + (links.length - 8) + " more"));
  return el("div", { class: "group" }, ...shown, el("div", {}, chip(sets[links[0].set])),
    ...why("out", links[0].egress), ...why("in", links[0].ingress));
}

// One side of the focus: an entry in each box, a namespace above twelve.
function boxes(links, far) {
  if (links.length <= APART) {
    return links.map((link) => {
      const entry = entries[link[far]];
      return { name: label(entry), under: nsName(namespaces[entry.ns]), set: sets[link.set], link, entry };
    });
  }
  const by = new Map();
  for (const link of links) {
    const ns = entries[link[far]].ns;
    if (!by.has(ns)) by.set(ns, []);
    by.get(ns).push(link);
  }
  return [...by].map(([id, own]) => {
    const ns = namespaces[id];
    if (own.length === 1) {
      const entry = entries[own[0][far]];
      return { name: label(entry), under: nsName(ns), set: sets[own[0].set], entry };
    }
    const level = Math.max(...own.map((link) => sets[link.set].level));
    const texts = [...new Set(own.map((link) => sets[link.set].text))];
    const text = texts.length === 1 ? texts[0] : texts.length + " sets of ports";
    const count = own.reduce((sum, link) => sum + entries[link[far]].count, 0);
    const under = ns.outside ? plural(own.length, "set of addresses", "sets of addresses") : plural(count, "workload", "workloads");
    return { name: nsName(ns), under, set: { text, level }, entry: null };
  });
}

function showFocus(entry, at = 0) {
  const into = entry.in.filter((link) => link.from !== entry.id), out = entry.out.filter((link) => link.to !== entry.id);
  $("who").textContent = fullName(entry, at) + (entry.count > 1 ? " (and " + plural(entry.count - 1, "other", "others") + " with the same rights)" : "");
  const left = boxes(into, "from"), right = boxes(out, "to");
  $("picture").replaceChildren(picture(entry, at, left, right));
  const own = entry.in.find((link) => link.from === entry.id);
  $("tables").replaceChildren(
    side("Who reaches it", into, "from"), side("What it reaches", out, "to"),
    own ? el("p", { class: "dim" }, "Its own pods reach each other: ", chip(sets[own.set])) : "",
    el("p", { class: "dim" }, governed(entry), entry.place ? " Declared at " + entry.place + "." : ""),
  );
}

function governed(entry) {
  if (namespaces[entry.ns].outside) return entry.ranges.join(", ");
  if (entry.host) return "It is in the network of its node, where policies do not govern it.";
  const words = [entry.egress ? null : "egress", entry.ingress ? null : "ingress"].filter(Boolean);
  return words.length === 0 ? "Policies govern it in both directions." : "No policy governs its " + words.join(" and its ") + ".";
}

function picture(entry, at, left, right) {
  const high = 46, wide = 1140, box = 330, middle = 280;
  const cutAt = (list) => (list.length > BOXES ? list.slice(0, BOXES - 1) : list);
  const sides = [cutAt(left), cutAt(right)];
  const rows = Math.max(sides[0].length + (left.length > BOXES), sides[1].length + (right.length > BOXES), 2);
  const height = 34 + rows * high;
  const svg = el("svg:svg", { viewBox: "0 0 " + wide + " " + height, role: "img", "aria-label": fullName(entry, at) + ": reached by " + left.length + ", reaches " + right.length });
  const centre = 34 + (rows * high) / 2;
  const text = (x, y, words, attributes) => el("svg:text", { x, y, ...attributes }, words);
  const fit = (words, most) => (words.length > most ? words.slice(0, most - 1) + "…" : words);
  sides.forEach((list, number) => {
    const isLeft = number === 0, x = isLeft ? 0 : wide - box, all = isLeft ? left : right;
    svg.append(text(isLeft ? 0 : wide, 14, (isLeft ? "reach it · " : "it reaches · ") + all.length, { class: "h", "text-anchor": isLeft ? "start" : "end" }));
    const start = 34 + ((rows - list.length) * high) / 2;
    list.forEach((it, place) => {
      const y = start + place * high, mid = y + 19;
      const near = isLeft ? box : x, far = isLeft ? wide / 2 - middle / 2 : wide / 2 + middle / 2;
      svg.append(el("svg:path", { class: "e" + it.set.level, d: "M" + near + " " + mid + "C" + (near + far) / 2 + " " + mid + " " + (near + far) / 2 + " " + centre + " " + far + " " + centre }));
      const node = el("svg:g", { class: "n", ...(it.entry ? { tabindex: 0, role: "link", "aria-label": fullName(it.entry) } : {}) },
        el("svg:rect", { class: "b", x, y, width: box, height: 38, rx: 6 }),
        el("svg:rect", { class: "p" + it.set.level, x: isLeft ? box - 4 : x, y: y + 8, width: 4, height: 22 }),
        text(x + 14, y + 16, fit(it.name, 26)), text(x + 14, y + 31, fit(it.under, 28), { class: "d" }),
        text(x + box - 14, y + 23, fit(it.set.text, 20), { class: "t" + it.set.level, "text-anchor": "end" }));
      if (it.entry) {
        const go = () => { location.hash = "focus=" + encodeURIComponent(fullName(it.entry)); };
        node.addEventListener("click", go);
        node.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
      }
      svg.append(node);
    });
    if (all.length > list.length) svg.append(text(x + 14, start + list.length * high + 20, "and " + (all.length - list.length) + " more: see the table", { class: "d" }));
  });
  svg.append(
    el("svg:rect", { class: "c", x: wide / 2 - middle / 2, y: centre - 24, width: middle, height: 48, rx: 8 }),
    text(wide / 2, centre - 3, fit(entry.names[at] || entry.names[0], 34), { "text-anchor": "middle" }),
    text(wide / 2, centre + 14, fit(nsName(namespaces[entry.ns]), 34), { class: "d", "text-anchor": "middle" }));
  return svg;
}

// A table whose rows have equal ports and rules.
function side(head, links, far) {
  const rows = joined(links).map((own) => {
    const names = own.slice(0, 10).map((link) => el("div", {}, entryLink(entries[link[far]])));
    if (own.length > 10) names.push(el("div", { class: "dim" }, "and " + (own.length - 10) + " more"));
    return el("tr", {}, el("td", {}, ...names), el("td", {}, chip(sets[own[0].set]), ...why("out", own[0].egress), ...why("in", own[0].ingress)));
  });
  const body = rows.length > 0 ? el("table", {}, el("tr", {}, el("th", {}, far === "from" ? "from" : "to"), el("th", {}, "ports, and what lets them through")), ...rows) : el("p", { class: "dim" }, "nobody");
  return el("div", {}, el("h3", {}, head), body);
}

"use strict";
// The matrix on a canvas: namespaces that unfold, of which only what is seen is drawn.
const grid = {
  open: new Set(), hideEmpty: true, size: 18, rows: [], columns: [], cells: [], at: null,
  box: $("grid"), canvas: $("canvas"), pad: $("pad"), left: 210, top: 150,
};

// One row or column: a namespace, or an entry of one that is unfolded.
function lines(has) {
  const all = [];
  for (const ns of namespaces) {
    const shown = grid.hideEmpty ? ns.entries.filter(has) : ns.entries;
    if (shown.length === 0) continue;
    const isOpen = grid.open.has(ns.id);
    all.push({ ns, entry: null, open: isOpen });
    if (isOpen) for (const entry of shown) all.push({ ns, entry, open: false });
  }
  return all;
}

function places(list) {
  const of = new Map();
  list.forEach((line, place) => {
    if (line.entry) of.set(line.entry.id, place);
    else if (!line.open) for (const entry of line.ns.entries) of.set(entry.id, place);
  });
  return of;
}

// All pairs that a cell stands for.
function possible(row, column) {
  const size = (line) => (line.entry ? line.entry : line.ns);
  const from = size(row), to = size(column);
  return from === to ? from.count * (from.count - 1) + from.several : from.count * to.count;
}

function rebuild() {
  grid.rows = lines((entry) => entry.out.length > 0);
  grid.columns = lines((entry) => entry.in.length > 0);
  const rows = places(grid.rows), columns = places(grid.columns);
  grid.cells = grid.rows.map(() => new Map());
  for (const entry of entries) {
    const row = rows.get(entry.id);
    if (row === undefined) continue;
    for (const link of entry.out) {
      const column = columns.get(link.to);
      if (column === undefined) continue;
      let cell = grid.cells[row].get(column);
      if (!cell) grid.cells[row].set(column, (cell = { pairs: 0, level: 0, fits: false, links: [] }));
      cell.pairs += pairs(link);
      cell.level = Math.max(cell.level, sets[link.set].level);
      cell.fits = cell.fits || fits(link);
      cell.links.push(link);
    }
  }
  const inside = namespaces.filter((ns) => !ns.outside).length;
  $("shown").textContent = grid.rows.length + " × " + grid.columns.length + " shown · " + plural(inside, "namespace", "namespaces");
  if (grid.at && (grid.at.row >= grid.rows.length || grid.at.column >= grid.columns.length)) grid.at = null;
  layout();
}

function layout() {
  const wide = grid.left + grid.columns.length * grid.size + 90, high = grid.top + grid.rows.length * grid.size + 8;
  grid.pad.style.width = wide + "px";
  grid.pad.style.height = high + "px";
  const limit = Math.min(window.innerHeight * 0.74, 900);
  grid.box.style.height = Math.min(high + 4, Math.max(limit, 320)) + "px";
  draw();
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(whole) {
  const { box, canvas, left, top, size } = grid;
  const width = whole ? left + grid.columns.length * size + 90 : box.clientWidth;
  const height = whole ? top + grid.rows.length * size + 8 : box.clientHeight;
  const ratio = whole ? 2 : window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  const paint = canvas.getContext("2d");
  paint.setTransform(ratio, 0, 0, ratio, 0, 0);
  const x0 = whole ? 0 : box.scrollLeft, y0 = whole ? 0 : box.scrollTop;
  const view = {
    paint, width, height, x0, y0,
    row: [Math.max(0, Math.floor(y0 / size)), Math.min(grid.rows.length, Math.ceil((y0 + height - top) / size))],
    column: [Math.max(0, Math.floor(x0 / size)), Math.min(grid.columns.length, Math.ceil((x0 + width - left) / size))],
  };
  paint.fillStyle = color("--card");
  paint.fillRect(0, 0, width, height);
  drawCells(view);
  drawNames(view);
}

const columnAt = (view, place) => grid.left + place * grid.size - view.x0;
const rowAt = (view, place) => grid.top + place * grid.size - view.y0;

function drawCells(view) {
  const { paint } = view, { size } = grid;
  paint.save();
  paint.beginPath();
  paint.rect(grid.left, grid.top, view.width - grid.left, view.height - grid.top);
  paint.clip();
  if (grid.at) {
    paint.fillStyle = color("--hover");
    paint.fillRect(grid.left, rowAt(view, grid.at.row), view.width, size);
    paint.fillRect(columnAt(view, grid.at.column), grid.top, size, view.height);
  }
  paint.strokeStyle = color("--grid");
  paint.beginPath();
  for (let row = view.row[0]; row <= view.row[1]; row++) {
    const y = Math.round(rowAt(view, row)) + 0.5;
    paint.moveTo(grid.left, y);
    paint.lineTo(Math.min(view.width, columnAt(view, grid.columns.length)), y);
  }
  for (let column = view.column[0]; column <= view.column[1]; column++) {
    const x = Math.round(columnAt(view, column)) + 0.5;
    paint.moveTo(x, grid.top);
    paint.lineTo(x, Math.min(view.height, rowAt(view, grid.rows.length)));
  }
  paint.stroke();
  const fills = [null, color("--some"), color("--wide"), color("--all")];
  for (let row = view.row[0]; row < view.row[1]; row++) {
    for (const [column, cell] of grid.cells[row]) {
      if (column < view.column[0] || column >= view.column[1]) continue;
      const all = possible(grid.rows[row], grid.columns[column]);
      const share = all > 0 ? Math.sqrt(Math.min(1, cell.pairs / all)) : 1;
      const side = Math.max(4, Math.round((size - 4) * Math.max(share, 0.26)));
      paint.globalAlpha = isWanted() && !cell.fits ? 0.13 : 1;
      paint.fillStyle = fills[cell.level];
      shape(paint, cell.level, columnAt(view, column) + size / 2, rowAt(view, row) + size / 2, side);
    }
  }
  paint.globalAlpha = 1;
  if (grid.at) {
    paint.strokeStyle = color("--ink");
    paint.lineWidth = 2;
    paint.strokeRect(columnAt(view, grid.at.column) + 1, rowAt(view, grid.at.row) + 1, size - 2, size - 2);
    paint.lineWidth = 1;
  }
  paint.restore();
}

// Not by colour alone: a square, a diamond, a circle.
function shape(paint, level, x, y, side) {
  const half = side / 2;
  paint.beginPath();
  if (level === ALL) paint.arc(x, y, half, 0, 7);
  else if (level === WIDE) {
    paint.moveTo(x, y - half);
    paint.lineTo(x + half, y);
    paint.lineTo(x, y + half);
    paint.lineTo(x - half, y);
    paint.closePath();
  } else paint.rect(x - half, y - half, side, side);
  paint.fill();
}

const title = (line) => {
  if (line.entry) return label(line.entry);
  return (line.open ? "▾ " : "▸ ") + nsName(line.ns);
};

function drawNames(view) {
  const { paint } = view, { size } = grid;
  const font = (line) => (line.entry ? "" : "600 ") + Math.min(12.5, size - 4) + 'px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace';
  const ink = (line) => color(line.ns.outside ? "--net" : line.entry ? "--dim" : "--ink");
  paint.fillStyle = color("--card");
  paint.fillRect(0, grid.top, grid.left, view.height);
  paint.textBaseline = "middle";
  paint.save();
  paint.beginPath();
  paint.rect(0, grid.top, grid.left - 4, view.height);
  paint.clip();
  for (let row = view.row[0]; row < view.row[1]; row++) {
    const line = grid.rows[row];
    paint.font = font(line);
    paint.fillStyle = ink(line);
    paint.fillText(cut(paint, title(line), grid.left - (line.entry ? 30 : 14)), line.entry ? 22 : 6, rowAt(view, row) + size / 2);
  }
  paint.restore();
  paint.fillStyle = color("--card");
  paint.fillRect(0, 0, view.width, grid.top);
  for (let column = view.column[0]; column < view.column[1]; column++) {
    const line = grid.columns[column], x = columnAt(view, column) + size / 2;
    if (x < grid.left - size) continue;
    paint.save();
    paint.translate(x, grid.top - 6);
    paint.rotate(-0.9);
    paint.font = font(line);
    paint.fillStyle = ink(line);
    paint.fillText(cut(paint, title(line), 168), line.entry ? 10 : 0, 0);
    paint.restore();
  }
  paint.fillStyle = color("--card");
  paint.fillRect(0, 0, grid.left - 26, grid.top - 2);
  paint.fillStyle = color("--dim");
  paint.font = "12px system-ui,sans-serif";
  paint.fillText("from ↓   to →", 6, grid.top - 12);
}

function cut(paint, text, width) {
  if (paint.measureText(text).width <= width) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (paint.measureText(text.slice(0, middle) + "…").width <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low) + "…";
}

// What is at a point of the canvas.
function hit(event) {
  const box = grid.canvas.getBoundingClientRect();
  const x = event.clientX - box.left, y = event.clientY - box.top;
  const row = Math.floor((y - grid.top + grid.box.scrollTop) / grid.size);
  // Names of columns lean to the right.
  const lean = y < grid.top ? (grid.top - y) * 0.8 : 0;
  const column = Math.floor((x - lean - grid.left + grid.box.scrollLeft) / grid.size);
  const inRows = y >= grid.top && row < grid.rows.length, inColumns = x >= grid.left && column >= 0 && column < grid.columns.length;
  if (inRows && inColumns) return { row, column };
  if (inRows && x < grid.left) return { line: grid.rows[row] };
  if (y < grid.top && inColumns) return { line: grid.columns[column] };
  return null;
}

function fold(ns, isOpen) {
  if (isOpen) grid.open.add(ns.id);
  else grid.open.delete(ns.id);
  rebuild();
}

function pick(row, column) {
  grid.at = { row, column };
  const { box, size } = grid;
  const x = column * size, y = row * size;
  const wide = box.clientWidth - grid.left - size, high = box.clientHeight - grid.top - size;
  if (x < box.scrollLeft) box.scrollLeft = x;
  else if (x > box.scrollLeft + wide) box.scrollLeft = x - wide;
  if (y < box.scrollTop) box.scrollTop = y;
  else if (y > box.scrollTop + high) box.scrollTop = y - high;
  draw();
  showCell(grid.rows[row], grid.columns[column], grid.cells[row].get(column));
}

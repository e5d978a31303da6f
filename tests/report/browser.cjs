"use strict";
// Looks at pages of `netpolc report` with a real browser, as a person would:
//   node browser.cjs CHROMIUM CHECK PAGE
// It ends with 1 and says what is wrong where something is. `shots` writes pictures instead:
//   node browser.cjs CHROMIUM shots PAGE LIGHT.png [DARK.png]
const { chromium } = require("playwright-core");
const assert = require("node:assert");
const { pathToFileURL } = require("node:url");

const [, , executablePath, check, file, ...rest] = process.argv;
const url = pathToFileURL(file).href;

async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.asked = [];
  page.on("console", (told) => { if (["error", "warning"].includes(told.type())) page.wrong.push(told.text()); });
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("request", (request) => page.asked.push(request.url()));
  page.on("dialog", (dialog) => { page.wrong.push("dialog: " + dialog.message()); dialog.dismiss(); });
  await page.goto(url);
  return page;
}

// The text that is read aloud for the cell where the keys are.
const said = (page) => page.textContent("#say");

const checks = {
  // Nothing is fetched, nothing goes wrong, and the parts are there.
  async load(browser) {
    const page = await open(browser);
    assert.deepEqual(page.asked.map((it) => it.split("#")[0]), [url]);
    assert.equal(await page.textContent(".tiles li:first-child b"), "5");
    assert.match(await page.textContent("#shown"), /^\d+ × \d+ shown/);
    assert.ok(await page.isVisible("#canvas"));
    const drawn = await page.evaluate(() => {
      const canvas = document.getElementById("canvas");
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      const colours = new Set();
      for (let i = 0; i < data.length; i += 4) colours.add(data[i] * 65536 + data[i + 1] * 256 + data[i + 2]);
      return colours.size;
    });
    assert.ok(drawn > 20, "the canvas has only " + drawn + " colours");
    assert.deepEqual(page.wrong, []);
  },

  // Folding and unfolding by button and by keys.
  async unfold(browser) {
    const page = await open(browser);
    const rows = async () => parseInt(await page.textContent("#shown"), 10);
    const all = await rows();
    await page.click("#unfold");
    const few = await rows();
    assert.ok(few < all, few + " of " + all);
    await page.focus("#grid");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.ok((await rows()) > few);
    await page.keyboard.press("Escape");
    assert.equal(await rows(), few);
    assert.deepEqual(page.wrong, []);
  },

  // Arrow keys move from cell to cell, and what is there is read aloud.
  async keyboard(browser) {
    const page = await open(browser);
    await page.keyboard.press("m");
    await page.keyboard.press("Home");
    const first = await said(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const second = await said(page);
    assert.notEqual(first, second);
    assert.match(second, /→/);
    await page.keyboard.press("?");
    assert.ok(await page.isVisible("#help"));
    await page.keyboard.press("Escape");
    assert.ok(!(await page.isVisible("#help")));
    assert.deepEqual(page.wrong, []);
  },

  // A workload is found by a part of its name, and shown.
  async search(browser) {
    const page = await open(browser);
    await page.keyboard.press("/");
    await page.keyboard.type("shop/api");
    assert.match(await page.textContent("#found"), /shop\/api\[Deployment\]/);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.getElementById("who").textContent.includes("shop/api"));
    assert.match(decodeURIComponent(page.url()), /#focus=shop\/api\[Deployment\]$/);
    assert.match(await page.textContent("#tables"), /shop\/web\[Deployment\]/);
    assert.match(await page.textContent("#tables"), /rule \d/);
    await page.goBack();
    await page.keyboard.press("/");
    await page.keyboard.type("tcp 5432");
    await page.keyboard.press("Enter");
    assert.match(await page.textContent("#only"), /only TCP 5432/);
    await page.click("#only button");
    assert.equal(await page.textContent("#only"), "");
    assert.deepEqual(page.wrong, []);
  },

  // A link within the page leads to a workload, and so does a box of the picture.
  async focus(browser) {
    const page = await open(browser);
    await page.goto(url + "#focus=" + encodeURIComponent("shop/db[StatefulSet]"));
    await page.waitForFunction(() => document.getElementById("who").textContent.includes("shop/db"));
    const box = page.locator("#picture g[role=link]").first();
    const name = await box.getAttribute("aria-label");
    await box.click();
    await page.waitForFunction((name) => document.getElementById("who").textContent.startsWith(name), name);
    assert.deepEqual(page.wrong, []);
  },

  // Light and dark, by the system and by the button; text can be read in both.
  async dark(browser) {
    const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await open(browser, { colorScheme: "light" });
    const dark = await open(browser, { colorScheme: "dark" });
    assert.notEqual(await background(light), await background(dark));
    const before = await background(dark);
    await dark.click("#theme");
    assert.equal(await background(dark), await background(light));
    await dark.click("#theme");
    assert.equal(await background(dark), before);
    for (const page of [light, dark]) assert.deepEqual(await page.evaluate(faint), []);
    assert.deepEqual(light.wrong.concat(dark.wrong), []);
  },

  // On paper all folds are open and nothing is cut.
  async print(browser) {
    const page = await open(browser);
    const bytes = await page.pdf({ format: "A4" });
    assert.ok(bytes.length > 10000);
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator("details:not([open])").count(), 0);
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.notEqual(await page.locator("details:not([open])").count(), 0);
    assert.deepEqual(page.wrong, []);
  },

  // Without script the figures, the lists, a table and the findings can be read.
  async plain(browser) {
    const page = await open(browser, { javaScriptEnabled: false });
    assert.equal(await page.textContent(".tiles li:first-child b"), "5");
    assert.match(await page.textContent("#glance"), /ingress-nginx-controller/);
    assert.ok(await page.isVisible("noscript table"));
    assert.match(await page.textContent("#findings"), /NP\d{3}/);
  },

  // Names are text: no markup, no script, no request.
  async hostile(browser) {
    const page = await open(browser);
    assert.deepEqual(page.asked.map((it) => it.split("#")[0]), [url]);
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, iframe, object").length), 0);
    assert.equal(await page.evaluate(() => window.owned), undefined);
    await page.keyboard.press("/");
    await page.keyboard.type("onerror");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, iframe, object").length), 0);
    assert.match(await page.textContent("main"), /<img src=x onerror=/);
    assert.deepEqual(page.wrong, []);
  },

  async shots(browser) {
    for (const [place, colorScheme] of ["light", "dark"].entries()) {
      if (!rest[place]) continue;
      const page = await open(browser, { colorScheme, viewport: { width: 1400, height: 1500 } });
      await page.focus("#grid");
      await page.keyboard.press("Home");
      for (let i = 0; i < 7; i++) await page.keyboard.press("ArrowDown");
      for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowRight");
      await page.evaluate(() => document.activeElement.blur());
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.screenshot({ path: rest[place] });
    }
  },
};

// Text with less contrast than 4.5 to 1 against what is behind it.
function faint() {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const bright = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("script,noscript,dialog") || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    if (!/^rgb/.test(ink)) continue;
    const [a, b] = [bright(parse(ink)), bright(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.add(element.tagName + "." + element.className + " " + ratio.toFixed(2));
  }
  return [...found];
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    await checks[check](browser);
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(check + ": " + (error.stack || error));
  process.exit(1);
});

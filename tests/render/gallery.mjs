// Draws Mermaid diagrams and HTML pages in one headless Chromium and measures the pictures.
// Usage: node gallery.mjs [THEME...] < ENTRIES; one JSON object {"id", "kind": "mermaid" | "html", "text"} a line in,
// {"id", "width", "height", "n_shapes", "defects", "svg": {THEME: text}} a line out; "svg" for Mermaid only, as a file of its own.
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const MERMAID = fileURLToPath(new URL("../../node_modules/mermaid/dist/mermaid.min.js", import.meta.url));
const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PAGE_WIDTHS = [1280, 390];
const MAX_PAGES = 4;
const themes = process.argv.length > 2 ? process.argv.slice(2) : ["default"];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS });
const entries = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() !== "") entries.push(JSON.parse(line));
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), MAX_PAGES) }, drawFromQueue));
await browser.close();

// Each page is drawn by a process of its own.
async function drawFromQueue() {
  const page = await openPage();
  for (let entry = entries.shift(); entry !== undefined; entry = entries.shift()) {
    const { id, kind, text } = entry;
    const picture = await (kind === "mermaid" ? drawDiagram(page, text) : openHtml(page, text)).catch((error) => ({
      width: 0, height: 0, n_shapes: 0, defects: [String(error.message ?? error).split("\n").slice(0, 4).join(" | ")],
    }));
    process.stdout.write(`${JSON.stringify({ id, ...picture })}\n`);
  }
}

async function openPage() {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.route(/^https?:/, (route) => route.abort());
  return page;
}

async function drawDiagram(page, text) {
  if (!(await page.evaluate(() => "mermaid" in globalThis))) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto("about:blank");
    await page.setContent('<body style="margin:0;width:1200px"><div style="height:0;overflow:hidden"><div id="stage" style="width:20000px"></div></div></body>');
    await page.addScriptTag({ path: MERMAID });
  }
  const svg = {};
  let measured = {};
  for (const theme of themes) {
    ({ svg: svg[theme], ...measured } = await page.evaluate(drawAndMeasure, [text, theme]));
  }
  return { ...measured, svg };
}

// Runs in the browser: a picture is defective where it shows next to nothing, has a shape nobody can read, puts texts on top
// of each other or cuts them off.
async function drawAndMeasure([text, theme]) {
  const { mermaid } = globalThis;
  globalThis.nDrawn = (globalThis.nDrawn ?? 0) + 1;
  let state = 20_240_229; // some layouts begin at random: the same picture every time
  Math.random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  mermaid.initialize({ startOnLoad: false, theme, securityLevel: "strict", maxTextSize: 200_000 });
  const stage = document.getElementById("stage");
  stage.replaceChildren(); // measuring texts is slow beside a large picture
  const { svg } = await mermaid.render(`diagram${globalThis.nDrawn}`, text);
  stage.innerHTML = svg;
  const picture = stage.firstElementChild;
  const frame = picture.getBoundingClientRect();
  const boxOf = (element) => element.getBoundingClientRect();
  const shapes = [...stage.querySelectorAll("svg :is(rect,path,circle,ellipse,polygon,text,foreignObject,line)")]
    .filter((shape) => !shape.closest("defs,marker,clipPath"))
    .map(boxOf)
    .filter((box) => box.width > 1 || box.height > 1);
  const labels = [...stage.querySelectorAll("svg :is(text,foreignObject)")]
    .filter((label) => label.textContent.trim() !== "" && getComputedStyle(label).visibility !== "hidden")
    .map((label) => {
      const inner = label.tagName === "text" ? label : (label.firstElementChild ?? label);
      return { text: label.textContent.trim().slice(0, 40), box: boxOf(inner), outer: boxOf(label) };
    })
    .filter(({ box }) => box.width > 1 && box.height > 1);
  const overlap = (a, b) =>
    Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const area = (box) => box.width * box.height;
  const isCovered = (one, other) => overlap(one.box, other.box) > 0.4 * Math.min(area(one.box), area(other.box));
  const covered = labels.filter((one) => labels.some((other) => other !== one && isCovered(one, other)));
  const isOutside = (box) => box.left < frame.left - 6 || box.right > frame.right + 6 || box.top < frame.top - 6 || box.bottom > frame.bottom + 6;
  const cut = labels.filter(({ box, outer }) => isOutside(box) || box.width > outer.width + 8 || box.height > outer.height + 8);
  const notes = [...stage.querySelectorAll("rect.note")].map(boxOf);
  const isSpilled = (box) => !notes.some((note) => box.top >= note.top - 4 && box.bottom <= note.bottom + 4 && box.left >= note.left - 10 && box.right <= note.right + 10);
  const spilled = [...stage.querySelectorAll("text.noteText")].filter((text) => isSpilled(boxOf(text))).map((text) => ({ text: text.textContent.slice(0, 40) }));
  const places = new Set(shapes.map((box) => `${Math.round((box.left + box.right) / 20)},${Math.round((box.top + box.bottom) / 20)}`));
  const ratio = frame.width / Math.max(1, frame.height);
  const names = (some) => some.slice(0, 6).map((label) => JSON.stringify(label.text)).join(", ");
  const defects = [];
  if (shapes.length < 3 || labels.length < 2 || frame.width < 60 || frame.height < 60) defects.push("the picture is empty");
  if (places.size < 3) defects.push("all shapes lie on one another");
  if (ratio > 10 || ratio < 0.1 || Math.max(frame.width, frame.height) > 6000) {
    defects.push(`nobody can read ${Math.round(frame.width)} by ${Math.round(frame.height)} pixels`);
  }
  if (covered.length > 0) defects.push(`texts lie on one another: ${names(covered)}`);
  if (cut.length > 0) defects.push(`texts are cut off: ${names(cut)}`);
  if (spilled.length > 0) defects.push(`notes are wider than their boxes: ${names(spilled)}`);
  const [width, height] = [Math.round(frame.width), Math.round(frame.height)];
  picture.setAttribute("width", width);
  picture.setAttribute("height", height);
  return { svg: new XMLSerializer().serializeToString(picture), width, height, n_shapes: shapes.length, defects };
}

async function openHtml(page, text) {
  const onError = (error) => scriptErrors.add(String(error.message ?? error));
  const scriptErrors = new Set();
  page.on("pageerror", onError);
  const defects = [];
  let measured = {};
  for (const width of PAGE_WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("about:blank");
    await page.setContent(text, { waitUntil: "load" });
    measured = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
      n_shapes: document.querySelectorAll("body *").length,
      n_characters: document.body.innerText.trim().length,
    }));
    if (measured.width > width + 1) defects.push(`a screen of ${width} pixels has to be scrolled sideways to ${measured.width}`);
  }
  const { n_characters, ...size } = measured;
  if (n_characters < 40 || size.n_shapes < 10) defects.push("the page is empty");
  page.off("pageerror", onError);
  defects.push(...[...scriptErrors].map((message) => `its script fails: ${message}`));
  return { ...size, defects };
}

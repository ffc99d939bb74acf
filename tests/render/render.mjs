// Renders diagrams and HTML pages in headless Chromium. Usage: node render.mjs --out DIR [--theme dark] FILE...
// Prints one JSON line a file: {"file", "png", "width", "height", "n_shapes"} or {"file", "error"}; exits 1 if any failed.
import { readFileSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const MERMAID = fileURLToPath(new URL("../../node_modules/mermaid/dist/mermaid.min.js", import.meta.url));
const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : fallback);
const outDir = option("--out", "build/render");
const theme = option("--theme", "default");
mkdirSync(outDir, { recursive: true });

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS });
const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
await page.route(/^https?:/, (route) => route.abort());
let failed = 0;
for (const file of args) {
  try {
    const result = file.endsWith(".mmd") ? await renderDiagram(file) : await renderPage(file);
    console.log(JSON.stringify({ file, ...result }));
  } catch (error) {
    failed += 1;
    console.log(JSON.stringify({ file, error: String(error.message ?? error).split("\n").slice(0, 4).join(" | ") }));
  }
}
await browser.close();
process.exitCode = failed > 0 ? 1 : 0;

async function renderDiagram(file) {
  await page.setContent(`<body style="margin:16px;background:${theme === "dark" ? "#1e1e1e" : "#fff"}"><div id="stage"></div></body>`);
  await page.addScriptTag({ path: MERMAID });
  const measured = await page.evaluate(async ([text, mermaidTheme]) => {
    const { mermaid } = globalThis;
    mermaid.initialize({ startOnLoad: false, theme: mermaidTheme, securityLevel: "strict", maxTextSize: 200_000 });
    const { svg } = await mermaid.render("diagram", text);
    document.getElementById("stage").innerHTML = svg;
    const box = document.querySelector("#stage > svg").getBoundingClientRect();
    const shapes = [...document.querySelectorAll("#stage svg :is(rect,path,circle,ellipse,polygon,text,foreignObject,line)")];
    const visible = shapes.map((shape) => shape.getBoundingClientRect()).filter((b) => b.width > 1 || b.height > 1);
    return { width: Math.round(box.width), height: Math.round(box.height), n_shapes: visible.length };
  }, [readFileSync(file, "utf8"), theme]);
  if (measured.n_shapes < 3 || measured.width < 40 || measured.height < 40) throw new Error(`empty picture: ${JSON.stringify(measured)}`);
  return { png: await shoot(file, page.locator("#stage > svg")), ...measured };
}

async function renderPage(file) {
  await page.goto(pathToFileURL(resolve(file)).href);
  return { png: await shoot(file, page), width: 1400, height: 1000, n_shapes: await page.locator("body *").count() };
}

async function shoot(file, target) {
  const png = join(outDir, `${basename(file)}.png`);
  await target.screenshot(target === page ? { path: png, fullPage: true } : { path: png });
  return png;
}
